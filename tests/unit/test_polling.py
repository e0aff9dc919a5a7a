"""How often a feed is polled: its rhythm, its wishes, HTTP's and the operator's."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher import polling
from services.fetcher.feeds import wishes
from services.fetcher.feeds.wishes import Wishes
from shared.records.fetch_state import FeedState

NOW = 1_790_000_000.0
HOUR, DAY = 3600.0, 86400.0
FLOOR, CEILING = 900.0, 4 * HOUR


def state(**more: object) -> FeedState:
    return FeedState.model_validate({"id": "f", "url": "https://e.example/", "fresh_at": NOW, "new_at": NOW, **more})


def interval(known: FeedState, now: float = NOW) -> float:
    return polling.interval(known, CEILING, FLOOR, now)


def test_a_busy_feed_is_polled_at_the_floor_and_a_slow_one_at_its_ceiling() -> None:
    assert interval(state(gap=60.0)) == FLOOR
    assert interval(state(gap=8 * HOUR)) == 2 * HOUR
    assert interval(state(gap=9 * DAY)) == CEILING
    assert interval(state(gap=60.0), NOW + 8 * HOUR) == HOUR
    assert interval(state(fresh_at=None)) == CEILING


def test_a_ceiling_below_the_floor_counts() -> None:
    assert polling.interval(state(gap=60.0), 10, FLOOR, NOW) == 10


def test_what_a_document_reaches_back_bounds_the_interval() -> None:
    assert interval(state(gap=8 * HOUR, window=HOUR)) == HOUR / 2


def test_a_feed_that_lost_entries_is_polled_faster_for_a_week() -> None:
    hurried = state(gap=8 * HOUR, hurry=1, hurried_at=NOW)
    assert interval(hurried) == HOUR
    assert interval(hurried.model_copy(update={"gap": 60.0, "hurry": 3})) == FLOOR / 4
    later = hurried.model_copy(update={"fresh_at": NOW + 8 * DAY})
    assert interval(later, NOW + 8 * DAY) == 2 * HOUR


def test_a_feed_that_brought_nothing_for_months_is_polled_more_rarely_but_once_a_day_at_least() -> None:
    assert interval(state(), NOW + 20 * DAY) == CEILING
    assert interval(state(), NOW + 60 * DAY) == 2 * CEILING
    assert interval(state(), NOW + 4000 * DAY) == DAY


@given(
    st.floats(0, 1e7), st.floats(0, 1e8), st.one_of(st.none(), st.floats(0, 1e7)), st.integers(0, 9), st.floats(1, 1e6), st.floats(1, 1e5)
)
def test_an_interval_is_always_between_a_quarter_of_the_floor_and_the_stretched_ceiling(
    gap: float, idle: float, window: float | None, hurry: int, slowest: float, floor: float
) -> None:
    known = state(gap=gap, window=window, hurry=min(hurry, polling.MOST_HURRY), hurried_at=NOW)
    assert min(floor, slowest) / 4 <= polling.interval(known, slowest, floor, NOW + idle) <= max(slowest, DAY)


@given(st.floats(0, 9e5), st.floats(0, 86400), st.floats(1, 1e6))
def test_a_wish_that_loses_nothing_is_never_disregarded(wish: float, fresh: float, slowest: float) -> None:
    due = polling.due(state(wish=wish, fresh_until=NOW + fresh), slowest, FLOOR, NOW)
    assert due >= NOW + max(min(wish, DAY), fresh) - 1e-3
    assert due >= NOW + 0.8 * min(slowest, FLOOR) / 4


def test_a_wish_goes_before_the_ceiling_and_a_day_is_the_most() -> None:
    hour = state(gap=60.0, window=30 * DAY)
    assert polling.due(hour.model_copy(update={"fresh_until": NOW + 9 * HOUR}), HOUR, FLOOR, NOW) >= NOW + 9 * HOUR
    year = polling.due(hour.model_copy(update={"wish": 365 * DAY}), HOUR, FLOOR, NOW)
    assert NOW + DAY <= year < NOW + DAY + HOUR


@pytest.mark.parametrize("wish", [{"wish": DAY}, {"fresh_until": NOW + DAY}])
def test_a_wish_does_not_go_so_far_that_entries_are_lost(wish: dict[str, float]) -> None:
    wire = state(gap=300.0, window=2 * HOUR, **wish)
    assert polling.patience(wire, FLOOR, NOW) == HOUR
    assert NOW + HOUR <= polling.due(wire, HOUR, FLOOR, NOW) < NOW + 1.2 * HOUR
    assert polling.patience(wire.model_copy(update={"window": 60.0}), FLOOR, NOW) == FLOOR
    assert polling.patience(wire.model_copy(update={"window": None}), FLOOR, NOW) == DAY


def test_a_wish_shrinks_for_a_week_once_entries_were_missed_in_spite_of_it() -> None:
    missed = state(wish=DAY, hurry=2, hurried_at=NOW)
    assert polling.patience(missed, FLOOR, NOW) == DAY / 4
    assert polling.patience(missed, FLOOR, NOW + 8 * DAY) == DAY


def test_feeds_with_one_wish_do_not_march_in_step() -> None:
    assert len({polling.due(state(id=f"f{n}", wish=HOUR), FLOOR, FLOOR, NOW) for n in range(50)}) == 50


def test_hours_and_days_that_a_feed_excludes_are_left_out() -> None:
    monday_six = datetime(2026, 11, 23, 6, 30, tzinfo=UTC).timestamp()
    assert polling.allowed(monday_six, (5, 7), (1,)) == monday_six
    assert polling.allowed(monday_six, (6, 7), ()) == monday_six + 2 * HOUR
    assert polling.allowed(monday_six, (), (0, 1)) == monday_six + 2 * DAY - 6 * HOUR
    assert polling.allowed(monday_six, tuple(range(24)), ()) == monday_six


@given(st.floats(0, 4e9), st.sets(st.integers(0, 23), max_size=23), st.sets(st.integers(0, 6), max_size=6))
def test_an_allowed_time_is_never_an_excluded_one(moment: float, hours: set[int], days: set[int]) -> None:
    when = datetime.fromtimestamp(polling.allowed(moment, tuple(hours), tuple(days)), UTC)
    assert when.hour not in hours
    assert when.weekday() not in days


def test_freshness_is_max_age_less_age_else_expires_less_date() -> None:
    dates = {"date": "Mon, 23 Nov 2026 10:00:00 GMT", "expires": "Mon, 23 Nov 2026 10:20:00 GMT"}
    assert polling.fresh_for({"cache-control": "public, Max-Age=600", "age": "100"} | dates) == 500
    assert polling.fresh_for(dates) == 1200
    assert polling.fresh_for(dates | {"cache-control": "max-age=0"}) == 0
    assert polling.fresh_for(dates | {"cache-control": "no-cache"}) == 0
    assert polling.fresh_for({"cache-control": "max-age=31536000"}) == DAY


def test_a_freshness_that_says_nothing_sensible_is_none() -> None:
    for header in ({}, {"expires": "0"}, {"expires": "-1", "date": "x"}, {"cache-control": "max-age=-5"}, {"cache-control": "max-age=٣"}):
        assert polling.fresh_for(header) == 0
    assert polling.fresh_for({"cache-control": "max-age=9", "age": "1000"}) == 0


def test_the_rhythm_of_a_document_is_its_median_gap_its_reach_and_its_newest_date() -> None:
    times = [NOW - HOUR * n for n in (1, 2, 3, 5, 50)]
    assert polling.rhythm(times, NOW) == (1.5 * HOUR, 50 * HOUR, NOW - HOUR)
    assert polling.rhythm([NOW - 10, NOW - 20], NOW) == (None, None, NOW - 10)
    assert polling.rhythm([], NOW) == (None, None, None)


def test_dates_in_the_future_say_nothing_of_the_rhythm() -> None:
    assert polling.rhythm([NOW + 30 * DAY, NOW - 5], NOW) == (None, None, NOW - 5)
    assert polling.rhythm([NOW + 60], NOW) == (None, None, NOW)


def test_a_feed_is_silent_ten_gaps_after_its_newest_entry() -> None:
    assert not polling.is_silent(state(gap=DAY), NOW + 9 * DAY)
    assert polling.is_silent(state(gap=DAY), NOW + 11 * DAY)
    assert not polling.is_silent(state(gap=60.0), NOW + DAY)
    assert not polling.is_silent(state(fresh_at=None), NOW + 1e9)
    assert polling.is_silent(state(gap=90 * DAY), NOW + 61 * DAY)


RSS = "<rss><channel>{}<item><title>&lt;ttl&gt;</title><ttl>1</ttl><skipHours><hour>9</hour></skipHours></item></channel>{}</rss>"


def test_a_feeds_own_wishes_are_read_before_and_after_its_entries_and_not_inside() -> None:
    assert wishes.read(RSS.format("<ttl> 30 </ttl>", "")) == Wishes(1800)
    hours = "<skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>99</hour></skipHours>"
    assert wishes.read(RSS.format("", hours + "<skipDays><day>Sunday</day><day>Someday</day></skipDays>")) == Wishes(0, (0, 7), (6,))
    assert wishes.read(RSS.format("", "")) == Wishes()


def test_the_syndication_module_is_read_and_the_longer_wish_counts() -> None:
    assert wishes.read(RSS.format("<syn:updatePeriod>weekly</syn:updatePeriod>", "")) == Wishes(7 * 86400)
    update = "<sy:updatePeriod>\n daily </sy:updatePeriod><sy:updateFrequency> 4 </sy:updateFrequency>"
    assert wishes.read(RSS.format(update, "")) == Wishes(6 * 3600)
    assert wishes.read(RSS.format(update + "<ttl>720</ttl>", "")) == Wishes(12 * 3600)
    assert wishes.read(RSS.format("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", "")) == Wishes(
        3600
    )


def test_a_feed_that_excludes_every_hour_excludes_none() -> None:
    hours = "".join(f"<hour>{n}</hour>" for n in range(24))
    assert wishes.read(RSS.format(f"<skipHours>{hours}</skipHours>", "")) == Wishes()
