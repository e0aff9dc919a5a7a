"""The facts of a Chinese text, in simplified or traditional characters."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from services.parser.fidelity import chinese_forms as forms
from services.parser.fidelity.facts import FACTS_LIMIT, Fact, margin, spread
from services.parser.fidelity.measures import BY_WORD
from services.parser.fidelity.numerals import CHINESE_LARGE, CHINESE_SCALES, chinese
from shared.lexicon.load import scripts
from shared.text.fold import Folded, fold_with_offsets

NUMERALS_CHECKED = 3
"""Numerals below this are too common to be checked; they support."""


@cache
def _simplified() -> dict[int, str]:
    _, simplified = scripts()
    return str.maketrans(dict(simplified) | {"圓": "圆"})


def folded(text: str) -> Folded:
    """Return `text` in half-width and simplified characters, with the way back."""
    half = fold_with_offsets(text)
    return Folded(half.text.translate(_simplified()), half.offsets)


def read(plain: Folded) -> list[Fact]:
    """Return the facts of a Chinese text from its folded form, in order, their places in the text as it is stored."""
    found: list[Fact] = []
    reach = 0
    for start in [begin.start() for begin in forms.BEGIN.finditer(plain.text)]:
        match = forms.TOKEN.match(plain.text, start) if reach <= start and len(found) < FACTS_LIMIT else None
        if match:
            facts = list(_facts(plain.text, match))
            found += facts
            reach = max([match.end(), *(fact.digits[1] for fact in facts)])
    return [fact.moved(plain.offsets) for fact in spread(_of_hundred(found, plain.text), plain.text, forms.RANGE)]


def _facts(text: str, match: re.Match[str]) -> Iterator[Fact]:
    value = _digits(match["digits"]) if match["digits"] else _numeral(text, match)
    if value is None:
        return
    fact = Fact(*match.span(), "number", value, digits=match.span())
    share = forms.OF.match(text, match.end())
    if share:
        part = _digits(share[1]) if share[1][0].isdecimal() else chinese(share[1])
        if part is not None and value:
            near = margin(part / value * 100, _is_round(text, fact), False) if value in (10, 100) else (0.7, 0.7)
            yield replace(fact, end=share.end(), kind="percent", value=part / value * 100, margin=near, digits=share.span(1))
        return
    yield from _measured(text, match, fact)


def _digits(written: str) -> float:
    """Return the value of digits with their scales: ``1亿2000万``."""
    total = 0.0
    for piece in forms.PIECE.finditer(written):
        scale = 1.0
        for character in piece[2] or "":
            scale *= CHINESE_SCALES[character]
        total += float(piece[1].replace(",", "")) * scale
    return total


def _numeral(text: str, match: re.Match[str]) -> float | None:
    """Return the value of a numeral, None where the characters are no number (``千万``, ``数百万``)."""
    if match[0][0] in CHINESE_LARGE or (match[0][0] in "百千" and not text.startswith("分之", match.end())):
        return None
    if forms.VAGUE.search(text, max(0, match.start() - 1), match.start()) or text[match.end() : match.end() + 1] in ("几", "来"):
        return None
    return chinese(match[0])


def _measured(text: str, match: re.Match[str], fact: Fact) -> Iterator[Fact]:
    """Yield a number with the unit that follows it, and what else the two may mean."""
    unit = forms.UNIT.match(text, fact.end)
    sign = forms.SIGN.search(text[max(0, fact.start - 5) : fact.start]) if match["digits"] else None
    kind, factor, currency = _measure(match, unit, forms.SIGNS[sign[1].upper()] if sign else "")
    if text[max(0, fact.start - 2) : fact.start].rstrip().endswith("第"):
        kind, factor, currency = "ordinal", 1.0, ""
    value = fact.value * factor + _more_tenths(unit)
    near = margin(value, _is_round(text, fact), forms.OVER.match(text, fact.end) is not None)
    if unit and unit["tenths"] and any(near):
        near = (5.0, 5.0)
    end = unit.end() if unit and kind not in ("number", "ordinal") else fact.end
    whole = replace(fact, end=end, kind=kind, value=value, unit=currency, margin=near, weak=_is_weak(text, match, fact.value))
    yield whole
    yield from _readings(text, whole, unit)


def _more_tenths(unit: re.Match[str] | None) -> float:
    """Return the points after the tenths: five in ``七成五``."""
    more = unit["half"] if unit else None
    return (5.0 if more == "半" else chinese(more) or 0.0) if more else 0.0


def _measure(match: re.Match[str], unit: re.Match[str] | None, sign: str) -> tuple[str, float, str]:
    if unit and unit["money"]:
        name = unit["money"]
        return "money", 0.01 if name in ("美分", "便士") else 1.0, forms.CURRENCIES[name]
    if sign:
        return "money", 1.0, sign
    if unit is None or unit["measure"]:
        return "number", 1.0, ""
    if unit["points"]:
        return "points", 1.0, ""
    if unit["tenths"]:
        return "percent", 10.0, ""
    kind = forms.UNITS[unit["unit"]]
    written = match["digits"] or match["numeral"]
    if kind == "years" and len(written) == 4 and not set(written) & set("十百千万.,"):
        return "year", 1.0, ""
    return kind, 1.0, ""


def _readings(text: str, fact: Fact, unit: re.Match[str] | None) -> Iterator[Fact]:
    """Yield what else a number may mean: a measure, a year of two digits or of the Republic, an hour after noon."""
    if unit and unit["measure"]:
        kind, factor = BY_WORD[unit["measure"]]
        yield fact.also(kind, fact.value * factor, f"{factor:g}")
    if fact.kind == "years" and fact.value < 200:
        before = text[max(0, fact.start - 3) : fact.start].rstrip()
        if before.endswith("民国"):
            yield fact.also("year", fact.value + 1911)
        elif 10 <= fact.value < 100:
            yield from (fact.also("year", century + fact.value) for century in (1900, 2000))
    if fact.kind == "decade" and fact.value >= 100:
        yield from (fact.also("decade", fact.value % 100), fact.also("century", fact.value // 100 + 1))
    if fact.kind == "number" and 1900 <= fact.value <= 2099 and fact.end - fact.start == 4:
        yield fact.also("year", fact.value)
    if text[fact.end : fact.end + 1] == "倍":
        yield fact.also("number", fact.value + 1)
    if text[fact.end : fact.end + 1] == "后" and fact.value % 10 == 0:
        yield fact.also("decade", fact.value)
    if fact.end - fact.start == 2 and forms.SEASON.search(text[max(0, fact.start - 6) : fact.start]):
        yield fact.also("year", 2000 + fact.value)
    if text[max(0, fact.start - 1) : fact.start] == ":":
        yield fact.also("number", fact.value)
    if fact.kind in ("clock", "number") and 1 <= fact.value < 12:
        yield fact.also("clock", fact.value + 12)
    if fact.kind in ("minute", "number") and fact.value < 60:
        yield fact.also("clock", fact.value)


def _is_weak(text: str, match: re.Match[str], value: float) -> bool:
    if forms.LATIN.match(text, match.end()):
        return True
    if match["digits"]:
        return False
    before = text[max(0, match.start() - 2) : match.start()]
    return value < NUMERALS_CHECKED or forms.NOT_COUNTED.search(before) is not None or forms.CHECKED.match(text, match.end()) is None


def _is_round(text: str, fact: Fact) -> bool:
    return bool(forms.ROUND.search(text[max(0, fact.start - 4) : fact.start]) or forms.ROUND_AFTER.match(text, fact.end))


def _of_hundred(facts: list[Fact], text: str) -> list[Fact]:
    """Return the facts with the percent of ``百分之30至43`` on both numbers."""
    found = list(facts)
    for at in range(1, len(found)):
        one, other = found[at - 1], found[at]
        if (
            one.kind == "percent"
            and other.kind == "number"
            and text[one.end : other.start].strip() in forms.RANGE
            and "之" in text[one.start : one.end]
        ):
            found[at] = replace(other, kind="percent")
    return found
