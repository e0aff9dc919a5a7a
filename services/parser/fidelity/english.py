"""The facts of an English text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from services.parser.fidelity import english_forms as forms
from services.parser.fidelity.facts import FACTS_LIMIT, Fact, margin, spread
from services.parser.fidelity.measures import BY_WORD
from services.parser.fidelity.numerals import ENGLISH_ORDINALS, ENGLISH_SCALES, ENGLISH_TENS, ENGLISH_UNITS, SHORT_SCALES, english
from shared.lexicon.match import Alias, Matcher

WORDS_CHECKED = 3
"""Number words below this are too common to be checked; they support."""
SHARE_MARGIN = 0.7
"""Points that a fraction in words may be from its percentage: 33 % is a third."""

_DIGIT = re.compile(r"\d+")


@cache
def _matcher() -> Matcher:
    return Matcher(Alias(word, 0, plural=word in forms.IMPLIED) for word in dict.fromkeys(forms.WORDS))


def read(text: str) -> list[Fact]:
    """Return the facts of an English text, in order; where a number may be read in two ways there are two facts at one place."""
    found: list[Fact] = []
    reach = 0
    for start, end in sorted([match.span() for match in _DIGIT.finditer(text)] + [hit[:2] for hit in _matcher().find(text)]):
        if start < reach:
            continue
        if len(found) > FACTS_LIMIT:
            break
        facts = list(_facts(text, start, end))
        found += facts
        reach = max([end, *(fact.end for fact in facts)])
    return spread(found, text, forms.RANGE)


def _facts(text: str, start: int, end: int) -> Iterator[Fact]:
    word = text[start:end].lower()
    fact = Fact(start, end, "number", 0.0, weak=True, digits=(start, end))
    if word[0].isdecimal():
        yield from _digits(text, start, fact)
    elif word in forms.NUMBERS:
        yield from _words(text, fact)
    elif word in forms.MONTHS:
        beside = re.match(r"\.? \d", text[end : end + 4]) or re.search(r"\d(?:st|nd|rd|th)?(?: of)? $", text[max(0, start - 8) : start])
        yield replace(fact, kind="month", value=forms.MONTHS[word], weak=not beside)
    elif word in ENGLISH_ORDINALS:
        yield fact.also("ordinal", ENGLISH_ORDINALS[word])
        if _is_century(text, end):
            yield fact.also("century", ENGLISH_ORDINALS[word])
    elif word in forms.DECADES:
        yield fact.also("decade", forms.DECADES[word])
    elif word in forms.IMPLIED or word.rstrip("s") in forms.IMPLIED:
        yield from _implied(text, fact, word if word in forms.IMPLIED else word.rstrip("s"))
    if word in forms.FRACTIONS:
        yield from _fraction(text, fact, forms.FRACTIONS[word])


def _digits(text: str, start: int, fact: Fact) -> Iterator[Fact]:
    match = forms.DIGITS.match(text, start)
    digits = text[start : fact.end]
    if forms.SHORT_YEAR.search(text[max(0, start - 4) : start]) and len(digits) == 2:
        decade = text[fact.end : fact.end + 1] == "s" and digits[1] == "0"
        yield fact.also("decade", float(digits)) if decade else fact.also("year", 2000 + float(digits))
    elif match is None and len(digits) == 4 and "1900" <= digits < "2100":
        yield fact.also("year", float(digits))
    elif match:
        written = re.match(r"[\d,.]+", match[0]) or match
        value = float(written[0].replace(",", "")) + (0.5 if written[0] != match[0] else 0)
        yield from _number(text, (start, match.end()), value, forms.SIGN.search(text[max(0, start - 5) : start]))


def _words(text: str, fact: Fact) -> Iterator[Fact]:
    """Yield the number that begins with a word: as many of the words that follow as make one number."""
    words, end = [text[fact.start : fact.end].lower()], fact.end
    value = english(words) or 0.0
    while (following := forms.FOLLOWING.match(text, end)) and len(words) < 12:
        words.append(following[1].lower())
        longer = english(words)
        if longer is None:
            break
        value, end = longer, following.end()
    yield from _number(text, (fact.start, end), value, None)


def _implied(text: str, fact: Fact, word: str) -> Iterator[Fact]:
    value, kind = forms.IMPLIED[word]
    yield fact.also(kind, value)
    unit = forms.UNIT.match(text, fact.end) if kind == "number" else None
    if unit and unit["length"]:
        yield fact.also(forms.LENGTHS[unit["length"].lower()], value)


def _fraction(text: str, fact: Fact, share: float) -> Iterator[Fact]:
    """Yield a fraction as percent and as a number: ``two-thirds``, ``half a million``, ``a quarter of an hour``."""
    before = re.search(r"(\w+)[ -](?:and a )?$", text[max(0, fact.start - 16) : fact.start])
    count = ENGLISH_UNITS.get(before[1].lower(), 1) if before else 1
    value = share * (count or 1)
    yield replace(fact.also("percent", value), margin=(SHARE_MARGIN, SHARE_MARGIN))
    yield fact.also("number", value / 100)
    of = re.match(r"(?: of)?(?: an?|-an?)?[ -](\w+)", text[fact.end : fact.end + 24])
    word = of[1].lower() if of else ""
    if word in ENGLISH_SCALES:
        yield from (fact.also(kind, value / 100 * ENGLISH_SCALES[word]) for kind in ("number", "money"))
    elif word.rstrip("s") in forms.LENGTHS:
        yield fact.also(forms.LENGTHS[word.rstrip("s")], value / 100 * _years(word))
    if before and before[0].endswith("and a ") and count:
        yield from (fact.also(kind, count + share / 100) for kind in ("number", forms.LENGTHS.get(word.rstrip("s"), "hour")))


def _number(text: str, span: tuple[int, int], value: float, sign: re.Match[str] | None) -> Iterator[Fact]:
    """Yield the facts of a number: its value with the scale and the unit that follow it."""
    start, end = span
    spoken = not text[start].isdecimal()
    scale = forms.SCALE.match(text, end) if not spoken or value < 1000 else None
    if scale:
        value, end = value * (ENGLISH_SCALES | SHORT_SCALES)[scale[1].lower()], scale.end()
    unit = None if sign else forms.UNIT.match(text, end)
    kind, factor, currency = ("money", 1.0, forms.CURRENCIES.get(sign[1].rstrip(".").lower(), "*")) if sign else _measure(unit)
    plain = not spoken and not scale
    if kind == "decade" and (not plain or value % 10 or not (value < 100 or 1000 <= value <= 2190)):
        kind = "number"
    begin = start - len(sign[0]) if sign else start
    near = forms.ROUND.search(text[max(0, begin - 18) : begin]) is not None
    fact = Fact(
        start=begin,
        end=unit.end() if unit and kind != "number" else end,
        kind=kind,
        value=value * factor,
        unit=currency,
        margin=margin(value * factor, near, forms.ODD.match(text, end) is not None),
        weak=(spoken and value < WORDS_CHECKED) or text[max(0, start - 1) : start] == "#",
        digits=span,
    )
    yield fact
    yield from _readings(text, fact, unit)
    if kind == "number" and not scale:
        yield from _shares(text, fact)
    if plain and kind == "number":
        yield from _plain_readings(text, fact)


def _measure(unit: re.Match[str] | None) -> tuple[str, float, str]:
    if unit is None or unit["measure"]:
        return "number", 1.0, ""
    if unit["money"]:
        return "money", 1.0, forms.CURRENCIES[unit["money"].lower()]
    if unit["cents"]:
        return "money", 0.01, "*"
    if unit["length"]:
        length = unit["length"].lower()
        return forms.LENGTHS[length], _years(length), ""
    name = unit.lastgroup or "number"
    return ("points", 0.01, "") if name == "basis" else (name, 1.0, "")


def _readings(text: str, fact: Fact, unit: re.Match[str] | None) -> Iterator[Fact]:
    """Yield what else a number with a unit may mean: a weight, an afternoon hour with its minutes, a century, a decade's digits."""
    value = fact.value
    word = (unit["measure"] or unit["money"] or "").lower() if unit else ""
    if word in BY_WORD:
        kind, factor = BY_WORD[word]
        yield fact.also(kind, value * factor, f"{factor:g}")
    if fact.kind == "clock" and unit:
        minutes = re.search(r"\d\d", unit["clock"])
        hour = value // 1
        yield from (fact.also("clock", other) for other in (hour, hour % 12 + 12 * ("p" in unit["clock"].lower())))
        yield fact.also("clock", float(minutes[0]) if minutes else round(value % 1 * 100))
    if fact.kind == "decade":
        yield from (fact.also("decade", value % 100), fact.also("century", value // 100 + 1))
    if fact.kind in ("number", "ordinal") and 1 <= value <= 31 and _is_beside_month(text, fact):
        yield fact.also("day", value)
    if fact.kind == "ordinal" and _is_century(text, fact.end):
        yield fact.also("century", value)


def _plain_readings(text: str, fact: Fact) -> Iterator[Fact]:
    """Yield what else a bare number may mean: a year, an age."""
    value = fact.value
    if 1000 <= value <= 2199 and "," not in text[fact.start : fact.end]:
        yield replace(fact, kind="year")
    if forms.AGED.search(text[max(0, fact.start - 10) : fact.start]):
        yield fact.also("age", value)


def _shares(text: str, fact: Fact) -> Iterator[Fact]:
    """Yield the percentage of ``one in five``, ``3 out of 4``, ``2/3``."""
    of = re.match(r"(?:[ -]in[ -](?:every )?| out of |/)(\w+)", text[fact.end : fact.end + 20])
    if of:
        word = of[1].lower()
        whole = ENGLISH_UNITS.get(word) or ENGLISH_TENS.get(word) or (int(word) if word.isdecimal() and len(word) < 6 else 0)
        if whole > fact.value:
            yield fact.also("percent", fact.value / whole * 100)


def _years(word: str) -> float:
    """Return how many of its base unit a length of time is: a decade is ten years."""
    return 10.0 if word.startswith("decade") else 100.0 if word.startswith("centur") else 2.0 if word.startswith("fortnight") else 1.0


def _is_century(text: str, end: int) -> bool:
    return text[end : end + 10].lower().lstrip(" -").startswith("centur")


def _is_beside_month(text: str, fact: Fact) -> bool:
    start, end = fact.digits
    return bool(forms.MONTH_BEFORE.search(text[max(0, start - 20) : start]) or forms.MONTH_AFTER.match(text[end : end + 24]))
