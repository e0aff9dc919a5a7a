"""Whose turn it is: nobody starves on a busy host, and a slow host holds up no other."""

import asyncio
from types import SimpleNamespace
from typing import Any

from services.fetcher.agenda import FEEDS_A_PAGE, Agenda, Item
from services.fetcher.desk import Desk
from services.fetcher.errands import Errands
from services.fetcher.ledger import Ledger
from services.fetcher.politeness import Hosts
from services.fetcher.requests import Poll
from services.fetcher.revisions import Policy
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState
from shared.records.record import Record


def taken(agenda: Agenda, host: str) -> list[str]:
    return [item.id for item in iter(lambda: agenda.take(host), None)]


def test_feeds_come_in_their_order_and_a_page_after_every_few_of_them() -> None:
    agenda = Agenda()
    for number in range(10):
        agenda.put(Item("feed", f"f{number}", "h"), number)
        agenda.put(Item("article", f"a{number}", "h"), number)
    assert agenda.hosts(99, 9) == ["h"]
    order = taken(agenda, "h")
    assert order[: 2 * (FEEDS_A_PAGE + 1)] == ["f0", "f1", "f2", "f3", "a0", "f4", "f5", "f6", "f7", "a1"]
    assert sorted(order) == sorted(f"{kind}{number}" for kind in "fa" for number in range(10))


def test_a_host_that_is_left_comes_back_in_its_time_with_what_waits_there() -> None:
    agenda = Agenda()
    for number in range(3):
        agenda.put(Item("feed", f"f{number}", "h"), 0)
    assert agenda.hosts(0, 9) == ["h"]
    assert agenda.take("h") is not None
    agenda.leave("h", 10)
    assert agenda.hosts(9, 9) == []
    assert agenda.hosts(10, 9) == ["h"]
    assert taken(agenda, "h") == ["f1", "f2"]
    agenda.put(Item("feed", "f9", "h"), 11)
    assert agenda.hosts(11, 9) == ["h"]


async def test_a_host_that_wants_a_long_gap_takes_nobodys_place() -> None:
    now = 1000.0
    hosts = Hosts(100.0, 1, lambda: now)
    asked: list[str] = []

    async def poll(feed: Feed, _: FeedState) -> Poll:
        async with hosts.slot(feed.registered_authority):
            asked.append(feed.id)
        return Poll("unchanged")

    requests: Any = SimpleNamespace(web=SimpleNamespace(hosts=hosts, settings=SimpleNamespace(connections=1)), poll=poll)
    desk = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    errands = Errands(desk, requests, Ledger(desk.memory, desk.roll), lambda: now)
    for feed in ("a1", "a2", "a3", "b1"):
        message = Feed(id=feed, url=f"https://{feed[0]}.example/{feed}", poll_seconds=100_000).to_message()
        desk.register(Record("t", 0, 0, 0, message.key, message.value, message.headers), now)
    for _ in range(10):
        errands.launch()
        await asyncio.sleep(0.01)
        errands.hand_in(1000)
        now += 30
    await errands.close()
    assert asked == ["a1", "b1", "a2", "a3"]
