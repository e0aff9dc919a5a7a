"""Copies of one text in many places, found by their sketches: syndicated, truncated, lightly edited, with other lines around them.

A copy that is a part of its original keeps the share of its numbers that fell into the part.
A 64-bit SimHash at distance 3, the usual advice, finds 3 truncated copies in 1,000.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

COMMON = 4
"""Numbers that two sketches must share to be of one text; unrelated texts share one in a hundred pairs, three in 25,000."""
POSTINGS_LIMIT = 2000
"""Texts that are remembered for one number: one that more texts have is a phrase that everybody prints."""

Name = TypeVar("Name", bound=Hashable)


def common(one: Iterable[int], other: Iterable[int]) -> int:
    """Return how many numbers two sketches share."""
    return len(set(one).intersection(other))


def is_copy(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Say whether two sketches are of one text, or of a text and its copy; texts of a few words must be equal."""
    return common(one, other) >= COMMON or (one == other and bool(one))


class Copies(Generic[Name]):
    """An inverted index over sketches: adding and finding take time in proportion to what is shared, not to what is held."""

    def __init__(self) -> None:
        self._postings: defaultdict[int, list[Name]] = defaultdict(list)
        self._short: defaultdict[tuple[int, ...], list[Name]] = defaultdict(list)

    def add(self, name: Name, sketch: tuple[int, ...]) -> None:
        """Remember a text by its name."""
        if len(sketch) < COMMON:
            self._short[sketch].append(name)
            return
        for number in sketch:
            if len(held := self._postings[number]) < POSTINGS_LIMIT:
                held.append(name)

    def find(self, sketch: tuple[int, ...]) -> list[tuple[Name, int]]:
        """Return the texts that are copies of a sketch's, with the numbers they share: most first, of equals the one added first."""
        if len(sketch) < COMMON:
            return [(name, len(sketch)) for name in self._short.get(sketch, ()) if sketch]
        shared: Counter[Name] = Counter()
        for number in sketch:
            shared.update(self._postings.get(number, ()))
        return [(name, count) for name, count in shared.most_common() if count >= COMMON]
