"""Times as feeds write them, as RFC 3339."""

import calendar
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = 100
"""Characters: longer ones are not times (a feed may send 40 KB of digits)."""


def rfc3339(written: str | None, parsed: time.struct_time | None) -> str | None:
    """Return a time with the offset it was written with, ``Z`` for UTC; as written if nobody can read it.

    Args:
        written: As in the feed.
        parsed: What feedparser made of it, in UTC; it decides, our own reading only tells the offset.
    """
    if parsed is None:
        return written.strip()[:LONGEST] if written and written.strip() else None
    instant = _instant(parsed)
    own = read(written or "")
    if own is None or instant is None or abs(own - instant) >= timedelta(seconds=1):
        return _text(instant) if instant else None
    return _text(own)


def read(written: str) -> datetime | None:
    """Return an RFC 3339 or RFC 822 time that carries its zone, None for any other text."""
    text = written.strip()
    if not text or len(text) > LONGEST:
        return None
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reader(text)
            return found if found.tzinfo and found.astimezone(UTC) else None
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
    return None


def utc(stated: str | None) -> str | None:
    """Return a time in UTC with ``Z``, None where it cannot be read."""
    found = read(stated or "")
    return _text(found.astimezone(UTC)) if found else None


def seconds(stated: str | None) -> float | None:
    """Return a time as seconds since 1970, None where it cannot be read."""
    found = read(stated or "")
    return found.timestamp() if found else None


def _instant(parsed: time.struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
