"""How often to poll a feed: its own rhythm, within what it wishes for and what the operator allows. Pure: the time is passed in.

    interval = max(median gap / 4, idle time / 8), between the floor and the feed's `poll_seconds`, which is its ceiling

Then: never more than half of the time that the document reaches back, faster after entries were missed, slower once nothing came for
months, never below what HTTP and the feed wish for unless that loses entries, not in hours and on days that the feed excludes.
`tests/bench/polling.py` compares this with a fixed hour and with miniflux's entry_frequency.
Source: issue 5 (the factors were fitted on the dates of 173 blogs); RFC 9111 sections 4.2.1 and 5.2.2.1 for freshness.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

from services.fetcher.schedule import next_poll
from shared.records.fetch_state import FeedState

DAY, WEEK, MONTH = 86400.0, 7 * 86400.0, 30 * 86400.0
GAP_SHARE, IDLE_SHARE = 4, 8
LONGEST_WISH = DAY
"""Nobody may ask for more patience: a longer `max-age` is meant for pictures and scripts."""
MOST_HURRY = 3
HURRY_SECONDS = WEEK
"""So long after entries were missed a feed is polled faster."""
DORMANT_SHARE = 8
SHORTEST_SILENCE, LONGEST_SILENCE, SILENT_GAPS = 2 * DAY, 60 * DAY, 10
FUTURE_SLACK = 600.0
"""Clocks differ: a date so far ahead is still now."""


def rhythm(times: Sequence[float], now: float) -> tuple[float | None, float | None, float | None]:
    """Return the median gap between a document's entries, the time it reaches back, and its newest date, each None if unknown.

    Args:
        times: Of its entries, seconds since 1970; those in the future say nothing.
        now: The time.
    """
    past = sorted({time for time in times if 0 < time <= now + FUTURE_SLACK})
    if not past:
        return None, None, None
    gap = float(median(after - before for before, after in pairwise(past))) if len(past) > 2 else None
    return gap, now - past[0] if len(past) > 4 else None, min(now, past[-1])


def interval(state: FeedState, slowest: float, floor: float, now: float) -> float:
    """Return the seconds to the next poll of a feed whose last one was good, before anybody's wishes.

    Args:
        state: What was learned of its rhythm.
        slowest: Its ceiling.
        floor: Of all feeds; a lower ceiling lowers it.
        now: The time.
    """
    least, most = min(floor, slowest), _ceiling(state, slowest, now)
    if state.fresh_at is None:
        return slowest
    wanted = max((state.gap or 0) / GAP_SHARE, (now - state.fresh_at) / IDLE_SHARE)
    if state.window is not None:
        wanted = min(wanted, state.window / 2)
    return max(min(max(wanted, least), most) / _hurry(state, now), least / 4)


def _hurry(state: FeedState, now: float) -> int:
    """Return how many times faster a feed is polled that lost entries lately: 1, 2, 4 or 8."""
    return 1 << state.hurry if now - state.hurried_at < HURRY_SECONDS else 1


def patience(state: FeedState, floor: float, now: float) -> float:
    """Return the seconds to leave a feed alone because HTTP or the feed wishes it.

    A wish goes before the feed's ceiling, which bounds only what we want: entries come late by it, and the reader is polite. It does not
    go so far that entries are lost: not beyond half of the time that the document reaches back (though never below the floor for that),
    and once a poll showed that some were missed it shrinks with the interval. RFC 9111 section 4 says what a cache may
    use again unasked; it forbids nobody to ask.
    """
    wish = min(LONGEST_WISH, max(state.wish, state.fresh_until - now))
    most = wish if state.window is None else max(floor, state.window / 2)
    return min(wish, most) / _hurry(state, now)


def _ceiling(state: FeedState, slowest: float, now: float) -> float:
    """Let the ceiling of a feed rise that brought nothing for months, to `DORMANT_SHARE` times its own or a day."""
    if state.new_at is None:
        return slowest
    months = (now - state.new_at) / MONTH
    return max(slowest, min(slowest * min(DORMANT_SHARE, months), DAY))


def due(state: FeedState, slowest: float, floor: float, now: float) -> float:
    """Return when to poll a feed again after a good poll at `now`, with its own jitter: by its rhythm, with `patience`, when allowed."""
    wanted = interval(state, slowest, floor, now)
    least = now + patience(state, floor, now)
    moment = next_poll(state.id, wanted, now)
    if moment < least:  # jitter upwards only
        moment = least + (next_poll(state.id, wanted, now) - now) * 0.1
    return allowed(moment, state.skip_hours, state.skip_days)


def allowed(moment: float, hours: Sequence[int], days: Sequence[int]) -> float:
    """Return the first time from `moment` on, in steps of an hour, that is in none of the excluded hours (UTC) and days (Monday is 0)."""
    when = datetime.fromtimestamp(moment, UTC)
    for step in range(8 * 24 if hours or days else 0):
        then = when + timedelta(hours=step)
        if then.hour not in hours and then.weekday() not in days:
            return moment + 3600.0 * step
    return moment


def fresh_for(headers: Mapping[str, str]) -> float:
    """Return the seconds for which a response says that it is fresh, at most `LONGEST_WISH`.

    ``max-age`` goes before ``Expires``, which counts against ``Date``; ``no-store`` and ``no-cache`` end both.
    """
    directives: dict[str, str] = {}
    for part in headers.get("cache-control", "")[:1000].lower().split(","):
        name, _, value = part.strip().partition("=")
        directives.setdefault(name.strip(), value.strip().strip('"'))
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    age = _seconds(headers.get("age", ""))
    stated = directives.get("max-age")
    lifetime = _lifetime(headers) if stated is None else _seconds(stated)
    return min(LONGEST_WISH, max(0.0, lifetime - age))


def _seconds(stated: str) -> float:
    return float(stated[:10]) if stated.isascii() and stated.isdigit() else 0.0


def _lifetime(headers: Mapping[str, str]) -> float:
    try:
        expires = parsedate_to_datetime(headers.get("expires", ""))
        date = parsedate_to_datetime(headers.get("date", ""))
        return (expires.replace(tzinfo=UTC) - date.replace(tzinfo=UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0


def is_silent(state: FeedState, now: float) -> bool:
    """Say whether a feed has brought nothing for ten times its usual gap (at least two days, at most sixty)."""
    if state.fresh_at is None:
        return False
    expected = SILENT_GAPS * (state.gap or WEEK)
    return now - state.fresh_at > min(LONGEST_SILENCE, max(SHORTEST_SILENCE, expected))
