"""Dates and titles as lists of links show them."""

import re
from datetime import date

YEAR_FIRST = re.compile(
    r"(?<!\d)(20\d\d)\s{0,2}[-./年]\s{0,2}(\d{1,2})\s{0,2}[-./月]\s{0,2}(\d{1,2})(?!\d)(?:\s{0,2}日)?"
    r"(?:[\sT]{1,3}([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z|[+-]\d\d:?\d\d)?)?"
)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH_FIRST = re.compile(r"(?<!\w)([A-Za-z]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(20\d\d)(?!\d)")
DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\s{1,3}([A-Za-z]{3,9})\.?,?\s{1,3}(20\d\d)(?!\d)")
IN_LINK = (
    re.compile(r"/(20\d\d)[-/]?(0[1-9]|1[0-2])/?-?(0[1-9]|[12]\d|3[01])(?:/|_|$)"),
    re.compile(r"/t(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])_"),
    re.compile(r"/(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{4,8}\.s?html?$"),
)
"""Days in addresses: ``/2026-06/18/``, ``/2026/06/18/``, ``/20250814_33``, ``/t20260917_1407686``, ``/202604299557.html``."""
CUT = ("…", "...", "..", "．．．")


def stated_date(text: str) -> str | None:
    """Return the first date in a text, as a day or, with a time of day, as RFC 3339, perhaps without a zone; None if there is none."""
    if found := YEAR_FIRST.search(text):
        day = _day(found[1], found[2], found[3])
        time = f"T{found[4]}:{found[5]}:{found[6] or '00'}{found[7] or ''}" if found[4] else ""
        return day and day + time
    if found := MONTH_FIRST.search(text):
        return _named(found[3], found[1], found[2])
    found = DAY_FIRST.search(text)
    return _named(found[3], found[2], found[1]) if found else None


def linked_date(link: str) -> str | None:
    """Return the day that an address names, None if it names none."""
    path = link.partition("?")[0]
    found = next((match for pattern in IN_LINK if (match := pattern.search(path))), None)
    return _day(found[1], found[2], found[3]) if found else None


def _named(year: str, month: str, day: str) -> str | None:
    name = month[:3].lower()
    return _day(year, str(MONTHS.index(name) + 1), day) if name in MONTHS else None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def best_title(text: str, attribute: str) -> str:
    """Return a link's title: its ``title`` attribute where the text is empty, cut short, or its beginning."""
    text, attribute = " ".join(text.split()), " ".join(attribute.split())
    cut = next((mark for mark in CUT if text.endswith(mark)), "")
    stem = text.removesuffix(cut).rstrip()
    return attribute if attribute and (not text or (attribute.startswith(stem) and len(attribute) > len(stem))) else text
