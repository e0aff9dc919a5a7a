"""When the fetcher does what next."""

from hypothesis import given
from hypothesis import strategies as st

from services.fetcher import schedule

NOW = 1_790_000_000.0


@given(st.text(max_size=20), st.floats(1, 86400), st.floats(0, 2e9))
def test_the_next_poll_comes_after_about_its_interval_and_always_at_the_same_time(feed: str, interval: float, now: float) -> None:
    due = schedule.next_poll(feed, interval, now)
    assert 0.89 * interval <= due - now <= 1.11 * interval
    assert due == schedule.next_poll(feed, interval, now)


def test_feeds_of_one_import_do_not_march_in_step() -> None:
    assert len({schedule.next_poll(f"feed{n}", 1800, NOW) for n in range(100)}) == 100


@given(st.integers(1, 1000), st.floats(1, 86400), st.floats(0, 1))
def test_a_failing_feed_waits_longer_and_longer_but_never_for_ever(errors: int, interval: float, chance: float) -> None:
    wait = schedule.backoff(errors, interval, NOW, chance) - NOW
    assert interval / 4 - 1e-3 <= wait <= max(schedule.LONGEST_BACKOFF, interval) + 1e-3
    assert schedule.backoff(errors + 1, interval, NOW, chance) >= schedule.backoff(errors, interval, NOW, chance)


def test_chance_spreads_the_backoff_over_its_whole_range() -> None:
    assert schedule.backoff(3, 100, NOW, 0.0) == NOW + 25
    assert schedule.backoff(3, 100, NOW, 1.0) == NOW + 800


def test_a_page_is_tried_five_times_then_given_up() -> None:
    waits = [schedule.retry_delay(tries, (21600.0, 86400.0)) for tries in range(1, 7)]
    assert waits == [1080.0, 3240.0, 9720.0, 29160.0, 86400.0, None]
    assert schedule.retry_delay(1, ()) == schedule.DEFAULT_RETRY


def test_retry_after_is_read_as_seconds_or_a_date_and_capped() -> None:
    assert schedule.retry_after("120", NOW) == NOW + 120
    assert schedule.retry_after("Mon, 21 Sep 2026 15:13:20 GMT", 1790003000.0) == 1790003600.0
    assert schedule.retry_after("315360000", NOW) == NOW + schedule.LONGEST_REST
    assert schedule.retry_after("Mon, 21 Sep 2099 15:13:20 GMT", NOW) == NOW + schedule.LONGEST_REST


def test_a_retry_after_that_says_nothing_sensible_is_ignored() -> None:
    for stated in (None, "", "-5", "soon", "Mon, 01 Jan 2001 00:00:00 GMT", "1e9", "٣", "9" * 5000 + "x"):
        assert schedule.retry_after(stated, NOW) is None


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert schedule.iso(0.5) == "1970-01-01T00:00:00.500Z"
