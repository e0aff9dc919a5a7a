"""Reading: a text with its facts and sentences, each read when it is first asked for."""

import re
from bisect import bisect_right
from functools import cached_property

from services.parser.fidelity import chinese, english
from services.parser.fidelity.facts import Fact
from shared.records.article import Gap, Text
from shared.text.fold import Folded
from shared.text.sentences import sentences

LOST = frozenset(("stripped-link", "truncated", "emptied-list"))
"""Kinds of gap that may hide what a summary says."""


HAN_WEIGHT = 3
"""A Chinese character weighs as much as this many letters: names are often left in Latin script, and they are long."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]")


class Reading:
    """One of the two texts. Its language is Chinese, or it is read as English."""

    def __init__(self, body: Text) -> None:
        self.text = body.text
        self.is_chinese = body.lang.startswith("zh") or _is_mostly_chinese(body.text)
        self.gaps: tuple[Gap, ...] = tuple(gap for gap in body.gaps if gap.kind in LOST)

    @cached_property
    def folded(self) -> Folded:
        """The text in half-width, simplified characters, with the way back."""
        return chinese.folded(self.text)

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts in the order of their place."""
        return chinese.read(self.folded) if self.is_chinese else english.read(self.text)

    @cached_property
    def groups(self) -> list[list[Fact]]:
        """The facts that are to be checked, each with the other readings of the same words; the first is the likeliest."""
        found: dict[tuple[int, int], list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.digits, []).append(fact)
        return [group for group in found.values() if not group[0].weak]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The spans of the sentences."""
        return list(sentences(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence(self, at: int) -> int:
        """Return the number of the sentence that holds the character at `at`, or of the one before it."""
        return max(0, bisect_right(self._starts, at) - 1)

    def is_lost(self, start: int, end: int) -> bool:
        """Say whether the text lost something between `start` and `end`."""
        return any(gap.start < end and gap.end >= start for gap in self.gaps)


def _is_mostly_chinese(text: str) -> bool:
    """Say whether a text that was taken for another language is Chinese around many Latin names."""
    sample = text[:500]
    return not sample.isascii() and len(_HAN.findall(sample)) * HAN_WEIGHT > len(_LATIN.findall(sample))
