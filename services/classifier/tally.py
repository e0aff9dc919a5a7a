"""Tallies: how much an article's mentions speak for each value of each facet, and where they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.classifier.reading import Mention, Reading
from services.classifier.speech import answer
from services.classifier.strength import strength

ZONE_WEIGHTS = (2.0, 1.2, 0.5)
"""Title, lead, body: what a mention counts by where it stands."""

OFF_TOPIC = 0.6
"""What a mention counts in a sentence that does not speak of chips."""

COUNTED = frozenset({"instruments", "direction", "stage", "assertion", "force", "entity"})


class Place(NamedTuple):
    """One mention that speaks for a value, and by how much."""

    amount: float
    reading: Reading
    mention: Mention


@dataclass(slots=True)
class Tally:
    """What speaks for one value of `facet`: the most in each zone, and the best place in each text (the first of equals)."""

    facet: str
    zones: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    places: dict[str, Place] = field(default_factory=dict)
    strong: bool = False
    mentions: int = 0

    @property
    def score(self) -> float:
        """The sum over the zones: saying it twice in one zone counts once."""
        return sum(self.zones)

    def add(self, amount: float, zone: int, reading: Reading, mention: Mention) -> None:
        """Count one mention."""
        self.mentions += 1
        if amount > self.zones[zone]:
            self.zones[zone] = amount
        if mention.term.weight == 1.0:
            self.strong = True
        best = self.places.get(reading.field)
        if best is None or amount > best.amount:
            self.places[reading.field] = Place(amount, reading, mention)


Tallies = Mapping[tuple[str, str], Tally]


def tallies(readings: Sequence[Reading]) -> Tallies:
    """Return the tally of every (facet, value) that is mentioned, in the order in which they first occur."""
    counted: dict[tuple[str, str], Tally] = {}
    for reading in readings:
        zones = [reading.zone(sentence) for sentence in range(len(reading.signs))]
        factors = [
            ZONE_WEIGHTS[zone] * (1.0 if strength(signs).topic else OFF_TOPIC) for zone, signs in zip(zones, reading.signs, strict=True)
        ]
        spoken = answer(reading) if reading.field == "title" else None
        for mention in (*reading.mentions, spoken) if spoken else reading.mentions:
            term, sentence = mention.term, mention.sentence
            if term.facet in COUNTED:
                tally = counted.get(name := (term.facet, term.value))
                if tally is None:
                    tally = counted[name] = Tally(term.facet)
                tally.add(term.weight * factors[sentence], zones[sentence], reading, mention)
    return counted


def of_facet(counted: Tallies, facet: str) -> dict[str, Tally]:
    """Return the tallies of one facet by value, most first, in alphabetical order among equals."""
    found = [(value, tally) for (name, value), tally in counted.items() if name == facet]
    return dict(sorted(found, key=lambda pair: (-round(pair[1].score, 6), pair[0])))


def best(found: Mapping[str, Tally], order: Iterable[str] = ()) -> str | None:
    """Return the value with the most; among equals the first of `order`."""
    rank = {value: place for place, value in enumerate(order)}
    return min(found, key=lambda value: (-round(found[value].score, 6), rank.get(value, 99), value), default=None)
