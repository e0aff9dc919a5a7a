"""Why a verdict is what it is: the score's sum, and what nearly counted and was kept from it by what."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.classifier.classify import Texts, classify
from services.classifier.cues import cues
from services.classifier.instruments import instruments, weakness, with_implied
from services.classifier.model import model
from services.classifier.reading import read, with_manner
from services.classifier.tally import of_facet, tallies
from services.classifier.vocabulary import PLAIN, Term, vocabulary
from shared.lexicon.match import Hit
from shared.records.tagged import Verdict


class Veto(NamedTuple):
    """What did not count: ``text[start:end]`` of `field` would have spoken for `value`; `by` says what kept it from that."""

    field: str
    start: int
    end: int
    surface: str
    value: str
    by: str


class Explanation(NamedTuple):
    """A verdict with all that it rests on: `bias` and the contributions of the evidence sum to the log odds."""

    texts: Texts
    verdict: Verdict
    bias: float
    vetoes: Sequence[Veto]


def explain(texts: Texts) -> Explanation:
    """Return the verdict on an article's texts and why it is what it is."""
    return Explanation(texts, classify(texts), model().bias, [*_words(texts), *_instruments(texts)])


def _words(texts: Texts) -> Iterator[Veto]:
    """Yield words that a longer word of their kind won over, and those that need a surer word on chips and have none."""
    kept = {
        (reading.field, mention.start, mention.end, id(mention.term))
        for reading in with_manner(read(texts, vocabulary()), vocabulary())
        for mention in reading.mentions
    }
    terms = vocabulary().terms
    for field, text in texts:
        hits = sorted([*vocabulary().topic.find_all(text), *vocabulary().manner.find_all(text)])
        for start, end, key, layer in hits:
            term = terms[key]
            if term is not None and (field, start, end, id(term)) not in kept:
                winner = _winner((start, end, key, layer), hits)
                if winner:
                    other = terms[winner[2]]
                    if other is None or (other.facet, other.value) != (term.facet, term.value):
                        yield Veto(field, start, end, text[start:end], _name(term), f"“{text[winner[0] : winner[1]]}”{_speaks(other)}")
                elif term.ambiguous:
                    yield Veto(field, start, end, text[start:end], _name(term), "ambiguous, and no sure word on chips is near")
                elif term.signs & PLAIN:
                    yield Veto(
                        field, start, end, text[start:end], _name(term), "the chip of another thing, and no surer word on chips is near"
                    )


def _winner(hit: Hit, hits: Sequence[Hit]) -> Hit | None:
    """Return the hit that keeps `hit` from counting: a longer one around it, or the same words as a blocker."""
    start, end, key, layer = hit
    around = [other for other in hits if other[3] == layer and other[0] <= start and end <= other[1] and other[2] != key]
    longer = [other for other in around if other[:2] != (start, end) or vocabulary().terms[other[2]] is None]
    return max(longer, key=lambda other: (other[1] - other[0], -other[0]), default=None)


def _instruments(texts: Texts) -> Iterator[Veto]:
    """Yield the instruments that the text speaks of, but not clearly enough."""
    counted = tallies(read(texts, vocabulary()))
    chosen = instruments(with_implied(counted, cues().implied), cues().implied)
    for value, tally in of_facet(counted, "instruments").items():
        if value not in chosen:
            best = max(tally.places.values(), key=lambda place: place.amount)
            start, end = best.mention.start, best.mention.end
            yield Veto(best.reading.field, start, end, best.reading.text[start:end], f"instruments/{value}", weakness(value, counted))


def _name(term: Term) -> str:
    return term.value if term.facet == "entity" else f"{term.facet}/{term.value}"


def _speaks(term: Term | None) -> str:
    return "" if term is None else f", which speaks for {_name(term)}"
