"""Features: what the model weighs, each a number in 0..1, and the mention that each rests on.

Zones are title, lead (the first sentences of each text), head (both) and body (the share of sentences, full at a third, which is
where the taxonomy draws the line of a principal subject). Of several texts (original and summaries) the one with most counts.
The numbers come first, as the score needs no more; the witnesses are looked up after.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from services.classifier import vocabulary as v
from services.classifier.reading import LEAD_SENTENCES, Mention, Reading
from services.classifier.words import LIMIT, Heard, Words, heard, listen, words

ZONES = ("title", "lead", "body")
PRINCIPAL_SHARE = 1 / 3
BESIDE_AN_ACT = 0.4
"""What words of business, dispute and research count in a sentence that names a state and its measure."""

BESIDE_CHIPS = 0.3
"""What words of another sector or meaning count in a sentence that names chips for sure: one tariff may be on both."""

IN_A_SUIT = 0.5
"""What measures and acts count in a sentence on a private suit that names no state."""

IN_PASSING = 0.2
"""What chips in the body count for the acts of an article whose title and lead do not speak of any."""

BACKGROUND = 0.75
"""How much less other news of the body counts where title and lead tell in full of a state's act on chips."""

LOUDEST = 5
"""How many learned words are named in the evidence."""

Row = Sequence[float]
"""A number for each feature of `NAMES`."""


class Feature(NamedTuple):
    """A feature of an article: `reading` and `mention` are its witness, which is `alone` if only summaries have any."""

    name: str
    value: float
    reading: Reading
    mention: Mention
    alone: bool = False


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
}
"""The signs of the mention that a feature rests on."""

HEAD = Strength._fields[:6]
WHOLE = ("acts", "other")
NAMES = (
    *(f"{zone}.{name}" for zone in ZONES for name in Strength._fields),
    *(f"head.{name}" for name in HEAD),
    *(f"whole.{name}" for name in WHOLE),
    "words.for",
    "words.against",
)
"""Every feature, in the order of the values."""

ACTS = tuple(number for number, name in enumerate(NAMES) if name.endswith((".state", ".measure", ".act", ".acts")))
"""The features that speak of an act, whatever its object."""

HEAD_TOPIC, BODY_TOPIC = NAMES.index("head.topic"), NAMES.index("body.topic")
OTHER = v.BUSINESS | v.PRIVATE | v.SCIENCE | v.SECTOR | v.MEANING
"""The signs of news that is not about an act on semiconductors."""


@lru_cache(maxsize=1 << 15)
def strength(signs: int) -> Strength:
    """Return what a set of signs amounts to. `bare` is other news in a sentence that names no act of a state.

    Where a sentence is on another sector and names no chips, its state acts on something else; a court acts for the state but in a
    private suit.
    """
    topic = 1.0 if signs & v.CHIP else 0.8 if signs & v.FIRM else 0.3 if signs & v.CHIP_WEAK else 0.0
    part = 0.0 if signs & v.SECTOR and not signs & (v.CHIP | v.FIRM) else IN_A_SUIT if signs & v.PRIVATE and not signs & v.STATE else 1.0
    state = 1.0 if signs & v.STATE else 0.5 if signs & v.STATE_WEAK or (signs & v.COURT and not signs & v.PRIVATE) else 0.0
    act = part * (1.0 if signs & v.ACT else 0.6 if signs & v.SUPPORT else 0.0)
    measure = part * (1.0 if signs & v.MEASURE else 0.5 if signs & v.MEASURE_WEAK else 0.0)
    deed = max(measure, 0.5 * act, 0.75 if measure and act else 0.0)
    pair = topic * deed
    bare = bool(signs & (v.BUSINESS | v.PRIVATE | v.SCIENCE)) and not signs & (v.STATE | v.MEASURE)
    aside = BESIDE_AN_ACT if signs & v.STATE and signs & v.MEASURE else 1.0
    return Strength(
        topic=topic,
        state=state * bool(part),
        measure=measure,
        act=act,
        pair=pair,
        triple=pair * state,
        business=aside * bool(signs & v.BUSINESS),
        private=aside * bool(signs & v.PRIVATE),
        sector=(BESIDE_CHIPS if signs & v.CHIP else 1.0) * bool(signs & v.SECTOR),
        meaning=(BESIDE_CHIPS if signs & v.SURE else 1.0) * bool(signs & v.MEANING),
        science=aside * bool(signs & v.SCIENCE),
        bare=float(bare),
    )


def values(rows: Sequence[Row]) -> Row:
    """Return the value of each feature of `NAMES`; acts count only as far as the article speaks of chips."""
    return _by_object(_most(rows))


def features(readings: Sequence[Reading], rows: Sequence[Row]) -> list[Feature]:
    """Return the features above 0 in the order of `NAMES`, each with its witness; one of learned words is shared out among several."""
    title, texts = _parted(readings)
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


def _by_object(row: Row) -> Row:
    scale = max(row[HEAD_TOPIC], IN_PASSING * row[BODY_TOPIC])
    if scale == 1.0:
        return row
    scaled = list(row)
    for number in ACTS:
        scaled[number] *= scale
    return scaled


def rows(readings: Sequence[Reading], learned: Words | None = None) -> list[Row]:
    """Return the values that each text and the title give together; a title without the word chip is often made whole by the lead.

    Args:
        readings: The texts.
        learned: Learned words other than the packaged ones.
    """
    title, texts = _parted(readings)
    known = learned or words()
    return [_row(title, text, known) for text in texts]


def _parted(readings: Sequence[Reading]) -> tuple[Reading, Sequence[Reading]]:
    """Return the title and the other texts, an empty one for what is missing."""
    title = next((reading for reading in readings if reading.field == "title"), EMPTY)
    return title, [reading for reading in readings if reading is not title] or [EMPTY]


def _row(title: Reading, text: Reading, known: Words) -> Row:
    lead = text.signs[:LEAD_SENTENCES]
    head = _union([*title.signs, *lead])
    body = _beside(_share(text.signs[LEAD_SENTENCES:]), head)
    whole = map(max, _whole(title), _whole(text))
    return [*_peak(title.signs), *_peak(lead), *body, *head[:6], *whole, *_sound(title.text, text.text, head, body, known)]


def _sound(title: str, text: str, head: Strength, body: Strength, known: Words) -> tuple[float, float]:
    """Return what the learned words say for and against, in 0..1.

    They were learned from news of this field and tell nothing about the rest of the world: they speak where chips are spoken of, and
    for policy only as far as a state or its measure is, too.
    """
    if not (head.topic or body.topic):
        return 0.0, 0.0
    amount = listen(title, text, known) / LIMIT
    acting = bool(head.state) + bool(head.measure or head.act)
    return max(amount, 0.0) * acting / 2, max(-amount, 0.0)


def _peak(signs: Iterable[int]) -> Row:
    return _most([strength(bits) for bits in signs if bits])


def _share(signs: Sequence[int]) -> Strength:
    levels = [strength(bits) for bits in signs if bits]
    if not levels:
        return NOTHING
    full = len(signs) * PRINCIPAL_SHARE
    return Strength._make(min(1.0, sum(column) / full) for column in zip(*levels, strict=True))


def _beside(body: Strength, head: Strength) -> Strength:
    """Return the body's strengths beside those of title and lead."""
    rest = 1 - BACKGROUND * head.triple
    return body._replace(business=rest * body.business, private=rest * body.private, science=rest * body.science, bare=rest * body.bare)


def _union(signs: Iterable[int]) -> Strength:
    union = 0
    for bits in signs:
        union |= bits
    return strength(union)


def _whole(reading: Reading) -> tuple[float, float]:
    """Return what share of the telling words speaks of acts, and what share of other news; one word alone is little."""
    acts = other = 0
    for mention in reading.mentions:
        signs = mention.term.signs
        if signs & v.MEASURE:
            acts += 1
        if signs & OTHER:
            other += 1
    total = acts + other + 1
    return acts / total, other / total


def _most(rows: Sequence[Row]) -> Row:
    return NOTHING if not rows else rows[0] if len(rows) == 1 else list(map(max, *rows))


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
        return _first([max((title, text), key=lambda reading: _whole(reading)[number])], (v.MEASURE, OTHER)[number])
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


NOTHING = strength(0)
EMPTY = Reading("", "", (), (), ())
