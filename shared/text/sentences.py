"""Sentences of Chinese and English text, with their places; joined paragraphs (``sanctions.Chinese``) are told apart."""

import re
from collections.abc import Iterator
from heapq import merge

JOINED = re.compile(
    r"[.!?,](?:(?<=[a-z%)\]’'][.!?])(?=[A-Z][a-z’A-Z ]|“[A-Z])"  # sanctions.Chinese, them.“The
    r"|(?<=\d\d[.!?])(?=[A-Z][a-z])"  # 2019.The, not 01.AI
    r"|[”\"](?:(?<=[a-z%)\]][.!?].)(?=[A-Z][a-z]|“[A-Z])|(?<=[a-z],.)(?=[A-Z][a-z])))"  # them.”Nvidia
)
"""Where two paragraphs were run together: between a sentence's end and a capital or an opening quotation mark, without a space.

A match ends where the second paragraph begins. What is looked behind for stands after the first mark, so that `re` can skip to one.
"""
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sen rep gov gen col lt capt sgt rev hon st jr sr inc ltd co corp llc plc bros vs no nos fig eq sec dept est "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun approx al etc cf eg ie pp vol ed eds ave blvd".split()
)
_CLOSERS = r"”’」』）】》\"')\]"
_END = re.compile(
    rf"[.!?]+[{_CLOSERS}]*(?=\s|$|[\u3400-\u9fff])|\n+|[。！？；]+[{_CLOSERS}]*|…{{2}}[{_CLOSERS}]*(?=\s|$)",
)
_LAST_WORD = re.compile(r"[A-Za-z.]{0,20}[A-Za-z]")
"""The word before a full stop, read backwards."""


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each sentence, in order, in code points, without the white space around it; empty ones are left out."""
    start = 0
    for end in _ends(text):
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, len(text))


def joins(text: str) -> Iterator[int]:
    """Yield the places in `text` where a paragraph was joined to the one before it: the index of its first character."""
    return (match.end() for match in JOINED.finditer(text) if not _is_name(text, match.end()))


def _ends(text: str) -> Iterator[int]:
    return merge((match.end() for match in _END.finditer(text) if not _abbreviates(text, match)), joins(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if stripped := part.strip():
        first = start + len(part) - len(part.lstrip())
        yield first, first + len(stripped)


def _abbreviates(text: str, end: re.Match[str]) -> bool:
    """Say whether the full stop belongs to a word (``Mr.``, ``U.S.``, ``J.``) and the sentence goes on."""
    if end.group() != ".":
        return False
    word = _LAST_WORD.match(text[max(0, end.start() - 24) : end.start()][::-1])
    if word is None:
        return False
    name = word.group()[::-1].lower()
    if len(name) == 1 or name in ABBREVIATIONS:
        return True
    following = text[end.end() : end.end() + 2].strip()
    return "." in name and not following[:1].isupper()


def _is_name(text: str, end: int) -> bool:
    """Say whether the full stop before `end` stands inside a name: an address (``www.Example.Com``) or initials (``U.S.Senate``)."""
    word = re.split(r"\s", text[max(0, end - 24) : end])[-1]
    return "://" in word or word.lower().startswith("www.") or bool(re.fullmatch(r"(?:[A-Za-z]\.)+", word))
