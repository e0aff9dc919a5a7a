"""A reading: one text with its terms found, by sentence and zone."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.classifier.sentences import starts
from services.classifier.vocabulary import ANCHOR, Term, Vocabulary

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
    """Return the readings of an article's texts (field, text); ambiguous terms are left out where no text has a sure chip signal."""
    readings = [_reading(field, text, vocabulary) for field, text in texts]
    if any(signs & ANCHOR for reading in readings for signs in reading.signs):
        return readings
    return [_sure(reading) for reading in readings]


def _reading(field: str, text: str, vocabulary: Vocabulary) -> Reading:
    begins, terms, new = starts(text), vocabulary.terms, tuple.__new__
    limits, signs, sentence = [*begins[1:], len(text) + 1], [0] * len(begins), 0
    mentions: list[Mention] = []
    blocked: set[tuple[int, int, int]] = set()
    for start, end, key, layer in vocabulary.matcher.find(text):
        term = terms[key]
        if term is None:
            blocked.add((start, end, layer))
        elif not blocked or (start, end, layer) not in blocked:
            while limits[sentence] <= start:
                sentence += 1
            mentions.append(new(Mention, (start, end, term, sentence)))
            signs[sentence] |= term.signs
    return Reading(field, text, begins, mentions, signs)


def _sure(reading: Reading) -> Reading:
    mentions, signs = [], [0] * len(reading.signs)
    for mention in reading.mentions:
        if not mention.term.ambiguous:
            mentions.append(mention)
            signs[mention.sentence] |= mention.term.signs
    return Reading(reading.field, reading.text, reading.begins, mentions, signs)
