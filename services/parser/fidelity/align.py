"""Alignment: which sentence of the original a sentence of the summary speaks of, by the facts that both hold."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property

from services.parser.fidelity.agree import kinds, scale, supports
from services.parser.fidelity.dates import implied
from services.parser.fidelity.facts import Fact, figures
from services.parser.fidelity.reading import Reading

TIED = 1.5
"""Strength from which two sentences are taken to speak of the same thing: an amount of two figures, or three small numbers."""
GROUPS_LIMIT = 400
"""Facts of a summary that are checked."""
PLACES_LIMIT = 60
"""Places of the original that one fact is looked for at; a number that stands in more says nothing about place."""

Group = list[Fact]
"""Readings of the same words, the likeliest first."""


class Index:
    """The facts of a text by kind and value."""

    def __init__(self, facts: list[Fact]) -> None:
        by_kind: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_kind[fact.kind].append(fact)
        self._facts = {kind: sorted(found, key=lambda fact: fact.value) for kind, found in by_kind.items()}
        self._values = {kind: [fact.value for fact in found] for kind, found in self._facts.items()}

    def between(self, kind: str, low: float, high: float) -> list[Fact]:
        """Return the facts of a kind with a value from `low` to `high`, at most `PLACES_LIMIT`."""
        values = self._values.get(kind)
        if not values:
            return []
        start = bisect_left(values, low)
        return self._facts[kind][start : min(bisect_right(values, high), start + PLACES_LIMIT)]

    def support(self, group: Group) -> list[Fact]:
        """Return the facts that bear out any reading of a group, in the order of their place."""
        found: dict[tuple[int, str], Fact] = {}
        for reading in group:
            if reading.kind == "century" and group[0].kind != "century":
                continue
            for kind in kinds(reading):
                times = scale(reading.kind, kind)
                low, high = (
                    min(reading.value * 0.93, reading.value - reading.margin[0]),
                    max(reading.value * 1.07, reading.value + reading.margin[1]),
                )
                for fact in self.between(kind, (low - 1) * times, (high + 1) * times):
                    if supports(fact, reading):
                        found[fact.start, fact.kind] = fact
        return [found[place] for place in sorted(found)]


class Alignment:
    """The facts of the summary with the facts of the original that bear them out; sentences copied word for word are left out."""

    def __init__(self, summary: Reading, original: Reading, published: str | None) -> None:
        self.summary, self.original, self._published = summary, original, published
        self._ties: dict[int, tuple[list[int], float]] = {}

    @cached_property
    def index(self) -> Index:
        """The facts of the original."""
        return Index(self.original.facts)

    @cached_property
    def found(self) -> list[tuple[Group, list[Fact]]]:
        """The facts of the summary that are to be checked, each with those of the original that bear it out."""
        summary, text = self.summary, self.original.text
        copied = [summary.text[start:end].rstrip(".… ") in text for start, end in summary.sentences] if summary.groups else []
        groups = [group for group in summary.groups[:GROUPS_LIMIT] if not copied[summary.sentence(group[0].start)]]
        return [(group, self.index.support(group)) for group in groups]

    def unsupported(self) -> list[Group]:
        """Return the groups of the summary that nothing in the original bears out."""
        return [group for group, support in self.found if not (support or _is_one(group) or self._is_implied(group))]

    def sentences(self, at: int) -> list[int]:
        """Return the original's sentences that share a fact with the summary's sentence at `at`; the best first."""
        return self._tie(self.summary.sentence(at))[0]

    def tied(self, at: int) -> int | None:
        """Return the original's sentence that the summary's sentence at `at` speaks of, None where that is not certain."""
        ranked, strength = self._tie(self.summary.sentence(at))
        return ranked[0] if strength >= TIED else None

    def _tie(self, number: int) -> tuple[list[int], float]:
        """Return the sentences that share facts with sentence `number` of the summary, and the weight of what the best of them shares."""
        if number not in self._ties:
            shared = [(_weight(group[0]), self._places(support)) for group, support in self._by_sentence.get(number, ())]
            votes: dict[int, float] = defaultdict(float)
            for weight, places in shared:
                for place in places:
                    votes[place] += weight / len(places)
            ranked = sorted(votes, key=lambda sentence: (-votes[sentence], sentence))
            best = {ranked[0] - 1, ranked[0], ranked[0] + 1} if ranked else set()
            self._ties[number] = ranked, sum(weight for weight, places in shared if places & best)
        return self._ties[number]

    def _places(self, support: list[Fact]) -> set[int]:
        return {self.original.sentence(fact.start) for fact in support}

    @cached_property
    def _by_sentence(self) -> dict[int, list[tuple[Group, list[Fact]]]]:
        found: dict[int, list[tuple[Group, list[Fact]]]] = defaultdict(list)
        for group, support in self.found:
            if support:
                found[self.summary.sentence(group[0].start)].append((group, support))
        return found

    def _is_implied(self, group: Group) -> bool:
        dates = [reading for reading in group if reading.kind in ("year", "month", "day")]
        return bool(dates) and any(supports(fact, reading) for reading in dates for fact in self._implied)

    @cached_property
    def _implied(self) -> list[Fact]:
        return implied(self.original, self._published)


def _weight(fact: Fact) -> float:
    """Return what a shared fact says about place: a number with many figures more than a small one."""
    return 0.5 * min(figures(fact.value), 4) + (0.5 if fact.kind in ("money", "percent", "points") else 0.0)


def _is_one(group: Group) -> bool:
    """Say whether the number is one: ``a``, ``an`` and ``the`` say it too."""
    return group[0].value == 1 and group[0].kind not in ("money", "percent", "points", "month", "year")
