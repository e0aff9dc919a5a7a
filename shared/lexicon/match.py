"""Find aliases in a text: an Aho-Corasick automaton over the lower-cased text.

A text without a wide character holds narrow aliases alone. They have an automaton of their own, small enough for the fast kind. It
looks for words: it sees a space for all that is no letter or digit, and in front of each alias, as most hits in running English would
else be within longer words. What really stands there is compared after.

Offsets are code points into the text as it is stored: lower-casing happens only where it keeps the length. Time is linear in the
text. Of hits in one layer the longest wins: one that lies within another is dropped.
"""

from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation, MatchKind

WORD = frozenset(letter for letter in map(chr, (*range(0x3000), *range(0xFF10, 0xFF5B))) if letter.isalnum())
"""The letters and digits of scripts that divide words by spaces, full-width ones too: an alias in them needs word boundaries."""

_NARROW = bytes(range(0xE3))
"""The bytes in UTF-8 of what is below U+3000, where the scripts without spaces and the full-width forms begin."""

_STRAY = "\u0178\u1e9e\u212a\u212b"
"""Letters beyond Latin-1 whose small ones are within."""

_LATIN = bytes(ord(chr(code).lower() if chr(code) in WORD else " ") for code in range(256))
_LEFT, _RIGHT, _STEM, _PLURAL, _EXACT, _SPELLED = 1, 2, 4, 8, 16, 32


class Alias(NamedTuple):
    """One spelling of something.

    `key` says what it names (a number that the caller understands). `layer` separates vocabularies that do not compete. An `exact`
    alias keeps its case, a `stem` goes on to the end of the word, a `plural` one may take an s.
    """

    surface: str
    key: int
    layer: int = 0
    exact: bool = False
    stem: bool = False
    plural: bool = False


Hit = tuple[int, int, int, int]
"""An alias found: start, end, and its key and layer; a plain tuple, as there are hundreds in an article."""


def fold(text: str) -> str:
    """Return `text` in lower case, letter by letter where lower-casing the whole would change its length (``İ``)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


class Matcher:
    """The automaton over a set of aliases; built once, then only read."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._aliases = sorted((alias for alias in aliases if alias.surface), key=lambda alias: not _is_narrow(alias.surface))
        self._folded = [fold(alias.surface) for alias in self._aliases]
        self._flags = [_flags(alias, folded) for alias, folded in zip(self._aliases, self._folded, strict=True)]
        self._keys = [(alias.key, alias.layer) for alias in self._aliases]
        self._layers = max((alias.layer for alias in self._aliases), default=0) + 1
        self._sizes = [len(folded) for folded in self._folded]
        narrow = [_words(folded) if folded[0] in WORD else _words(folded)[1:] for folded in takewhile(_is_narrow, self._folded)]
        self._narrow = BytesAhoCorasick(narrow, MatchKind.Standard, implementation=Implementation.DFA)
        self._all = AhoCorasick(self._folded, MatchKind.Standard)

    def find(self, text: str) -> list[Hit]:
        """Return the hits in the order of their place, equal spans in that of their aliases; the longest wins within a layer."""
        return self._longest(self._found(text))

    def find_all(self, text: str) -> list[Hit]:
        """Return the hits, those that a longer one of their layer wins over among them."""
        return [(start, -negative_end, *self._keys[index]) for start, negative_end, index in self._found(text)]

    def _found(self, text: str) -> list[tuple[int, int, int]]:
        """Return start, end (negated, so that longer sorts first) and alias of every hit, sorted."""
        flags, sizes, size, word = self._flags, self._sizes, len(text), WORD
        shift, hits = self._hits(text)
        found: list[tuple[int, int, int]] = []
        for index, _, end in hits:
            end -= shift
            start, flag = end - sizes[index], flags[index]
            if flag:
                if flag & _LEFT and start and text[start - 1] in word:
                    continue
                if flag & _SPELLED and fold(text[start:end]) != self._folded[index]:
                    continue
                if flag & _EXACT and text[start:end] != self._aliases[index].surface:
                    continue
                if end < size and text[end] in word and flag & _RIGHT:
                    end = _word_end(text, end, flag)
                    if end < 0:
                        continue
            found.append((start, -end, index))
        found.sort()
        return found

    def _hits(self, text: str) -> tuple[int, list[tuple[int, int, int]]]:
        """Return how much too far right the hits are, and the hits: index of the alias, start, end."""
        if _is_narrow(text):
            return 1, self._narrow.find_matches_as_indexes(_words(text), overlapping=True)
        return 0, self._all.find_matches_as_indexes(fold(text), overlapping=True)

    def _longest(self, found: Iterable[tuple[int, int, int]]) -> list[Hit]:
        """Return the hits that lie in no longer one of their layer."""
        keys, since, reach = self._keys, [-1] * self._layers, [0] * self._layers
        hits: list[Hit] = []
        for start, negative_end, index in found:
            key, layer = keys[index]
            end = -negative_end
            if end > reach[layer]:
                since[layer], reach[layer] = start, end
            elif end != reach[layer] or start != since[layer]:
                continue
            hits.append((start, end, key, layer))
        return hits


def _is_narrow(text: str) -> bool:
    """Say whether a text has no character of the scripts that are written without spaces, nor a full-width one."""
    return text.isascii() or not text.encode("utf-8", "surrogatepass").translate(None, _NARROW)


def _words(text: str) -> bytes:
    """Return a space and a byte for each character: letters and digits of Latin-1 in lower case, a space for any other."""
    for letter in () if text.isascii() else _STRAY:
        text = text.replace(letter, letter.lower())
    return b" " + text.encode("latin-1", "replace").translate(_LATIN)


def _flags(alias: Alias, folded: str) -> int:
    left = _LEFT if folded[0] in WORD else 0
    right = _RIGHT if folded[-1] in WORD else 0
    spelled = _SPELLED * (_is_narrow(folded) and b" " in _words(folded)[1:])
    return left | right | _STEM * alias.stem | _PLURAL * alias.plural | _EXACT * alias.exact | spelled


def _word_end(text: str, end: int, flag: int) -> int:
    """Return where the word that goes on at `end` ends, or -1 where the alias may not go on there."""
    if flag & _STEM:
        while end < len(text) and text[end] in WORD:
            end += 1
        return end
    if flag & _PLURAL and text[end] in "sS" and (end + 1 == len(text) or text[end + 1] not in WORD):
        return end + 1
    return -1
