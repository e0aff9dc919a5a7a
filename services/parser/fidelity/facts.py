"""Fact: one number of a text with what it counts, in a form that is the same for every language."""

import re
from dataclasses import dataclass, replace

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "days": 86400, "week": 604800}
MONTHS = {"months": 1, "years": 12}
"""Lengths of time that can be told in one another."""
COUNTED_AS = {("months", "days"): 30, ("years", "days"): 365, ("years", "week"): 52}
"""How many of the one length make one of the other where people count so: three months for 90 days."""

FACTS_LIMIT = 10_000
"""Facts of one text; there are more only in hostile ones."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number in a text: ``text[start:end]`` with its unit, ``text[digits[0]:digits[1]]`` without.

    `kind` is what it counts: ``number money percent points age ordinal``, a date's ``year month day decade century clock``, a
    length of time as in `SECONDS` and `MONTHS`, or a measure (``metre kilogram square litre``) in its base unit. `unit` is an
    ISO 4217 code for money, where ``*`` begins a sign that several share, and the size of the unit as written for a measure.
    `margin` is how far the truth may be from a value that is marked as round: below and above it. A `weak` fact can support
    another but is not itself checked.

    """

    start: int
    end: int
    kind: str
    value: float
    unit: str = ""
    margin: tuple[float, float] = (0.0, 0.0)
    weak: bool = False
    digits: tuple[int, int] = (0, 0)

    def moved(self, offsets: tuple[int, ...]) -> "Fact":
        """Return the fact in the text that `offsets` lead back to."""
        start, end = raw(offsets, self.start, self.end)
        return replace(self, start=start, end=end, digits=raw(offsets, *self.digits))

    def also(self, kind: str, value: float, unit: str = "") -> "Fact":
        """Return another reading of the same words; it supports, and is not checked."""
        return Fact(self.start, self.end, kind, value, unit, self.margin if value == self.value else (0.0, 0.0), True, self.digits)


def raw(offsets: tuple[int, ...], start: int, end: int) -> tuple[int, int]:
    """Return the place in the text as stored of a place in its folded form; it holds at least one character."""
    return offsets[start], max(offsets[end], offsets[max(start, end - 1)] + 1)


def margin(value: float, is_round: bool, is_over: bool) -> tuple[float, float]:
    """Return how far the truth may be from a value: marked as near it (``about 40``), or as some more (``40-odd``, ``四十多``).

    A near value is a rounding of the truth to the figures that are written, two at least.
    """
    if not (is_round or is_over) or not value:
        return 0.0, 0.0
    exponent = int(f"{abs(value):e}".partition("e")[2])
    step = 10.0 ** (exponent - max(2, figures(value)) + 1)
    return (step / 2, 10.0 ** (exponent - figures(value) + 1) if is_over else step / 2)


def figures(value: float) -> int:
    """Return how many significant figures a number has, at least 1: 3 for 39.6 billion."""
    return max(1, len(f"{abs(value):.9e}".partition("e")[0].replace(".", "").rstrip("0")))


def _scale(fact: Fact, text: str) -> float:
    """Return what a number's digits are multiplied with (million, 亿); 1 where it has none or is not in digits."""
    digits = re.match(r"\d{1,15}(?:\.\d{1,9})?", text[fact.digits[0] : fact.digits[1]].replace(",", ""))
    return fact.value / float(digits[0]) if digits and float(digits[0]) else 1.0


def spread(facts: list[Fact], text: str, links: frozenset[str]) -> list[Fact]:
    """Return the facts with the unit of the second number of a range given to a first one that has none: 20 to 30 billion dollars.

    Args:
        facts: In the order of their place.
        text: What they were read from.
        links: What may stand between the two numbers of a range.
    """
    found = list(facts)
    for at in range(len(found) - 2, -1, -1):
        one, other = found[at], found[at + 1]
        if one.kind not in ("number", "money") or not 0 <= other.start - one.end <= 12 or text[one.end : other.start].strip() not in links:
            continue
        if other.kind in ("number", "money") and (scale := _scale(other, text)) > 1 and _scale(one, text) == 1:
            found.insert(at + 1, one.also(other.kind, one.value * scale, other.unit))
        elif one.kind == "number" and other.kind not in ("number", "ordinal", "month", "day", "clock"):
            found[at] = replace(one, kind=other.kind, unit=other.unit)
    return found
