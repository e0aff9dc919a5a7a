"""Folding: one spelling for what is written in many ways, and the way back to the text as it was written."""

import re
import unicodedata
from dataclasses import dataclass

MARKS_LIMIT = 30
"""Combining marks in a row that are kept. Source: UAX #15, Stream-Safe Text Format: no more than 30 non-starters."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202d\u202e\u2060\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{30})"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202d\u202e\u2060\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""What `clean` has work with: a text without any of it is clean already, as nearly all are, and one look tells."""
_ODD = re.compile("[^\n -~\u3001\u3002\u3400-\u4dbf\u4e00-\u9fff]")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back: the folded character `i` stands for the raw text from ``offsets[i]`` to ``offsets[i + 1]``."""

    text: str
    offsets: tuple[int, ...]

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of the folded span ``[start, end)``, in code points."""
        return self.offsets[start], self.offsets[end]


def clean(text: str) -> str:
    r"""Return `text` without what no text may hold: controls but ``\n`` and ``\t``, lone surrogates, bidi overrides, endless marks."""
    if (text.isascii() and text.isprintable()) or not _SUSPECT.search(text):
        return text
    text = _BREAK.sub("\n", text) if "\r" in text or not text.isascii() else text
    return _MARKS.sub(r"\1", _CONTROL.sub("", text))


def line(text: str) -> str:
    """Return `text` cleaned and on one line: white space collapsed, no direction marks of any kind."""
    return " ".join(_BIDI.sub("", clean(text)).split())


def fold(text: str) -> str:
    """Return `text` in NFKC with its white space collapsed: for comparing, not for keeping."""
    return " ".join(unicodedata.normalize("NFKC", clean(text)).split())


def key(text: str) -> str:
    """Return the letters and digits of `text` alone, in NFKC and lower case: equal for two spellings of one sentence."""
    text = clean(text)
    return _NOT_WORD.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def fold_with_offsets(text: str) -> Folded:
    """Return `text` in NFKC, character by character, with the way back; white space is kept as it is.

    Marks are not composed across characters, so that every folded character has one place in the raw text.
    """
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for odd in _ODD.finditer(text):
        parts.append(text[at : odd.start()])
        offsets.extend(range(at, odd.start()))
        folded = unicodedata.normalize("NFKC", odd.group())
        parts.append(folded)
        offsets.extend([odd.start()] * len(folded))
        at = odd.end()
    parts.append(text[at:])
    offsets.extend(range(at, len(text) + 1))
    return Folded("".join(parts), tuple(offsets))


def cut(text: str, limit: int) -> str:
    """Return the longest beginning of `text` that takes at most `limit` bytes of UTF-8."""
    if len(text) * 4 <= limit:
        return text
    encoded = text.encode()
    return text if len(encoded) <= limit else encoded[:limit].decode(errors="ignore")
