"""Features: what the model weighs, each a number in 0..1.

Zones are title, lead (the first sentences of each text), head (both) and body (the share of sentences, full at a third, which is
where the taxonomy draws the line of a principal subject). Of several texts (original and summaries) the one with most counts.
The numbers come first, as the score needs no more; the words that each rests on are looked up after (`witness`).
"""

from collections.abc import Iterable, Sequence

from services.classifier import vocabulary as v
from services.classifier.reading import LEAD_SENTENCES, Reading
from services.classifier.strength import OTHER, Strength, strength
from services.classifier.words import LIMIT, Words, listen, words

ZONES = ("title", "lead", "body")
PRINCIPAL_SHARE = 1 / 3
IN_PASSING = 0.2
"""What chips in the body count for the acts of an article whose title and lead do not speak of any."""

BACKGROUND = 0.75
"""How much less business, suits and research in the body count where title and lead tell in full of a state's act on chips."""

Row = Sequence[float]
"""A number for each feature of `NAMES`."""


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


def values(rows: Sequence[Row]) -> Row:
    """Return the value of each feature of `NAMES`; acts count only as far as the article speaks of chips."""
    return _by_object(_most(rows))


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
    title, texts = parted(readings)
    known = learned or words()
    return [_row(title, text, known) for text in texts]


def parted(readings: Sequence[Reading]) -> tuple[Reading, Sequence[Reading]]:
    """Return the title and the other texts, an empty one for what is missing."""
    title = next((reading for reading in readings if reading.field == "title"), EMPTY)
    return title, [reading for reading in readings if reading is not title] or [EMPTY]


def _row(title: Reading, text: Reading, known: Words) -> Row:
    lead = text.signs[:LEAD_SENTENCES]
    head = _union([*title.signs, *lead])
    body = _beside(_share(text.signs[LEAD_SENTENCES:]), head)
    shares = map(max, whole(title), whole(text))
    return [*_peak(title.signs), *_peak(lead), *body, *head[:6], *shares, *_sound(title.text, text.text, head, body, known)]


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


def whole(reading: Reading) -> tuple[float, float]:
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


NOTHING = strength(0)
EMPTY = Reading("", "", (), (), ())
