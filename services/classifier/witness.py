"""Witnesses: the words that each feature rests on."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from services.classifier import vocabulary as v
from services.classifier.features import NAMES, WHOLE, Row, parted, values, whole
from services.classifier.reading import LEAD_SENTENCES, Mention, Reading
from services.classifier.strength import OTHER, Strength, strength
from services.classifier.words import Heard, heard, words

LOUDEST = 5
"""How many learned words are named in the evidence."""

WITNESS = {
    "topic": v.CHIP | v.FIRM | v.CHIP_WEAK,
    "state": v.STATE | v.STATE_WEAK | v.COURT,
    "measure": v.MEASURE | v.MEASURE_WEAK,
    "act": v.ACT | v.SUPPORT,
    "pair": v.MEASURE | v.MEASURE_WEAK | v.ACT | v.SUPPORT,
    "triple": v.STATE | v.STATE_WEAK | v.COURT,
    "business": v.BUSINESS,
    "private": v.PRIVATE,
    "sector": v.SECTOR,
    "meaning": v.MEANING,
    "science": v.SCIENCE,
    "bare": v.BUSINESS | v.PRIVATE | v.SCIENCE,
    "acts": v.MEASURE,
    "other": OTHER,
}
"""The signs of the mention that a feature rests on."""


class Feature(NamedTuple):
    """A feature of an article: `reading` and `mention` are its witness, which is `alone` if only summaries have any."""

    name: str
    value: float
    reading: Reading
    mention: Mention
    alone: bool = False


def features(readings: Sequence[Reading], rows: Sequence[Row]) -> list[Feature]:
    """Return the features above 0 in the order of `NAMES`, each with its witness; one of learned words is shared out among several."""
    title, texts = parted(readings)
    grounded = any(text.field == "original" for text in texts) and any(text.is_summary for text in texts)
    found = []
    for number, value in enumerate(values(rows)):
        if value:
            column = [row[number] for row in rows]
            text = texts[column.index(max(column))]
            alone = grounded and not any(value for value, place in zip(column, texts, strict=True) if not place.is_summary)
            for share, place, mention in _witnesses(NAMES[number], title, text):
                found.append(Feature(NAMES[number], value * share, place, mention, alone))
    return found


def _witnesses(name: str, title: Reading, text: Reading) -> list[tuple[float, Reading, Mention]]:
    """Return the texts and mentions that a feature of title and text rests on, each with its share of it."""
    zone, _, kind = name.partition(".")
    if zone == "words":
        return _loudest([title, text], 1 if kind == "for" else -1)
    return [(1.0, *_witness(zone, kind, title, text))]


def _witness(zone: str, kind: str, title: Reading, text: Reading) -> tuple[Reading, Mention]:
    if zone == "head":
        return _first([title, text], WITNESS[kind])
    if zone == "whole":
        number = WHOLE.index(kind)
        return _first([max((title, text), key=lambda reading: whole(reading)[number])], WITNESS[kind])
    reading = title if zone == "title" else text
    signs, wanted, number = reading.signs, WITNESS[kind], Strength._fields.index(kind)
    begin, end = (LEAD_SENTENCES, len(signs)) if zone == "body" else (0, LEAD_SENTENCES if zone == "lead" else len(signs))
    telling = (sentence for sentence in range(begin, min(end, len(signs))) if signs[sentence] & wanted)
    loudest = max(telling, key=lambda sentence: strength(signs[sentence])[number])
    first = bisect_left(reading.mentions, reading.begins[loudest], key=itemgetter(0))
    return reading, next(mention for mention in islice(reading.mentions, first, None) if mention.term.signs & wanted)


def _first(places: Sequence[Reading], bits: int) -> tuple[Reading, Mention]:
    return next((place, mention) for place in places for mention in place.mentions if mention.term.signs & bits)


def _loudest(places: Sequence[Reading], sign: int) -> list[tuple[float, Reading, Mention]]:
    """Return the learned words that say most; what all say together is shared out among them by weight.

    Where none speaks that way (their bias alone does) it is the first word that was written down.
    """
    found = {word.stem: (place, word) for place in reversed(places) for word in heard(place.text, words(), sign, LOUDEST)}
    loudest = sorted(found.values(), key=lambda pair: (-sign * pair[1].weight, pair[1].stem))[:LOUDEST]
    if not loudest:
        return [next((1.0, place, mention) for place in places for mention in place.mentions)]
    total = sum(word.weight for _, word in loudest)
    return [(word.weight / total, place, _mention(word)) for place, word in loudest]


def _mention(word: Heard) -> Mention:
    return Mention(word.start, word.end, v.Term("words", word.stem, abs(word.weight) / 100, 0, f"words/{word.stem}"), 0)
