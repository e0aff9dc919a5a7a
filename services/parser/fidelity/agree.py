"""Whether one fact says what another says: the same kind of thing, and the same value or a rounding of it."""

from collections.abc import Iterable

from services.parser.fidelity.facts import COUNTED_AS, MONTHS, SECONDS, Fact
from services.parser.fidelity.measures import MEASURES, NEARNESS

TOLERANCE = 1e-6
EXACT = (0.0, 0.0)
"""The margin of a number in the original: what it rounds, a summary knows no better. Other readings keep theirs: a third as 33 %."""
KINDS = {
    "number": {"number", "ordinal", "money"},
    "money": {"money", "number"},
    "percent": {"percent"},
    "points": {"points", "number"},
    "year": {"year"},
    "month": {"month"},
    "day": {"day", "ordinal", "days"},
    "decade": {"decade"},
    "century": {"century"},
    "age": {"age", "number", "ordinal", "decade"},
    "clock": {"clock", "number"},
    "ordinal": {"ordinal", "number", "years"},
}
"""What may support each kind; lengths of time support one another."""
AMOUNT = 1000
"""From this value on a number that names no currency may be of money."""
_SHARED = {"*$": {"USD", "AUD", "CAD", "HKD", "TWD", "SGD", "NZD"}, "*¥": {"CNY", "JPY"}}


def kinds(fact: Fact) -> Iterable[str]:
    """Return the kinds of fact that may bear this one out, sorted."""
    if fact.kind in MEASURES:
        return (fact.kind,)
    if fact.kind in SECONDS or fact.kind in MONTHS:
        return sorted({"number", "age", *SECONDS, *MONTHS})
    return sorted(KINDS[fact.kind])


def scale(kind: str, other: str) -> float:
    """Return how many of `other` make one of `kind`: 60 minutes an hour; 1 where neither can be told in the other."""
    for table in (SECONDS, MONTHS):
        if kind in table and other in table:
            return table[kind] / table[other]
    return COUNTED_AS.get((kind, other)) or 1 / COUNTED_AS.get((other, kind), 1)


def supports(original: Fact, fact: Fact) -> bool:
    """Say whether a fact of the original bears out one of the summary."""
    if fact.kind in MEASURES:
        near = 0.0 if original.unit == fact.unit else NEARNESS
        return original.kind == fact.kind and abs(original.value - fact.value) <= max(near, TOLERANCE) * abs(fact.value)
    if fact.kind in SECONDS or fact.kind in MONTHS:
        return _is_same_length(original, fact)
    margin = original.margin if original.weak else EXACT
    if original.kind not in KINDS[fact.kind] or not is_equal(original.value, fact, margin):
        return False
    if fact.kind == "number" and original.kind == "money":
        return fact.value >= AMOUNT
    return fact.kind != "money" or is_same_currency(original.unit, fact.unit)


def is_same_currency(one: str, other: str) -> bool:
    """Say whether two currencies may be the same: a dollar sign is any dollar, and none stated is any."""
    if "*" in (one, other) or not one or not other or one == other:
        return True
    return one in _SHARED.get(other, ()) or other in _SHARED.get(one, ())


def is_equal(value: float, fact: Fact, margin: tuple[float, float] = EXACT) -> bool:
    """Say whether `value` is that of the fact, or within the margin of either."""
    slack = TOLERANCE * max(1.0, abs(fact.value))
    below, above = max(fact.margin[0], margin[1]), max(fact.margin[1], margin[0])
    return fact.value - below - slack <= value <= fact.value + above + slack


def _is_same_length(original: Fact, fact: Fact) -> bool:
    if original.kind in (fact.kind, "number") or (fact.kind == "years" and original.kind == "age"):
        return is_equal(original.value, fact)
    times = scale(fact.kind, original.kind)
    return times != 1.0 and is_equal(original.value / times, fact)
