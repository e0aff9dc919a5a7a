"""Dates as pages write them, in English and Chinese and in the standards' forms, with their precision and their zone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_tz

from services.parser.page.date_forms import FORMS, MONTHS, ZONES, in_digits
from services.parser.page.relative import ago, before
from shared.records.article import Issue, Precision, Published
from shared.text.fold import fold, line

RAW_LIMIT = 100
"""Characters of a date that are read; longer ones are no dates."""
OLDEST, NEWEST = 1970, 2199
"""Years that an article may be of."""
MAX_ZONE_MINUTES = 14 * 60

_LATER = re.compile(r"(?:updat|modif|更新|修改).*?((?:publi|post|发布|發布|發佈|发表|發表).*)", re.I)
"""An update that is told before the publication."""
_EPOCH = re.compile(r"(1\d{9})(?:\d{3})?")
"""Seconds or milliseconds since 1970, as some publishing systems write them into their metadata."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that may be a date, and where they stood (see `Published.origin`)."""

    raw: str
    origin: str


def choose(candidates: Iterable[Candidate], fetched_at: str) -> tuple[Published | None, tuple[Issue, ...]]:
    """Return the first candidate that is a date and not in the future, and what was wrong with those before it.

    Args:
        candidates: Best first.
        fetched_at: RFC 3339 in UTC; empty where unknown: then nothing is clamped and relative dates cannot be read.
    """
    now = moment(fetched_at)
    wrong: dict[str, str] = {}
    found: Published | None = None
    for written in candidates:
        candidate = Candidate(line(written.raw[: 2 * RAW_LIMIT]), written.origin)
        found = read(candidate.raw, candidate.origin) or _relative(candidate, now)
        if found is not None and found.origin == "text" and found.precision in ("year", "month"):
            found = None  # a year alone on a page is rarely the one it was published in
            continue
        if found is not None and not _is_future(found, now):
            break
        if found is not None or ago(candidate.raw, candidate.origin == "text"):
            wrong.setdefault("future-date" if found else "relative-date", candidate.raw[:RAW_LIMIT])
            found = None
    return found, tuple(Issue(code=code, detail=raw, field="published") for code, raw in wrong.items())


def _is_future(found: Published, now: datetime | None) -> bool:
    return now is not None and date.fromisoformat(_whole(found.value)) > (now + timedelta(days=1)).date()


def moment(text: str) -> datetime | None:
    """Return an RFC 3339 time in UTC, None where it is none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None


def read(raw: str, origin: str) -> Published | None:
    """Return the first date in `raw` (at most `RAW_LIMIT` characters), None where there is none."""
    if not raw or len(raw) > RAW_LIMIT:
        return None
    text = in_digits(fold(raw))
    later = _LATER.search(text)
    for part in (later[1], text) if later else (text,):
        for pattern in FORMS:
            if (match := pattern.search(part)) and (found := _published(match.groupdict(), raw, origin)):
                return found
    if origin != "text" and (stamp := _EPOCH.fullmatch(text)):
        return _valid([*datetime.fromtimestamp(int(stamp[1]), UTC).timetuple()[:6]], None, "Z", raw, origin)
    return _rfc822(text, raw, origin)


def _published(parts: dict[str, str | None], raw: str, origin: str) -> Published | None:
    """Return the date of a match's named parts; the first part that is missing sets the precision."""
    month = _month(parts)
    year = _year(parts["year"] or "", parts.get("era") is not None)
    day = parts.get("day") or (parts["b" if month == parts.get("a") else "a"] if "a" in parts else None)
    numbers = [year, *(int(part) if part else None for part in (month, day, parts.get("hour"), parts.get("minute"), parts.get("second")))]
    return _valid(numbers, parts.get("half") or parts.get("before"), parts.get("zone"), raw, origin)


def _year(digits: str, republic: bool) -> int:
    """Return a year as people write it: two digits are of this century, three or an era those of the Republic of China."""
    if republic or len(digits) == 3:
        return int(digits) + 1911
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(parts: dict[str, str | None]) -> str | None:
    if name := parts.get("name"):
        return str(MONTHS[name.lower()])
    if "a" not in parts:
        return parts.get("month")
    first, second = parts["a"] or "", parts["b"] or ""
    american = parts["separator"] == "/" and int(first) <= 12
    return first if american or int(second) > 12 else second


def _valid(numbers: list[int | None], half: str | None, zone: str | None, raw: str, origin: str) -> Published | None:
    given = next((i for i, number in enumerate(numbers) if number is None), len(numbers))
    year, month, day, hour, minute, second = (
        number if number is not None else low for number, low in zip(numbers, (0, 1, 1, 0, 0, 0), strict=True)
    )
    hour = _afternoon(hour, half)
    try:
        value = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - the zone is kept beside it, as written
    except ValueError:
        return None if given <= 3 else _valid([*numbers[:3], None, None, None], None, None, raw, origin)
    if not OLDEST <= year <= NEWEST:
        return None
    names: tuple[Precision, ...] = ("year", "month", "day", "hour", "minute", "second")
    offset = _zone(zone) if given > 3 else None
    length = (4, 7, 10, 13, 16, 19)[given - 1]
    return Published(value=value.isoformat()[:length] + (offset or ""), precision=names[given - 1], zone=offset, raw=raw, origin=origin)


def _afternoon(hour: int, half: str | None) -> int:
    name = (half or "").lower().replace(".", "")
    if name in ("pm", "下午", "晚上", "晚间", "晚間", "傍晚") and hour < 12:
        return hour + 12
    return 0 if name in ("am", "凌晨") and hour == 12 else hour


def _zone(written: str | None) -> str | None:
    """Return an offset as ``+08:00`` or ``Z``, None where it is no offset that any place has."""
    if not written:
        return None
    if name := ZONES.get(written.lower()):
        return name
    match = re.fullmatch(r"(?:utc|gmt)?\s?([+-])\s?(\d{1,2}):?(\d{2})?", written, re.I)
    if not match:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    return f"{match[1]}{hours:02}:{minutes:02}" if minutes < 60 and hours * 60 + minutes <= MAX_ZONE_MINUTES else None


def _rfc822(text: str, raw: str, origin: str) -> Published | None:
    """Return a date in the mail form. Source: RFC 822, 5; RFC 2822, 3.3."""
    parts = parsedate_tz(text)
    if parts is None:
        return None
    seconds = parts[9]
    zone = None if seconds is None else f"{'-' if seconds < 0 else '+'}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}"
    return _valid(list(parts[:6]), None, "Z" if zone == "+00:00" else zone, raw, origin)


def _relative(candidate: Candidate, now: datetime | None) -> Published | None:
    found = ago(candidate.raw, candidate.origin == "text")
    if found is None or now is None:
        return None
    value, zone = before(now, *found)
    return Published(value=value, precision=found[1], zone=zone, raw=candidate.raw, origin=candidate.origin)


def _whole(value: str) -> str:
    """Return the first day of a date of any precision."""
    return (value + "-01-01")[:10] if len(value) < 8 else value[:10]
