"""The desk of a lane: which entries are new, what is asked for next, what a record on the registry does."""

from dataclasses import replace

import pytest

from services.fetcher import registry, takedown
from services.fetcher.agenda import Agenda, Item
from services.fetcher.desk import FORGET_SECONDS, Desk
from services.fetcher.digest import FeedDigest, Found, PageDigest, read_feed
from services.fetcher.memory import Memory
from services.fetcher.outcomes import Page
from services.fetcher.requests import Poll, Visit
from services.fetcher.revisions import Policy
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.raw import Entry
from shared.records.record import Message, Record

FEED = Feed(id="f", url="https://e.example/feed", poll_seconds=100)
NOW = 1_000_000.0
PAGE = Page("https://e.example/a", 200, b"x", PageDigest("t", None))


def record(message: Message, offset: int = 0) -> Record:
    return Record("t", 0, offset, 0, message.key, message.value, message.headers)


def found(number: int, fields: str = "h", link: bool = True) -> Found:
    url = f"https://e.example/{number}" if link else None
    return Found((f"{number:032x}"[::-1],), fields, Entry(title=str(number)), "", url, False)


def desk(*feeds: Feed) -> Desk:
    made = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    for feed in feeds or (FEED,):
        made.register(record(feed.to_message()), NOW)
    return made


def poll(*entries: Found) -> Poll:
    return Poll("changed", FeedDigest("Title", entries), '"e"', "lm", "hash")


def due(made: Desk, now: float) -> list[str]:
    items = []
    for host in made.agenda.hosts(now, 100):
        while item := made.agenda.take(host):
            items.append(item.id)
    return items


def test_a_new_feed_is_due_at_once_and_after_a_poll_a_while_later() -> None:
    made = desk()
    assert due(made, NOW) == ["f"]
    made.answer_poll(FEED, Poll("unchanged"), NOW)
    assert due(made, NOW + 80) == []
    assert due(made, NOW + 111) == ["f"]


def test_entries_are_new_once_and_only_then_the_feed_counts_as_alive() -> None:
    made = desk()
    made.answer_poll(FEED, poll(found(2), found(1)), NOW)
    assert made.counts["entries", "new"] == 2
    assert made.memory.feeds["f"].new_at == NOW
    assert due(made, NOW + 1) == [found(1).names[0], found(2).names[0]]
    made.memory.drain()
    made.answer_poll(FEED, poll(found(2), found(1)), NOW + 50)
    assert made.counts["entries", "known"] == 2
    assert [message.key for message in made.memory.drain()] == [b"f"]
    assert made.memory.feeds["f"].new_at == NOW


def test_validators_are_kept_from_a_processed_body_and_from_no_other() -> None:
    made = desk()
    made.answer_poll(FEED, poll(), NOW)
    state = made.memory.feeds["f"]
    assert (state.etag, state.last_modified, state.body_sha256, state.url) == ('"e"', "lm", "hash", FEED.url)
    made.answer_poll(FEED, Poll("not-a-feed"), NOW)
    made.answer_poll(FEED, Poll("http-500", rests=("e.example", NOW + 9000)), NOW)
    after = made.memory.feeds["f"]
    assert (after.etag, after.errors, after.error) == ('"e"', 2, "http-500")
    assert after.due >= NOW + 9000
    assert made.memory.hosts["e.example"].rest_until == NOW + 9000


def test_a_permanent_redirect_is_noted_and_counted() -> None:
    made = desk()
    for _ in range(2):
        made.answer_poll(FEED, Poll("unchanged", moved_to="https://new.example/"), NOW)
    assert (made.memory.feeds["f"].moved_to, made.memory.feeds["f"].moved_times) == ("https://new.example/", 2)


def test_an_answer_about_an_article_that_moved_on_is_not_taken() -> None:
    made = desk()
    made.answer_poll(FEED, poll(found(1)), NOW)
    article = found(1).names[0]
    asked = made.article_to_visit(article, NOW)
    assert asked is not None
    made.answer_poll(FEED, poll(found(1, "changed")), NOW + 1)
    made.answer_visit(asked, Visit(PAGE), NOW + 2)
    assert made.messages == []
    assert due(made, NOW + 3) == [article]


def test_two_entries_of_one_document_are_never_one_article() -> None:
    first, second = replace(found(2), names=("b" * 32, "c" * 32)), replace(found(1), names=("a" * 32,))
    for entries in ((first, second), (second, first)):
        made = desk()
        made.answer_poll(FEED, poll(replace(found(1), names=("a" * 32, "c" * 32))), NOW)
        made.answer_poll(FEED, poll(*entries), NOW)
        assert set(made.memory.articles) == {"a" * 32, "b" * 32}


def test_a_regenerated_guid_is_the_same_article_and_both_at_once_are_taken_once() -> None:
    made = desk()
    made.answer_poll(FEED, poll(replace(found(1), names=("a" * 32, "c" * 32))), NOW)
    made.answer_poll(FEED, poll(replace(found(1), names=("b" * 32, "c" * 32))), NOW)
    assert set(made.memory.articles) == {"a" * 32}
    made.answer_poll(FEED, poll(replace(found(1), names=("a" * 32,)), replace(found(1), names=("b" * 32,))), NOW)
    assert made.counts["entries", "ambiguous"] == 1


def test_two_feeds_of_one_host_carry_one_article() -> None:
    twin = FEED.model_copy(update={"id": "g", "url": "https://e.example/other"})
    made = desk(FEED, twin)
    body = b"<rss version='2.0'><channel><item><guid>https://e.example/1</guid><title>t</title><link>%s</link></item></channel></rss>"
    for feed, link in ((FEED, b"https://e.example/1?utm_source=f"), (twin, b"http://e.example/1")):
        digest = read_feed(body % link, {}, feed.url, feed.registered_authority, feed.id, "auto")
        made.answer_poll(feed, Poll("changed", digest), NOW)
    assert len(made.memory.articles) == 1
    assert (made.counts["entries", "new"], made.counts["entries", "known"]) == (1, 1)


def test_articles_that_no_feed_shows_any_more_are_forgotten_after_long() -> None:
    made = desk()
    made.answer_poll(FEED, poll(replace(found(1), whole=True), replace(found(2), whole=True)), NOW)
    later = NOW + FORGET_SECONDS + 1
    made.memory.drain()
    made.answer_poll(FEED, poll(replace(found(2), whole=True)), later)
    assert list(made.memory.articles) == [found(2).names[0]]
    assert Message(f"article:{found(1).names[0]}".encode(), None) in made.memory.drain()


def test_an_article_that_another_feed_of_the_host_may_show_is_remembered_much_longer() -> None:
    other = FEED.model_copy(update={"id": "g", "url": "https://e.example/other"})
    for feeds, known in (((FEED, other), "known"), ((FEED, FEED), "new")):
        made = desk(*feeds)
        made.answer_poll(FEED, poll(replace(found(1), whole=True), replace(found(2), whole=True)), NOW)
        later = NOW + FORGET_SECONDS + 1
        made.answer_poll(FEED, poll(replace(found(2), whole=True)), later)
        made.counts.clear()
        made.answer_poll(feeds[1], poll(replace(found(1), whole=True)), later + 1)
        assert made.counts["entries", known] == 1


@pytest.mark.parametrize("change", [{"enabled": False}, {"paused": "why"}, {"kind": "telepathy"}])
def test_a_feed_that_is_off_is_not_polled_and_its_pages_are_left_alone(change: dict[str, object]) -> None:
    made = desk()
    made.answer_poll(FEED, poll(found(1)), NOW)
    made.register(record(FEED.model_copy(update=change).to_message()), NOW)
    assert made.feed_to_poll("f") is None
    assert made.article_to_visit(found(1).names[0], NOW + 1) is None
    made.register(record(FEED.to_message()), NOW)
    assert set(due(made, NOW + 200)) == {"f", found(1).names[0]}


def test_a_removed_feed_is_forgotten_and_an_answer_on_its_way_is_not_taken() -> None:
    made = desk()
    made.register(record(Message(b"f", None)), NOW)
    made.answer_poll(FEED, poll(found(1)), NOW)
    assert (dict(made.roll.feeds), made.memory.articles) == ({}, {})


def test_an_answer_from_the_former_address_of_a_feed_is_not_taken() -> None:
    made = desk()
    moved = FEED.model_copy(update={"url": "https://e.example/new"})
    made.register(record(moved.to_message()), NOW)
    due(made, NOW)
    made.answer_poll(FEED, poll(found(1)), NOW)
    assert made.memory.articles == {}
    assert due(made, NOW) == ["f"]


def test_records_that_say_nothing_are_poison() -> None:
    made = Desk(0, 64, Policy((), 0), lambda: 0)
    wrong = next(
        feed for n in range(99) if registry.partition((feed := Feed(id="w", url=f"https://e{n}.example/")).registered_authority, 64)
    )
    cases = {
        "bad-json": Message(b"x", b"{"),
        "key-mismatch": Message(b"x", FEED.to_message().value),
        "bad-url": Message(b"x", b'{"id":"x","url":"http://e:99999/"}'),
        "wrong-partition": wrong.to_message(),
        "unknown-article": Message(b"retract:1", b'{"article":"1","reason":"r","at":"t"}'),
    }
    for reason, message in cases.items():
        with pytest.raises(PoisonError) as error:
            made.roll.check(record(message))
        assert error.value.reason == reason
    with pytest.raises(PoisonError):
        takedown.from_record(record(Message(b"retract:2", b'{"article":"1","reason":"r","at":"t"}')))


def test_what_was_written_is_what_a_new_lane_remembers() -> None:
    made = desk()
    made.answer_poll(FEED, poll(found(1), found(2)), NOW)
    states = [record(message) for message in made.memory.drain()]
    again = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    again.memory.load([*states, record(Message(b"article:x", b"{")), record(Message(b"article:\xff", None))])
    assert again.memory.unread == 2
    again.resume([record(FEED.to_message())], NOW)
    again.plan_pages()
    assert (again.memory.articles, dict(again.memory.feeds)) == (made.memory.articles, dict(made.memory.feeds))
    again.answer_poll(FEED, poll(found(1), found(2)), NOW)
    assert again.counts["entries", "known"] == 2
    assert len(due(again, NOW + 1)) == 2


def test_a_host_does_one_thing_at_a_time_and_feeds_go_first() -> None:
    agenda = Agenda()
    for number in range(2):
        agenda.put(Item("article", f"a{number}", "h"), 1)
    agenda.put(Item("feed", "f", "h"), 2)
    agenda.put(Item("article", "b", "i"), 1)
    assert agenda.hosts(2, 1) == ["h"]
    assert agenda.hosts(2, 5) == ["i"]
    assert [item.id for item in iter(lambda: agenda.take("h"), None)] == ["f", "a0", "a1"]
    assert agenda.hosts(2, 5) == []
    agenda.put(Item("article", "a0", "h"), 3)
    agenda.put(Item("article", "a0", "h"), 9)
    assert agenda.hosts(3, 5) == []
    assert agenda.hosts(9, 5) == ["h"]


def test_a_name_means_the_article_that_had_it_first() -> None:
    made = desk()
    made.answer_poll(FEED, poll(replace(found(1), names=("a" * 32,)), replace(found(2), names=("b" * 32,))), NOW)
    assert isinstance(made.memory, Memory)
    assert made.memory.find(("c" * 32, "b" * 32, "a" * 32), "e.example") == made.memory.article("b" * 32)
    assert made.memory.find(("c" * 32,), "e.example") is None


def test_the_health_of_feeds_is_counted() -> None:
    off = FEED.model_copy(update={"id": "off", "enabled": False})
    bad = FEED.model_copy(update={"id": "bad", "url": "https://e.example/bad"})
    made = desk(FEED, off, bad)
    assert made.roll.health() == {"new": 2, "off": 1}
    made.answer_poll(FEED, Poll("unchanged"), NOW)
    made.answer_poll(bad, Poll("http-500"), NOW)
    assert made.roll.health() == {"good": 1, "failing": 1, "off": 1}
