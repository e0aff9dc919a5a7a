"""What polls do to a feed's state over days: a fake clock, no network."""

from dataclasses import replace

import pytest

from services.fetcher import honesty, polls
from services.fetcher.desk import Desk
from services.fetcher.digest import FeedDigest, Found, read_feed, read_page
from services.fetcher.feeds.wishes import Wishes
from services.fetcher.requests import Poll
from services.fetcher.revisions import Policy
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState
from shared.records.raw import Entry
from shared.records.record import Message, Record

FEED = Feed(id="f", url="https://e.example/feed", poll_seconds=3600)
NOW, DAY = 1_790_000_000.0, 86400.0
MOVED = "https://new.example/feed"


def record(message: Message) -> Record:
    return Record("t", 0, 0, 0, message.key, message.value, message.headers)


def made(feed: Feed = FEED) -> Desk:
    desk = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    desk.register(record(feed.to_message()), NOW)
    return desk


def found(number: int, fields: str = "h") -> Found:
    return Found((f"{number:032x}"[::-1],), fields, Entry(title=str(number)), "", None, True)


def brings(*numbers: int, **more: object) -> Poll:
    poll = Poll("changed", FeedDigest("T", tuple(found(n) for n in numbers)), '"e"', None, "hash")
    return replace(poll, **more)  # type: ignore[arg-type]


def state(desk: Desk) -> FeedState:
    return desk.memory.feeds["f"]


def events(desk: Desk) -> dict[str, int]:
    return {event: count for (metric, event), count in desk.counts.items() if metric == "feed_events" and count}


def test_a_poll_that_shows_nothing_known_may_have_missed_entries_and_hurries_the_next() -> None:
    desk = made()
    desk.answer_poll(FEED, brings(1, 2), NOW)
    assert state(desk).hurry == 0
    desk.answer_poll(FEED, brings(2, 3), NOW + 10)
    assert (state(desk).hurry, events(desk)) == (0, {})
    desk.answer_poll(FEED, brings(4, 5), NOW + 20)
    assert (state(desk).hurry, events(desk)) == (1, {"missed-entries": 1})


def test_news_under_an_unchanged_validator_is_a_lie_and_a_new_date_in_the_feed_is_none() -> None:
    desk = made()
    desk.answer_poll(FEED, brings(1), NOW)
    desk.answer_poll(FEED, brings(1, same_validators=True), NOW + 10)
    assert events(desk) == {}
    desk.answer_poll(FEED, brings(1, 2, same_validators=True), NOW + 20)
    assert (events(desk), state(desk).lies) == ({"lie": 1}, 1)


def test_every_twentieth_poll_is_unconditional_and_a_liars_more_often() -> None:
    def pattern(known: FeedState, polls_made: int) -> str:
        marks = ""
        for _ in range(polls_made):
            conditional = honesty.is_conditional(known, NOW)
            known = polls.polled(known, FEED, Poll("unchanged", conditional=conditional), NOW, 0.5)
            marks += "c" if conditional else "U"
        return marks

    fresh = FeedState(id="f", url=FEED.url)
    assert pattern(fresh, 40) == ("c" * 19 + "U") * 2
    assert pattern(fresh.model_copy(update={"lies": 1, "lied_at": NOW}), 8) == "cccUcccU"
    assert pattern(fresh.model_copy(update={"lies": 9, "lied_at": NOW}), 3) == "UUU"
    assert pattern(fresh.model_copy(update={"lies": 9, "lied_at": NOW - 31 * DAY}), 3) == "ccc"
    assert [honesty.trust(fresh.model_copy(update={"lies": n, "lied_at": NOW}), NOW) for n in (0, 1, 3, 8)] == [
        "full",
        "low",
        "none",
        "none",
    ]


def test_a_feed_that_is_gone_is_probed_once_a_week_and_comes_back() -> None:
    desk = made()
    desk.answer_poll(FEED, Poll("http-410"), NOW)
    assert (state(desk).paused, desk.roll.health()) == ("http-410", {"gone": 1})
    assert 6 * DAY < state(desk).due - NOW < 8 * DAY
    desk.answer_poll(FEED, brings(1), NOW + 7 * DAY)
    assert (state(desk).paused, state(desk).missing_at, desk.roll.health()) == (None, None, {"good": 1})
    assert events(desk) == {"paused": 1, "resumed": 1}


def test_a_404_pauses_after_a_week_and_not_before() -> None:
    desk = made()
    for day in range(7):
        desk.answer_poll(FEED, Poll("http-404"), NOW + day * DAY)
        assert state(desk).paused is None
    desk.answer_poll(FEED, Poll("timeout"), NOW + 7.5 * DAY)
    assert state(desk).paused is None
    desk.answer_poll(FEED, Poll("http-404"), NOW + 8 * DAY)
    assert state(desk).paused == "http-404"


def test_a_404_after_a_good_poll_begins_its_week_anew() -> None:
    desk = made()
    desk.answer_poll(FEED, Poll("http-404"), NOW)
    desk.answer_poll(FEED, Poll("unchanged"), NOW + 4 * DAY)
    desk.answer_poll(FEED, Poll("http-404"), NOW + 8 * DAY)
    assert state(desk).paused is None


def moves(desk: Desk, times: int, over: float) -> None:
    for n in range(times):
        desk.answer_poll(FEED, Poll("unchanged", moved_to=MOVED), NOW + n * over / (times - 1))


def test_a_permanent_redirect_is_followed_for_good_after_several_over_a_day() -> None:
    for times, over, url in ((5, DAY, MOVED), (4, DAY, FEED.url), (30, DAY / 2, FEED.url)):
        desk = made()
        moves(desk, times, over)
        asked = desk.feed_to_poll("f")
        assert asked is not None
        assert asked[0].url == url


def test_one_other_answer_between_begins_the_count_anew() -> None:
    desk = made()
    moves(desk, 4, DAY)
    desk.answer_poll(FEED, Poll("unchanged"), NOW + DAY)
    moves(desk, 4, 2 * DAY)
    assert state(desk).location is None


def test_a_feed_that_moved_is_asked_for_at_its_new_address_until_that_fails_or_another_is_registered() -> None:
    desk = made()
    moves(desk, 5, DAY)
    there = FEED.model_copy(update={"url": MOVED})
    desk.answer_poll(FEED, brings(1), NOW)
    assert desk.memory.articles == {}, "an answer from the former address"
    desk.answer_poll(there, brings(1), NOW)
    assert state(desk).url == MOVED
    for _ in range(polls.LOST_TIMES):
        desk.answer_poll(there, Poll("http-500"), NOW)
    assert polls.located(FEED, state(desk)) == FEED
    assert events(desk) == {"moved": 1, "moved-back": 1}
    moves(desk, 5, DAY)
    other = FEED.model_copy(update={"url": "https://e.example/other"})
    assert polls.located(other, state(desk)) == other


def test_wishes_and_freshness_are_kept_from_one_poll_to_the_next() -> None:
    desk = made(FEED.model_copy(update={"poll_seconds": 60.0}))
    poll = brings(1)
    assert poll.digest is not None
    desk.answer_poll(FEED, replace(poll, digest=replace(poll.digest, wishes=Wishes(7200))), NOW)
    assert state(desk).due >= NOW + 7200
    desk.answer_poll(FEED, Poll("unchanged", fresh_for=100), NOW)
    assert state(desk).due >= NOW + 7200, "a 304 does not take the feed's wish back"
    desk.answer_poll(FEED, Poll("unchanged", fresh_for=9000), NOW)
    assert state(desk).due >= NOW + 9000
    again = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    again.memory.load(record(message) for message in desk.memory.drain())
    again.resume([record(FEED.model_copy(update={"poll_seconds": 60.0}).to_message())], NOW + 1)
    assert again.agenda.hosts(NOW + 8999, 9) == [], "nor does a restart"


def test_a_changed_ceiling_counts_at_once_and_a_word_asks_for_a_poll_at_once() -> None:
    desk = made(FEED.model_copy(update={"poll_seconds": DAY}))
    desk.answer_poll(FEED, brings(1), NOW - 7 * DAY)
    due = state(desk).due
    desk.register(record(FEED.model_copy(update={"poll_seconds": 60.0}).to_message()), NOW)
    assert state(desk).due == due
    assert desk.agenda.hosts(NOW, 9) == ["e.example"]
    for poll_at, hosts in ((NOW - 5, []), (NOW + 5, ["e.example"])):
        desk = made()
        desk.answer_poll(FEED, Poll("http-410"), NOW)
        desk.register(record(FEED.model_copy(update={"poll_at": poll_at}).to_message()), NOW)
        assert desk.agenda.hosts(NOW + 5, 9) == hosts


def test_another_address_begins_anew_and_its_failure_is_remembered_as_its_own() -> None:
    desk = made()
    desk.answer_poll(FEED, Poll("changed", FeedDigest("T", ()), '"e"', "lm", "hash"), NOW)
    desk.answer_poll(FEED, Poll("http-410"), NOW + 1)
    moved = FEED.model_copy(update={"url": "https://e.example/other"})
    desk.register(record(moved.to_message()), NOW + 2)
    desk.answer_poll(moved, Poll("timeout"), NOW + 3)
    state = desk.memory.feeds["f"]
    assert (state.url, state.paused, state.missing_at, state.errors, state.error) == (moved.url, None, None, 1, "timeout")
    assert (state.etag, state.last_modified, state.body_sha256) == (None, None, None)
    assert state.succeeded_at == NOW
    desk.register(record(moved.to_message()), NOW + 4)
    assert desk.agenda.hosts(NOW + 4, 9) == []
    assert desk.agenda.hosts(state.due, 9) == ["e.example"]


def test_a_silent_feed_is_counted_as_such() -> None:
    desk = made()
    desk.answer_poll(FEED, brings(1), NOW)
    desk.answer_poll(FEED, Poll("unchanged"), NOW + 70 * DAY)
    assert desk.roll.health() == {"silent": 1}


BLOCKS = (
    "<html><head><title>Just a moment...</title></head><script src=/cdn-cgi/challenge-platform/x></script>Enable JavaScript",
    "<html><title>405</title><body>很抱歉，由于您访问的URL有可能对网站造成安全威胁，请求被拒绝。</body></html>",
    "<html><head><title>Sign in</title></head><body><form><input name=u><input type='password'></form></body></html>",
    "<html><body>您的访问频繁，请输入验证码</body></html>",
)


@pytest.mark.parametrize("text", BLOCKS)
def test_a_page_that_stands_in_the_way_is_an_error_of_its_own(text: str) -> None:
    for body in (text.encode(), text.encode("gb18030")):
        with pytest.raises(PoisonError) as error:
            read_feed(body, {}, FEED.url, "e.example", "f", "auto")
        assert error.value.reason == "block-page"
        with pytest.raises(PoisonError) as error:
            read_page(body, None)
        assert error.value.reason == "block-page"


def test_an_article_about_captchas_is_an_article_and_a_plain_page_is_merely_no_feed() -> None:
    text = f"<title>What a captcha is: are you a robot?</title><input type=password>{'<p>It asks whether you are human. ' * 60}"
    assert read_page(text.encode(), None).text_sha256
    with pytest.raises(PoisonError) as error:
        read_feed(b"<html><title>News</title><body>Welcome", {}, FEED.url, "e.example", "f", "auto")
    assert error.value.reason == "not-a-feed"
