"""What a poll means for a feed's state. Pure: time and chance are passed in."""

from services.fetcher import schedule
from services.fetcher.requests import Poll
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState

TITLE_LIMIT = 300


def polled(state: FeedState, feed: Feed, poll: Poll, now: float, chance: float) -> FeedState:
    """Return the state of a feed after a poll; validators are kept only from a response whose body was processed.

    Args:
        state: Before.
        feed: As registered.
        poll: What it came to.
        now: The time.
        chance: From 0 to 1, uniform, for the backoff.
    """
    if not poll.is_good:
        errors = state.errors + 1
        due = schedule.backoff(errors, feed.poll_seconds, now, chance)
        return state.model_copy(update={"errors": errors, "error": poll.outcome, "due": max(due, poll.rests[1] if poll.rests else 0)})
    return state.model_copy(
        update={
            "url": feed.url,
            "etag": poll.etag,
            "last_modified": poll.last_modified,
            "body_sha256": poll.body_sha256,
            "title": (poll.digest.title or "")[:TITLE_LIMIT] or None if poll.digest else state.title,
            "due": schedule.next_poll(feed.id, feed.poll_seconds, now),
            "errors": 0,
            "error": None,
            "succeeded_at": now,
        }
        | _moved(state, poll)
    )


def _moved(state: FeedState, poll: Poll) -> dict[str, object]:
    """Note a permanent redirect; so many identical ones in a row are for people, or for a later rule, to act upon."""
    if poll.moved_to is None:
        return {"moved_to": None, "moved_times": 0}
    return {"moved_to": poll.moved_to, "moved_times": state.moved_times + 1 if poll.moved_to == state.moved_to else 1}
