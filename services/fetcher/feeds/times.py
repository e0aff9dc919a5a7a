"""Times as feeds write them, as RFC 3339: with their offset, or without one where the feed states none."""

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from services.fetcher.feeds.rows import stated_date

LONGEST = 100
"""Characters: longer ones are not times (a feed may send 40 KB of digits)."""
ZONELESS = re.compile(r"(?:\d:\d\d|\s\d{4})$")
"""How an RFC 822 time ends that states no zone; any other end is a zone that we do not know."""


def rfc3339(written: str | None, parsed: time.struct_time | None) -> str | None:
    """Return a time with the offset it was written with, ``Z`` for UTC, none for none, or a day; as written if nobody can read it.

    A time without a zone is not UTC because nobody says otherwise: the parser keeps that it is unknown.

    Args:
        written: As in the feed.
        parsed: What feedparser made of it, in UTC. It decides where it knows a zone that we do not; not where it is another day:
            of ``2025/11/03`` it reads the year, and takes this month for the month.
    """
    text = (written or "").strip()[:LONGEST]
    own, instant = _read(text), parsed and _instant(parsed)
    if own is None or (instant and timedelta(seconds=1) <= abs(_aware(own) - instant) < timedelta(days=1)):
        return _text(instant) if instant else text or None
    is_day = own.tzinfo is None and not (own.hour or own.minute or ":" in text)
    return own.date().isoformat() if is_day else _text(own)


def utc(stated: str | None) -> str | None:
    """Return a time in UTC with ``Z``, one without a zone taken for UTC; None where it cannot be read."""
    found = _read(stated or "")
    return _text(_aware(found).astimezone(UTC)) if found else None


def seconds(stated: str | None) -> float | None:
    """Return a time as seconds since 1970, one without a zone taken for UTC; None where it cannot be read."""
    found = _read(stated or "")
    return _aware(found).timestamp() if found else None


def _read(written: str) -> datetime | None:
    """Return an RFC 3339 or RFC 822 time, or one as Chinese sites write it, with its zone if it states one."""
    text = written.strip()
    if not text or len(text) > LONGEST:
        return None
    found = _iso(text) or _rfc822(text) or _iso((text[:4].isdigit() and stated_date(text)) or "")
    try:
        return found if found and _aware(found).astimezone(UTC) else None
    except OverflowError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return found if found.tzinfo or ZONELESS.search(text) else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _instant(parsed: time.struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
