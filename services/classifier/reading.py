"""A reading: one text with its terms found, by sentence and zone."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from services.classifier.sentences import starts
from services.classifier.vocabulary import AMBIGUOUS, ANCHOR, FIRM, MEASURE, PLAIN, STATE, SURE, THING, Term, Vocabulary
from shared.lexicon.match import Matcher

LEAD_SENTENCES = 2
TITLE, LEAD, BODY = 0, 1, 2


class Mention(NamedTuple):
    """A term where it stands: ``text[start:end]`` in sentence number `sentence`."""

    start: int
    end: int
    term: Term
    sentence: int


class Reading(NamedTuple):
    """One text as read. `field` is ``title``, ``original`` or ``summaries[i]``.

    `begins` are the offsets of its sentences, `signs` the bits of each.
    """

    field: str
    text: str
    begins: Sequence[int]
    mentions: Sequence[Mention]
    signs: Sequence[int]

    @property
    def is_summary(self) -> bool:
        """Say whether this is a summary's text."""
        return self.field.startswith("summaries[")

    def zone(self, sentence: int) -> int:
        """Return where a sentence stands: `TITLE`, `LEAD` or `BODY`."""
        return TITLE if self.field == "title" else LEAD if sentence < LEAD_SENTENCES else BODY


def read(texts: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> list[Reading]:
    """Return the readings of an article's texts (field, text), without the terms that need company and have none.

    The terms of `vocabulary.manner` are not among them: `with_manner` adds them.

    Ambiguous names need a sure chip signal in some text. Where title or lead speak of a card's, pet's or casino's chips in one
    sentence, the mere word chip needs a surer one (a firm, a wafer, a foundry) in some text.
    """
    readings = [_reading(field, text, vocabulary) for field, text in texts]
    found = 0
    for reading in readings:
        for signs in reading.signs:
            found |= signs
    if found & THING and not found & SURE and any(_is_on_a_thing(reading) for reading in readings):
        return [_without(reading, PLAIN) for reading in readings]
    return readings if found & ANCHOR or not found & AMBIGUOUS else [_without(reading, 0) for reading in readings]


def _is_on_a_thing(reading: Reading) -> bool:
    return any(signs & THING and signs & PLAIN for signs in reading.signs[:LEAD_SENTENCES])


def with_manner(readings: Iterable[Reading], vocabulary: Vocabulary) -> list[Reading]:
    """Return the readings with the terms that say how an act is told among their mentions."""
    return [_with_manner(reading, vocabulary) for reading in readings]


def _with_manner(reading: Reading, vocabulary: Vocabulary) -> Reading:
    mentions, _ = _mentions(reading.text, reading.begins, vocabulary.manner, vocabulary.terms)
    return reading._replace(mentions=sorted([*reading.mentions, *mentions], key=itemgetter(0)))


def _reading(field: str, text: str, vocabulary: Vocabulary) -> Reading:
    begins = starts(text)
    return Reading(field, text, begins, *_mentions(text, begins, vocabulary.topic, vocabulary.terms))


def _mentions(text: str, begins: Sequence[int], matcher: Matcher, terms: Sequence[Term | None]) -> tuple[list[Mention], list[int]]:
    """Return the terms in a text, and the signs of each sentence."""
    limits, signs, sentence, new = [*begins[1:], len(text) + 1], [0] * len(begins), 0, tuple.__new__
    mentions: list[Mention] = []
    blocked: set[tuple[int, int, int]] = set()
    for start, end, key, layer in matcher.find(text):
        term = terms[key]
        if term is None:
            blocked.add((start, end, layer))
        elif not blocked or (start, end, layer) not in blocked:
            while limits[sentence] <= start:
                sentence += 1
            mentions.append(new(Mention, (start, end, term, sentence)))
            signs[sentence] |= term.signs
    return mentions, signs


def _without(reading: Reading, bits: int) -> Reading:
    """Return the reading without its ambiguous terms and those with one of the signs `bits`.

    A firm stays where an authority and its measure stand beside it: 市场监管总局对高通立案调查 is about no high pass.
    """
    signs = [0] * len(reading.signs)
    for mention in reading.mentions:
        if not (mention.term.ambiguous or mention.term.signs & bits):
            signs[mention.sentence] |= mention.term.signs
    mentions = []
    for mention in reading.mentions:
        term, beside = mention.term, signs[mention.sentence]
        if not (term.signs & bits or (term.ambiguous and not (term.signs & FIRM and beside & STATE and beside & MEASURE))):
            mentions.append(mention)
            signs[mention.sentence] |= term.signs
    return Reading(reading.field, reading.text, reading.begins, mentions, signs)
