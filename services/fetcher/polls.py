"""What a poll means for a feed's state. Pure: time and chance are passed in."""

from collections.abc import Iterator

from services.fetcher import polling, registry, schedule
from services.fetcher.feeds import form
from services.fetcher.requests import Poll
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState

TITLE_LIMIT = 300
PROBE_SECONDS = 7 * 86400.0
"""How often a feed is asked for that is not there."""
MISSING_SECONDS = 7 * 86400.0
"""So long a feed answers 404 before it counts as gone; 410 says so at once."""
MOVED_TIMES, MOVED_SECONDS = 5, 86400.0
"""A permanent redirect counts after so many identical ones in a row, over so long: people make mistakes and take them back."""
ANEW: dict[str, object] = {
    "etag": None,
    "last_modified": None,
    "body_sha256": None,
    "answered_by": None,
    "errors": 0,
    "error": None,
    "paused": None,
    "missing_at": None,
    "conditional": 0,
}
"""What belongs to an address and not to the feed."""
LOST_TIMES = 10
"""So many failures in a row at an address that a feed moved to send the fetcher back to the registered one."""


def located(feed: Feed, state: FeedState | None) -> Feed:
    """Return a feed with the address that it is asked for at: where it moved to, unless somebody registered another one since."""
    moved = state.location if state is not None and state.location_of == feed.url else None
    return feed.model_copy(update={"url": moved}) if moved else feed


def polled(state: FeedState, feed: Feed, poll: Poll, now: float, chance: float) -> FeedState:
    """Return the state of a feed after a poll; validators are kept only from a response whose body was processed.

    A good one still lacks its next date, which `planned` sets once its entries were taken.

    Args:
        state: Before.
        feed: As registered.
        poll: What it came to.
        now: The time.
        chance: From 0 to 1, uniform, for the backoff.
    """
    url = located(feed, state).url
    if state.url != url:
        state = state.model_copy(update={"url": url} | ANEW)
    if not poll.is_good:
        return _failed(state, feed, poll, now, chance)
    good: dict[str, object] = {
        "etag": poll.etag,
        "last_modified": poll.last_modified,
        "body_sha256": poll.body_sha256,
        "answered_by": poll.answered_by,
        "form": form.mark(feed),
        "errors": 0,
        "error": None,
        "polled_at": now,
        "succeeded_at": now,
        "paused": None,
        "missing_at": None,
        "fresh_until": now + poll.fresh_for,
        "conditional": state.conditional + 1 if poll.conditional else 0,
    }
    return state.model_copy(update=good | _moved(state, feed, poll, now))


def _failed(state: FeedState, feed: Feed, poll: Poll, now: float, chance: float) -> FeedState:
    errors = state.errors + 1
    due = schedule.backoff(errors, feed.poll_seconds, now, chance)
    missing_at = state.missing_at or now if poll.outcome in ("http-404", "http-410") else state.missing_at
    paused = state.paused
    if poll.outcome == "http-410" or (poll.outcome == "http-404" and missing_at is not None and now - missing_at >= MISSING_SECONDS):
        paused = poll.outcome
    if paused:
        due = schedule.next_poll(feed.id, PROBE_SECONDS, now)
    failed: dict[str, object] = {
        "errors": errors,
        "error": poll.outcome,
        "due": max(due, poll.rests[1] if poll.rests else 0),
        "polled_at": now,
        "missing_at": missing_at,
        "paused": paused,
    }
    if state.location is not None and errors >= LOST_TIMES:
        failed |= {"location": None, "location_of": None}
    return state.model_copy(update=failed)


def _moved(state: FeedState, feed: Feed, poll: Poll, now: float) -> dict[str, object]:
    """Note a permanent redirect, and follow it for good once it has proved to be one."""
    if poll.moved_to is None:
        return {"moved_to": None, "moved_times": 0, "moved_at": 0.0}
    same = poll.moved_to == state.moved_to
    times, since = (state.moved_times + 1, state.moved_at) if same else (1, now)
    if times < MOVED_TIMES or now - since < MOVED_SECONDS:
        return {"moved_to": poll.moved_to, "moved_times": times, "moved_at": since}
    return {"moved_to": None, "moved_times": 0, "moved_at": 0.0, "location": poll.moved_to, "location_of": feed.url}


def informed(before: FeedState, state: FeedState, poll: Poll, new: int, changed: int, now: float) -> FeedState:
    """Return the state after a document's entries were taken: what it says of the feed's rhythm, of its honesty, of entries missed.

    Args:
        before: The state before the poll.
        state: What `polled` returned.
        poll: With a digest, or there is nothing to learn.
        new: How many of its entries were.
        changed: Likewise.
        now: The time.
    """
    if poll.digest is None:
        return state
    gap, window, newest = polling.rhythm(poll.digest.times, now)
    wishes, first = poll.digest.wishes, before.succeeded_at is None
    learned: dict[str, object] = {
        "title": (poll.digest.title or "")[:TITLE_LIMIT] or None,
        "entries": len(poll.digest.entries),
        "gap": gap if gap is not None else _by_arrival(before, new, now),
        "window": window,
        "wish": wishes.seconds,
        "skip_hours": wishes.hours,
        "skip_days": wishes.days,
    }
    if first and new:
        learned["fresh_at"] = newest or now
    elif new:
        learned["fresh_at"] = now
    if new:
        learned["new_at"] = now
    if missed(before, poll, new):
        learned |= {"hurry": min(before.hurry + 1, polling.MOST_HURRY), "hurried_at": now}
    if lied(poll, new, changed):
        learned |= {"lies": before.lies + 1, "lied_at": now}
    return state.model_copy(update=learned)


def _by_arrival(before: FeedState, new: int, now: float) -> float | None:
    """Return the gap that the arrival of entries without dates suggests, half of it from what was known."""
    if not new or before.new_at is None:
        return before.gap
    seen = (now - before.new_at) / new
    return seen if before.gap is None else (seen + before.gap) / 2


def missed(before: FeedState, poll: Poll, new: int) -> bool:
    """Say whether entries may have come and gone between two polls: nothing that the feed shows now was known."""
    return bool(poll.digest and before.succeeded_at is not None and before.entries and new == len(poll.digest.entries) > 0)


def lied(poll: Poll, new: int, changed: int) -> bool:
    """Say whether news came under validators that should have changed with it; a body that only re-dates itself is no lie."""
    return poll.same_validators and new + changed > 0


def events(before: FeedState, state: FeedState, poll: Poll, now: float) -> Iterator[str]:
    """Yield what a poll revealed, as `chipwire_feed_events_total` has it; dates in the future are clamped by the parser."""
    revealed = {
        "lie": state.lies > before.lies,
        "missed-entries": state.hurried_at > before.hurried_at,
        "future-dates": poll.digest is not None and any(time > now + polling.FUTURE_SLACK for time in poll.digest.times),
        "moved": state.location not in (None, before.location),
        "moved-back": state.location is None and before.location is not None,
        "paused": state.paused is not None and before.paused is None,
        "resumed": state.paused is None and before.paused is not None,
    }
    return (event for event, is_so in revealed.items() if is_so)


def planned(state: FeedState, feed: Feed, floor: float, now: float) -> FeedState:
    """Return the state after a good poll with the date of the next one."""
    return state.model_copy(update={"due": polling.due(state, feed.poll_seconds, floor, now), "slowest": feed.poll_seconds})


def condition(feed: Feed, state: FeedState | None, now: float) -> str:
    """Return how a feed is, in a word: ``good``, ``silent``, ``failing``, ``gone``, ``new`` (never polled) or ``off``."""
    if not registry.is_polled(feed):
        return "off"
    if state is None or not state.polled_at:
        return "new"
    if state.paused:
        return "gone"
    if state.errors:
        return "failing"
    return "silent" if polling.is_silent(state, now) else "good"
