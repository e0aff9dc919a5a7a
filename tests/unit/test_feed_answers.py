"""What a lane notes of an answer: dates in the future, which have no say in when a feed is polled, and a rest that was asked for."""

from services.fetcher.desk import Desk
from services.fetcher.digest import FeedDigest, Found
from services.fetcher.polling import FUTURE_SLACK
from services.fetcher.requests import Poll
from services.fetcher.revisions import Policy
from shared.records.feed import Feed
from shared.records.fetch_state import HostState
from shared.records.raw import Entry
from shared.records.record import Record

FEED = Feed(id="f", url="https://e.example/feed", poll_seconds=3600)
NOW, HOUR, YEAR = 1_790_000_000.0, 3600.0, 365 * 86400.0
ENTRY = Found(("0" * 32,), "h", Entry(title="t"), "", None, True)
PAST = tuple(NOW - hours * HOUR for hours in range(1, 7))


def polled(*times: float) -> Desk:
    """Return a desk that took one document whose entries have these dates."""
    desk = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    message = FEED.to_message()
    desk.register(Record("t", 0, 0, 0, message.key, message.value, message.headers), NOW)
    desk.answer_poll(FEED, Poll("changed", FeedDigest("T", (ENTRY,), times=times), body_sha256="hash"), NOW)
    return desk


def test_a_date_in_the_future_is_counted_and_one_within_the_slack_of_clocks_is_not() -> None:
    assert polled(*PAST, NOW + YEAR).counts["feed_events", "future-dates"] == 1
    assert polled(*PAST, NOW + FUTURE_SLACK - 1).counts["feed_events", "future-dates"] == 0


def test_a_date_in_the_future_changes_neither_the_rhythm_nor_the_next_poll() -> None:
    honest, dated_ahead = polled(*PAST).memory.feeds["f"], polled(*PAST, NOW + YEAR, NOW + 2 * YEAR).memory.feeds["f"]
    assert honest.gap == HOUR
    assert dated_ahead == honest


def test_a_feed_of_nothing_but_future_dates_is_polled_again_within_its_ceiling() -> None:
    state = polled(NOW + YEAR).memory.feeds["f"]
    assert NOW < state.due <= NOW + FEED.poll_seconds * 1.1


def test_a_rest_that_a_host_asked_for_is_written_for_the_next_owner() -> None:
    desk = polled(*PAST)
    desk.memory.drain()
    desk.answer_poll(FEED, Poll("http-429", rests=("e.example", NOW + 9 * HOUR)), NOW)
    assert desk.memory.hosts == {"e.example": HostState(authority="e.example", rest_until=NOW + 9 * HOUR)}
    assert {message.key for message in desk.memory.drain()} == {b"host:e.example", b"f"}
    assert desk.memory.feeds["f"].due >= NOW + 9 * HOUR
