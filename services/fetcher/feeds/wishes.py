"""How often a feed itself wishes to be polled: ``ttl``, ``sy:update*``, ``skipHours`` and ``skipDays``.

Source: RSS 2.0 specification (ttl in minutes; skipHours 0-23 in GMT, 24 read as 0; skipDays); RSS 1.0 syndication module.
"""

import re
from dataclasses import dataclass

LOOKED_AT = 64 * 1024
"""Characters before the first entry, and after the last one, in which a feed speaks of itself."""
ENTRY = re.compile(r"<(?:[\w.-]{1,30}:)?(?:item|entry)[\s>]", re.IGNORECASE)
PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": 365 * 86400}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TTL = re.compile(r"<ttl>\s{0,99}(\d{1,6})\s{0,99}</ttl>", re.IGNORECASE)
PERIOD = re.compile(r"<syn?:updatePeriod>\s{0,99}([a-z]{1,9})\s{0,99}<", re.IGNORECASE)
FREQUENCY = re.compile(r"<syn?:updateFrequency>\s{0,99}(\d{1,4})\s{0,99}<", re.IGNORECASE)
SKIP_HOURS = re.compile(r"<skipHours>([^!]{0,4000}?)</skipHours>", re.IGNORECASE)
SKIP_DAYS = re.compile(r"<skipDays>([^!]{0,4000}?)</skipDays>", re.IGNORECASE)
HOUR = re.compile(r"<hour>\s{0,99}(\d{1,2})\s{0,99}<", re.IGNORECASE)
DAY = re.compile(r"<day>\s{0,99}([a-z]{6,9})\s{0,99}<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a feed asks of its readers.

    Attributes:
        seconds: Least time between two polls, 0 for any.
        hours: Hours of the day (UTC, 0-23) in which not to poll; never all of them.
        days: Days of the week (Monday is 0) on which not to poll; never all of them.
    """

    seconds: int = 0
    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


def read(text: str) -> Wishes:
    """Return the wishes in the text of an XML feed."""
    about = _about(text)
    hours = {int(hour) % 24 for hour in _inside(SKIP_HOURS, HOUR, about) if int(hour) <= 24}
    days = {DAYS.index(day.lower()) for day in _inside(SKIP_DAYS, DAY, about) if day.lower() in DAYS}
    return Wishes(
        max(_ttl(about), _syndication(about)),
        tuple(sorted(hours)) if len(hours) < 24 else (),
        tuple(sorted(days)) if len(days) < 7 else (),
    )


def _about(text: str) -> str:
    first = ENTRY.search(text)
    if first is None:
        return text[:LOOKED_AT]
    last = max(text.rfind("</item>"), text.rfind("</entry>"))
    return text[: min(first.start(), LOOKED_AT)] + (text[last : last + LOOKED_AT] if last > 0 else "")


def _ttl(about: str) -> int:
    stated = TTL.search(about)
    return int(stated[1]) * 60 if stated else 0


def _syndication(about: str) -> int:
    """Return the period over the frequency; a frequency without a period counts a day, as the module says."""
    period, frequency = PERIOD.search(about), FREQUENCY.search(about)
    if period is None and frequency is None:
        return 0
    seconds = PERIODS.get(period[1].lower(), 0) if period else PERIODS["daily"]
    return seconds // max(1, int(frequency[1]) if frequency else 1)


def _inside(outer: re.Pattern[str], inner: re.Pattern[str], about: str) -> list[str]:
    found = outer.search(about)
    return inner.findall(found[1]) if found else []
