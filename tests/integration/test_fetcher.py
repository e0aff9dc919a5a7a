"""The fetcher as a process on a real broker, against a site on loopback: every article once, whatever happens."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise

import pytest

from services.fetcher import registry, takedown
from services.fetcher.line import Line
from shared.records import fetch_state
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState
from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.topics import ARTICLES, FEEDS, FETCH_STATE, RAW, Topic, partition_of
from tests.integration.conftest import Start
from tests.integration.ledger import read_all
from tests.integration.replica import Replica
from tests.integration.sending import send
from tests.integration.site import LONG, Asked, Shown, Site
from tests.integration.test_feeds_cli import chipwire

pytestmark = pytest.mark.kafka
QUICK = {
    "CHIPWIRE_ALLOW_LOOPBACK": "true",
    "CHIPWIRE_HOST_GAP": "0.01",
    "CHIPWIRE_RECHECK_AFTER": "[600]",
    "CHIPWIRE_TOMBSTONE_AFTER": "600",
}
SESSION_SECONDS = 10.0
CHECKING = QUICK | {"CHIPWIRE_RECHECK_AFTER": "[1, 2, 3, 4, 5, 6, 7, 8]"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = await Site().open()
    yield made
    await made.close()


def feed_of(site: Site, **more: object) -> Feed:
    line = Line.model_validate({"id": "site", "url": f"{site.origin}/feed", "poll_minutes": 0.005, **more})
    return line.feed()


def register(cluster: KafkaSettings, feed: Feed, message: Message | None = None) -> int:
    partition = registry.partition(feed.registered_authority, cluster.partitions)
    send(cluster, FEEDS, [message or feed.to_message()], partition)
    return partition


async def read(cluster: KafkaSettings, topic: Topic[object] = RAW) -> list[Record]:
    return await asyncio.to_thread(read_all, cluster, topic)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.2)


async def documents(cluster: KafkaSettings, count: int, replica: Replica) -> list[Record]:
    """Wait until `count` records are on the raw topic, and a little longer, for those that should not come."""

    async def holds() -> bool:
        await asyncio.sleep(0.3)
        return len(await read(cluster)) >= count

    try:
        await until(holds)
    except AssertionError:
        raise AssertionError(f"{said(await read(cluster))}\n{replica.log.read_text()[-3000:]}") from None
    await asyncio.sleep(0.6)
    found = await read(cluster)
    assert len(found) == count, said(found)
    return found


def said(records: list[Record]) -> list[tuple[str | None, str | None, str | None]]:
    return sorted((r.header("ce_revision"), r.header("ce_change"), r.header("ce_type")) for r in records)


async def test_each_entry_is_sent_once_as_its_page_and_an_unchanged_feed_answers_304(
    cluster: KafkaSettings, replica: Start, site: Site
) -> None:
    site.rss([{"id": f"a{n}", "title": f"Title {n}"} for n in range(5)])
    for n in range(5):
        site.page(f"/a{n}", f"Text {n}.")
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **QUICK)
    found = await documents(cluster, 5, one)
    assert said(found) == [("1", "created", "chipwire.page.v1")] * 5
    assert {record.value for record in found} == {site.shown[f"/a{n}"].body.encode() for n in range(5)}
    assert all(record.partition == partition_of(record.key or b"", cluster.partitions) for record in found)
    await asyncio.sleep(1)
    assert site.count("/feed", 304) >= 2
    assert site.count("/robots.txt") == 1
    assert all("Cookie" not in asked.headers and "Referer" not in asked.headers for asked in site.asked)


async def test_a_host_sees_one_request_at_a_time_with_a_gap_between(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss([{"id": f"a{n}", "title": f"Title {n}"} for n in range(4)])
    for n in range(4):
        site.page(f"/a{n}", f"Text {n}.")
        site.shown[f"/a{n}"].delay = 0.1
    register(cluster, feed_of(site, poll_minutes=5))
    register(cluster, feed_of(site, poll_minutes=5).model_copy(update={"id": "twin"}))
    one = replica("services.fetcher", **QUICK | {"CHIPWIRE_HOST_GAP": "0.2"})
    await documents(cluster, 4, one)
    gaps = [after.at - before.until for before, after in zip(site.asked, site.asked[1:], strict=False)]
    assert len(gaps) >= 6
    assert min(gaps) >= 0.19


async def test_a_changed_entry_is_corrected_and_a_page_is_looked_at_again(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss([{"id": "a", "title": "First"}, {"id": "b", "title": "Other"}])
    site.page("/a", "As it was.")
    site.page("/b", "Of the other.")
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **QUICK)
    await documents(cluster, 2, one)
    site.page("/a", "As it is now.")
    site.rss([{"id": "a", "title": "Second"}, {"id": "b", "title": "Other"}])
    found = await documents(cluster, 3, one)
    corrected = next(record for record in found if record.header("ce_change") == "corrected")
    assert corrected.header("ce_revision") == "2"
    assert b"As it is now." in (corrected.value or b"")


async def test_a_recheck_sends_a_page_whose_time_and_text_moved_and_no_other(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss([{"id": "a", "title": "Edited"}, {"id": "b", "title": "Decorated"}])
    site.page("/a", "As it was.")
    site.page("/b", "The same text.")
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **CHECKING)
    await documents(cluster, 2, one)
    site.page("/a", "As it is now.", modified="2025-02-02T00:00:00Z")
    site.page("/b", "Other text, same time.")
    found = await documents(cluster, 3, one)
    assert said(found)[-1] == ("2", "corrected", "chipwire.page.v1")
    await until(lambda: asyncio.sleep(0, site.count("/b", 304) >= 1))
    assert len(await read(cluster)) == 3


async def test_a_page_gone_twice_is_retracted_restored_when_back_and_buried_when_not(
    cluster: KafkaSettings, replica: Start, site: Site
) -> None:
    site.rss([{"id": "a", "title": "Back"}, {"id": "b", "title": "Buried"}])
    site.page("/a", "It comes back.")
    site.page("/b", "It does not.")
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **CHECKING | {"CHIPWIRE_TOMBSTONE_AFTER": "6"})
    await documents(cluster, 2, one)
    kept = {path: site.shown.pop(path) for path in ("/a", "/b")}
    found = await documents(cluster, 4, one)
    assert said(found)[2:] == [("2", "retracted", "chipwire.retraction.v1")] * 2
    site.shown["/a"] = kept["/a"]
    found = await documents(cluster, 6, one)
    assert said(found)[-1] == ("3", "restored", "chipwire.page.v1")
    buried = next(record for record in found if record.value is None)
    assert (buried.header("ce_revision"), buried.header("ce_change"), buried.header("content-type")) == ("2", "retracted", None)
    assert site.count("/b", 404) >= 2


async def test_an_entry_without_its_page_is_sent_now_and_completed_later(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss(
        [{"id": "a", "title": "Late", "summary": "<b>In short.</b>"}, {"id": "full", "title": "Whole", "content": f"<p>{LONG * 12}</p>"}]
    )
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **QUICK | {"CHIPWIRE_RECHECK_AFTER": "[20]"})
    found = await documents(cluster, 2, one)
    assert said(found) == [("1", "created", "chipwire.entry.v1")] * 2
    assert {record.value for record in found} == {b"<b>In short.</b>", f"<p>{LONG * 12}</p>".encode()}
    assert site.count("/full") == 0
    site.page("/a", "Here at last.")
    found = await documents(cluster, 3, one)
    assert said(found)[-1] == ("2", "completed", "chipwire.page.v1")


async def test_lists_that_a_script_loads_and_sitemaps_in_parts_are_followed_like_feeds(
    cluster: KafkaSettings, replica: Start, site: Site
) -> None:
    def listing(*numbers: int) -> str:
        rows = "".join(f"<li><a href='/l/{n}.html' title='Notice number {n}'>Notice…</a><span>2026-07-0{n}</span></li>" for n in numbers)
        return json.dumps({"data": {"html": f"<ul>{rows}</ul>"}})

    site.shown["/list/"] = Shown("""<p>Loading</p><script url="/unit" querydata="{'id':'7'}"></script>""")
    site.shown["/unit"] = Shown(listing(1), content_type="application/json")
    site.shown["/index.xml"] = Shown("<sitemapindex><sitemap><loc>/part.xml</loc></sitemap></sitemapindex>", content_type="text/xml")
    site.shown["/part.xml"] = Shown("<urlset><url><loc>/s/1.html</loc></url><url><loc>/other</loc></url></urlset>", content_type="text/xml")
    for path in ("/l/1.html", "/l/2.html", "/s/1.html"):
        site.page(path, f"Text of {path}.")
    lines = (
        {"id": "list", "url": f"{site.origin}/list/", "kind": "html-listing"},
        {"id": "map", "url": f"{site.origin}/index.xml", "kind": "sitemap"},
    )
    for line in lines:
        register(cluster, feed_of(site, **line, link_pattern=r"/[ls]/\d\.html$", poll_minutes=0.02))
    one = replica("services.fetcher", **QUICK)
    found = await documents(cluster, 2, one)
    assert {record.header("ce_feed") for record in found} == {"list", "map"}
    assert b'"title":"Notice number 1"' in b"".join(dict(record.headers).get("chipwire-entry") or b"" for record in found)
    site.shown["/unit"] = Shown(listing(2, 1), content_type="application/json")
    found = await documents(cluster, 3, one)
    assert site.count("/list/", 304) == 0, "the shell does not tell whether the list changed"
    assert site.count("/robots.txt") == 1


async def test_an_operator_takes_an_article_down_once_and_for_ever(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss([{"id": "a", "title": "Wrong"}])
    site.page("/a", "Libel.")
    feed = feed_of(site)
    register(cluster, feed)
    one = replica("services.fetcher", **QUICK)
    await documents(cluster, 1, one)
    states = [fetch_state.from_record(record) for record in await read(cluster, FETCH_STATE)]
    article = next(state for state in reversed(states) if isinstance(state, ArticleState))
    partition, command = takedown.command(article, "libel", "2026-01-01T00:00:00Z", cluster.partitions)
    assert partition == registry.partition(feed.registered_authority, cluster.partitions)
    send(cluster, FEEDS, [command], partition)
    found = await documents(cluster, 2, one)
    assert said(found)[-1] == ("2", "retracted", "chipwire.retraction.v1")
    one.kill()
    site.rss([{"id": "a", "title": "Wrong again"}])
    one.start()
    await until(lambda: asyncio.sleep(0, site.count("/feed", 200) >= 2))
    await documents(cluster, 2, one)


async def test_an_article_at_rest_is_known_after_a_restart_and_can_be_taken_down(
    cluster: KafkaSettings, replica: Start, site: Site
) -> None:
    site.rss([{"id": f"a{n}", "title": f"Title {n}", "content": f"<p>{LONG * 12}</p>"} for n in range(3)])
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **QUICK)
    found = await documents(cluster, 3, one)
    states = {record.key: record.value for record in await read(cluster, FETCH_STATE)}
    assert [key for key, value in states.items() if value and key and key.startswith((b"shelf:", b"article:"))] == [
        f"shelf:{site.origin.removeprefix('http://')}/0".encode()
    ]
    one.kill()
    one.start()
    polls = site.count("/feed")
    site.shown["/feed"].body += " "
    await until(lambda: asyncio.sleep(0, site.count("/feed") >= polls + 2))
    await documents(cluster, 3, one)
    key = found[0].key or b""
    placed = Message(key, b"{}", (("ce_domain", b"paper.example"), ("ce_linkhash", b"7" * 32)))
    await asyncio.to_thread(send, cluster, ARTICLES, [placed])
    done = await asyncio.to_thread(chipwire, cluster, "retract", key.decode(), "--reason", "wrong", "--yes")
    assert done.returncode == 0, done.stderr
    found = await documents(cluster, 4, one)
    [retraction] = [record for record in found if record.header("ce_change") == "retracted"]
    assert (retraction.key, retraction.header("ce_revision")) == (key, "2")
    assert (retraction.header("ce_domain"), retraction.header("ce_linkhash")) == ("paper.example", "7" * 32)


async def test_feeds_are_added_changed_paused_and_removed_while_it_runs(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss([{"id": "a", "title": "First"}])
    site.page("/a", "Text.")
    one = replica("services.fetcher", **QUICK)
    await asyncio.to_thread(one.wait_for, '"assigned"')
    feed = feed_of(site)
    register(cluster, feed)
    await documents(cluster, 1, one)
    register(cluster, feed, Message(feed.id.encode(), None))
    await asyncio.sleep(1)
    polls = site.count("/feed")
    await asyncio.sleep(1)
    assert site.count("/feed") == polls
    register(cluster, feed.model_copy(update={"name": "Again"}))
    await until(lambda: asyncio.sleep(0, site.count("/feed") > polls))
    assert len(await read(cluster)) == 1
    register(cluster, feed.model_copy(update={"paused": "noisy"}))
    await asyncio.sleep(1)
    polls = site.count("/feed")
    await asyncio.sleep(1)
    assert site.count("/feed") == polls
    register(cluster, feed)
    await until(lambda: asyncio.sleep(0, site.count("/feed") > polls))


async def test_a_bad_feed_record_is_one_dead_letter_also_after_a_restart(cluster: KafkaSettings, replica: Start, site: Site) -> None:
    site.rss([{"id": "a", "title": "Good"}])
    site.page("/a", "Text.")
    send(cluster, FEEDS, [Message(b"bad", b'{"id": 7', (("x", b"\xff"),)), Message(b"\xff\x00", b"\xfe")], partition=1)
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **QUICK)
    await documents(cluster, 1, one)
    letters = await read(cluster, FEEDS.dead_letters)
    assert sorted((letter.key, letter.value, letter.header("dlq-reason")) for letter in letters) == [
        (b"bad", b'{"id": 7', "bad-json"),
        (b"\xff\x00", b"\xfe", "bad-json"),
    ]
    one.kill()
    one.log.write_text("")
    one.start()
    await until(lambda: asyncio.sleep(0, one.log.read_text().count('"lane open"') == cluster.partitions))
    await asyncio.sleep(1)
    assert len(await read(cluster, FEEDS.dead_letters)) == 2


async def test_nothing_is_lost_and_nothing_sent_twice_when_it_is_killed_at_any_moment(
    cluster: KafkaSettings, replica: Start, site: Site
) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    site.rss([{"id": f"a{n}", "title": f"Title {n}"} for n in range(80)])
    for n in range(80):
        site.page(f"/a{n}", f"Text {n}.")
        site.shown[f"/a{n}"].delay = 0.05
    register(cluster, feed_of(site))
    one = replica("services.fetcher", **QUICK)
    for _ in range(3):
        await asyncio.to_thread(one.wait_for, '"lane open"')
        await asyncio.sleep(chance.uniform(0.2, 2.5))
        one.kill()
        one.log.write_text("")
        one.start()
    found = await documents(cluster, 80, one)
    keys = [record.key for record in found]
    assert len(set(keys)) == 80, f"seed {seed}"
    assert said(found) == [("1", "created", "chipwire.page.v1")] * 80, f"seed {seed}"


async def test_two_replicas_share_the_feeds_and_one_takes_over_when_the_other_is_killed(cluster: KafkaSettings, replica: Start) -> None:
    sites = [await Site().open() for _ in range(8)]
    try:
        for number, site in enumerate(sites):
            site.rss([{"id": f"a{number}", "title": f"Of {number}", "content": f"<p>{LONG * 12}</p>"}])
            register(cluster, feed_of(site, id=f"site{number}", poll_minutes=1 / 60))
        one = replica("services.fetcher", "one", **QUICK)
        two = replica("services.fetcher", "two", **QUICK)
        await until(
            lambda: asyncio.sleep(0, bool(lanes(one)) and bool(lanes(two)) and len(lanes(one) | lanes(two)) == cluster.partitions), 40
        )
        await documents(cluster, 8, one)
        two.kill()
        killed = time.monotonic()
        await until(lambda: asyncio.sleep(0, all(len([asked for asked in polls(site) if asked.at > killed + 4]) > 3 for site in sites)))
        for site in sites:
            asked = polls(site)
            gaps = [after.at - before.at for before, after in pairwise(asked) if after.at > killed]
            assert max(gaps) < SESSION_SECONDS + 5, "no poll is lost for longer than the session, and what starting takes"
            early = [gap for gap in gaps if gap < 0.5]
            assert len(early) <= 1, "none is doubled but the one in flight"
        keys = [record.key for record in await read(cluster)]
        assert len(keys) == len(set(keys)) == 8
    finally:
        for site in sites:
            await site.close()


def lanes(replica: Replica) -> set[int]:
    """The partitions that a replica said it opened last."""
    opened = [json.loads(line) for line in replica.said.splitlines() if '"lane open"' in line]
    return {int(line["partition"]) for line in opened}


def polls(site: Site) -> list[Asked]:
    return [asked for asked in site.asked if asked.path == "/feed"]
