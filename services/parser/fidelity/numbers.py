"""Findings on numbers: money, percent, counts, dates, ages, lengths of time."""

from bisect import bisect_left
from collections.abc import Iterator

from services.parser.fidelity.agree import is_same_currency
from services.parser.fidelity.align import Alignment, Index
from services.parser.fidelity.facts import Fact
from services.parser.fidelity.finding import finding
from services.parser.fidelity.measures import MEASURES
from services.parser.fidelity.reading import Reading
from shared.records.article import Finding, Verdict

DATES = frozenset("year month day decade century clock".split())
COUNTS = frozenset(("number", "money", "ordinal", *MEASURES))
SCALED = 1000
"""Values below this are no thousands, 万 or millions that another scale could be taken for."""
POWERS = (4, -4, 3, -3, 1, -1, 2, -2, 5, -5, 6, -6, 8, -8)
"""Powers of ten that a mistaken scale makes, the likeliest first: 万 for 亿, million for billion, million for 万."""


def numbers(alignment: Alignment) -> Iterator[Finding]:
    """Yield a finding for each number of the summary that nothing in the original bears out."""
    original = alignment.original
    is_cut = any(gap.kind == "truncated" for gap in original.gaps)
    for group in alignment.unsupported():
        fact = group[0]
        code, peer = _cause(fact, alignment.index)
        near = alignment.tied(fact.start)
        if peer is None and near is not None:
            peer = next((other for other in _inside(original, near) if other.kind == fact.kind and not other.weak), None)
        verdict: Verdict = "contradicted" if peer else "unsupported"
        if code not in ("currency", "unit") and (is_cut or (near is not None and original.is_lost(*original.sentences[near]))):
            verdict = "unverifiable"
        yield finding(alignment.summary, fact, verdict, code, original.text[peer.start : peer.end] if peer else None, peer)


def _cause(fact: Fact, index: Index) -> tuple[str, Fact | None]:
    """Return the code of a finding, and the fact of the original that tells what was meant where only currency or scale differ."""
    if fact.kind == "money":
        for other in index.between("money", fact.value, fact.value):
            if not is_same_currency(other.unit, fact.unit):
                return "currency", other
    if fact.kind in COUNTS and fact.value >= SCALED:
        for kind in (fact.kind, "money", "number"):
            for power in POWERS:
                value = fact.value * 10.0**power
                scaled = [
                    one for one in index.between(kind, value * (1 - 1e-9), value * (1 + 1e-9)) if one.value >= SCALED and not one.weak
                ]
                if scaled:
                    return "unit", scaled[0]
    return ("date" if fact.kind in DATES else "number"), None


def _inside(reading: Reading, number: int) -> list[Fact]:
    """Return the facts in a sentence."""
    start, end = reading.sentences[number]
    first = bisect_left(reading.facts, start, key=lambda fact: fact.start)
    return reading.facts[first : bisect_left(reading.facts, end, key=lambda fact: fact.start)]
