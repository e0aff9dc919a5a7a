"""When to do what next. Pure: the time is passed in, and so is chance."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

JITTER = 0.1
"""A poll comes so much earlier or later, as a share of its interval: feeds of one import must not march in step."""
LONGEST_BACKOFF = 24 * 3600.0
LONGEST_REST = 24 * 3600.0
"""A host may ask for so long a rest; a longer Retry-After is a mistake or a trap."""
DEFAULT_REST = 60.0
RETRIES = 5
DEFAULT_RETRY = 900.0


def next_poll(feed: str, interval: float, now: float) -> float:
    """Return when to poll a feed again after a good poll: its interval, give or take `JITTER`, the same for the same feed and time."""
    share = int.from_bytes(sha256(f"{feed} {now:.3f}".encode()).digest()[:4], "big") / 2**32
    return now + interval * (1 + JITTER * (2 * share - 1))


def backoff(errors: int, interval: float, now: float, chance: float) -> float:
    """Return when to poll a feed again after its `errors`-th failure in a row.

    Args:
        errors: From 1.
        interval: Seconds between its good polls.
        now: The time.
        chance: From 0 to 1, uniform.

    Source: AWS Architecture Blog, Exponential Backoff And Jitter: full jitter; a quarter of the interval is the least here.
    """
    most = min(max(LONGEST_BACKOFF, interval), interval * 2.0 ** min(errors, 20))
    least = interval / 4
    return now + least + chance * (most - least)


def retry_delay(tries: int, recheck_after: Sequence[float]) -> float | None:
    """Return how long to wait with a page that failed `tries` times, None to give it up.

    The waits scale with the first re-check (6 h): 18 min, tripling, at most a day: five tries in about a day and a half.
    """
    if tries > RETRIES:
        return None
    first = recheck_after[0] / 20 if recheck_after else DEFAULT_RETRY
    return min(LONGEST_BACKOFF, first * 3.0 ** (tries - 1))


def retry_after(stated: str | None, now: float) -> float | None:
    """Return until when a Retry-After header asks for rest, None if it says nothing sensible.

    Source: RFC 9110 section 10.2.3: a number of seconds or a date.
    """
    text = (stated or "").strip()
    if text.isascii() and text.isdigit():
        return now + min(LONGEST_REST, float(text[:9]))
    try:
        until = parsedate_to_datetime(text)
        moment = until.replace(tzinfo=until.tzinfo or UTC).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(now + LONGEST_REST, moment) if moment > now else None


def iso(moment: float) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
