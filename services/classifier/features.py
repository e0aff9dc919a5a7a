"""Features: what the model weighs, each a number in 0..1 with the mention that it rests on.

Zones are title, lead (the first sentences of each text), head (both) and body (the share of sentences, full at a third, which is
where the taxonomy draws the line of a principal subject). Of several texts (original and summaries) the one with most counts.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from services.classifier import vocabulary as v
from services.classifier.reading import BODY, LEAD, TITLE, Mention, Reading

ZONES = ("title", "lead", "body")
PRINCIPAL_SHARE = 1 / 3


class Feature(NamedTuple):
    """A feature of an article: `reading` and `mention` are its witness."""

    name: str
    value: float
    reading: Reading
    mention: Mention


class Strength(NamedTuple):
    """How strongly a sentence, or several as one, speaks of each thing, in 0..1."""

    topic: float
    state: float
    measure: float
    act: float
    pair: float
    triple: float
    business: float
    private: float
    sector: float
    meaning: float
    science: float
    bare: float


ACTS = (".state", ".measure", ".act", ".acts")
"""The ends of the names of features that speak of an act, whatever its object."""

WITNESS = {
    "topic": v.CHIP | v.FIRM | v.CHIP_WEAK,
    "state": v.STATE | v.STATE_WEAK,
    "measure": v.MEASURE | v.MEASURE_WEAK,
    "act": v.ACT | v.SUPPORT,
    "pair": v.MEASURE | v.MEASURE_WEAK | v.ACT | v.SUPPORT,
    "triple": v.STATE | v.STATE_WEAK,
    "business": v.BUSINESS,
    "private": v.PRIVATE,
    "sector": v.SECTOR,
    "meaning": v.MEANING,
    "science": v.SCIENCE,
    "bare": v.BUSINESS | v.PRIVATE | v.SCIENCE,
}
"""The signs of the mention that a feature rests on."""

OTHER = v.BUSINESS | v.PRIVATE | v.SCIENCE | v.SECTOR | v.MEANING
"""The signs of news that is not about an act on semiconductors."""


@lru_cache(maxsize=1 << 15)
def strength(signs: int) -> Strength:
    """Return what a set of signs amounts to. `bare` is other news in a sentence that names no act of a state."""
    topic = 1.0 if signs & v.CHIP else 0.8 if signs & v.FIRM else 0.3 if signs & v.CHIP_WEAK else 0.0
    state = 1.0 if signs & v.STATE else 0.5 if signs & v.STATE_WEAK else 0.0
    act = 1.0 if signs & v.ACT else 0.6 if signs & v.SUPPORT else 0.0
    measure = 1.0 if signs & v.MEASURE else 0.5 if signs & v.MEASURE_WEAK else 0.0
    deed = max(measure, 0.5 * act, 0.75 if measure and act else 0.0)
    pair = topic * deed
    bare = bool(signs & (v.BUSINESS | v.PRIVATE | v.SCIENCE)) and not signs & (v.STATE | v.MEASURE)
    return Strength(
        topic=topic,
        state=state,
        measure=measure,
        act=act,
        pair=pair,
        triple=pair * state,
        business=float(bool(signs & v.BUSINESS)),
        private=float(bool(signs & v.PRIVATE)),
        sector=float(bool(signs & v.SECTOR)),
        meaning=float(bool(signs & v.MEANING)),
        science=float(bool(signs & v.SCIENCE)),
        bare=float(bare),
    )


def features(readings: Sequence[Reading]) -> list[Feature]:
    """Return the features above 0 in a fixed order, each name at most once."""
    best: dict[str, Feature] = {}
    for feature in _all(readings):
        if feature.name not in best or feature.value > best[feature.name].value:
            best[feature.name] = feature
    return _by_object(best)


def _by_object(best: Mapping[str, Feature]) -> list[Feature]:
    """Return the features, those of acts counting only as far as the article speaks of chips: an act on something else is none."""
    topics = [best[name].value for name in ("head.topic", "body.topic") if name in best]
    scale = max(topics, default=0.0)
    acts = [feature._replace(value=feature.value * scale) if feature.name.endswith(ACTS) else feature for feature in best.values()]
    return [feature for feature in acts if feature.value]


def _all(readings: Sequence[Reading]) -> Iterator[Feature]:
    for reading in readings:
        for zone in (TITLE, LEAD, BODY):
            yield from _zone(reading, zone)
    yield from _head(readings)
    yield from _whole(readings)


def _whole(readings: Sequence[Reading]) -> Iterator[Feature]:
    """Yield what share of the telling words of each text speaks of acts, and what share of other news; one word alone is little."""
    for reading in readings:
        acts = [mention for mention in reading.mentions if mention.term.signs & v.MEASURE]
        other = [mention for mention in reading.mentions if mention.term.signs & OTHER]
        total = len(acts) + len(other) + 1
        for name, found in (("acts", acts), ("other", other)):
            if found:
                yield Feature(f"whole.{name}", len(found) / total, reading, found[0])


def _zone(reading: Reading, zone: int) -> Iterator[Feature]:
    sentences = [number for number in range(len(reading.signs)) if reading.zone(number) == zone]
    levels = [strength(reading.signs[number]) for number in sentences]
    gather: Callable[[Sequence[float]], float] = _share if zone == BODY else max
    for name, column in zip(Strength._fields, zip(*levels, strict=True), strict=False):
        most = max(column)
        if most:
            mention = _witness(reading, sentences[column.index(most)], WITNESS[name])
            yield Feature(f"{ZONES[zone]}.{name}", gather(column), reading, mention)


def _share(column: Sequence[float]) -> float:
    return min(1.0, sum(column) / len(column) / PRINCIPAL_SHARE)


def _head(readings: Sequence[Reading]) -> Iterator[Feature]:
    """Yield the features of title and lead as one: a title without the word chip is often made whole by the lead."""
    title = next((reading for reading in readings if reading.field == "title"), None)
    for reading in [other for other in readings if other is not title] or list(readings):
        union = title.signs[0] if title else 0
        for number, signs in enumerate(reading.signs[:2]):
            union |= signs * (reading.zone(number) != BODY)
        level = strength(union)
        for name in ("topic", "state", "measure", "act", "pair", "triple"):
            value = getattr(level, name)
            if value:
                yield Feature(f"head.{name}", value, *_first([title, reading] if title else [reading], WITNESS[name]))


def _first(readings: Iterable[Reading], signs: int) -> tuple[Reading, Mention]:
    return next((reading, mention) for reading in readings for mention in reading.mentions if mention.term.signs & signs)


def _witness(reading: Reading, sentence: int, signs: int) -> Mention:
    begin = bisect_left(reading.mentions, reading.begins[sentence], key=itemgetter(0))
    return next(mention for mention in islice(reading.mentions, begin, None) if mention.term.signs & signs)
