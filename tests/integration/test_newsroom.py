import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from typing import Any

import feedparser
import pytest
import yaml
from aiohttp import ClientSession, ClientTimeout

from services.local.newsroom import RunningNewsroom, expected, load, serve
from shared.records.feed import Feed

PATIENCE = 0.3
NEWSROOM = load()
STORIES = {story.id: story for story in NEWSROOM.stories}
BAD = {"harbour-courier", "fab-notebook", "old-gazette"}


@pytest.fixture
async def running() -> AsyncIterator[RunningNewsroom]:
    server = await serve(NEWSROOM, patience=PATIENCE, poll_seconds=1)
    yield server
    await server.close()


@pytest.fixture
async def web() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=ClientTimeout(total=10)) as session:
        yield session


def _feed(running: RunningNewsroom, name: str) -> Feed:
    return next(feed for feed in running.feeds if feed.id == name)


async def _get(web: ClientSession, url: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with web.get(url, headers=headers) as response:
        return response.status, await response.read(), response.headers.copy()


def _entries(feed: Feed, body: bytes) -> list[tuple[str, str]]:
    if feed.url.endswith(".json"):
        return [(item["title"], item["url"]) for item in json.loads(body)["items"]]
    return [(entry.title, entry.link) for entry in feedparser.parse(BytesIO(body)).entries]


async def _poll(web: ClientSession, feed: Feed) -> list[tuple[str, str]]:
    for _ in range(3):
        status, body, _ = await _get(web, feed.url)
        if status == 200:
            return _entries(feed, body)
    return []


async def test_every_feed_has_a_host_of_its_own_and_is_ready_to_be_registered(running: RunningNewsroom) -> None:
    assert len({feed.registered_authority for feed in running.feeds}) == len(NEWSROOM.outlets) == 9
    assert all(feed.url.startswith("http://127.0.0.1:") for feed in running.feeds)
    assert {feed.id: feed.full_text for feed in running.feeds}["rulebook"] == "never"
    assert {feed.id: feed.full_text for feed in running.feeds}["yicui"] == "always"
    assert {feed.poll_seconds for feed in running.feeds} == {1}


async def test_following_every_feed_gives_what_the_manifest_says(running: RunningNewsroom, web: ClientSession) -> None:
    found = {(feed.id, address) for feed in running.feeds for _, address in await _poll(web, feed)}
    pages = {address: await _get(web, address) for _, address in found}
    manifest = expected(NEWSROOM)
    assert len(found) == manifest.articles + sum(manifest.dead_letters.values())
    assert {status for status, _, _ in pages.values()} == {200}
    assert len(pages) == len(found) - len(manifest.shared)
    assert {running.links[name] for name in manifest.policy if name in running.links} <= pages.keys()


async def test_feeds_and_pages_answer_304_to_an_etag_or_else_to_a_date(running: RunningNewsroom, web: ClientSession) -> None:
    addresses = [feed.url for feed in running.feeds if feed.id not in BAD] + [running.links["chenxi-caijing/big-fund"]]
    for address in addresses:
        _, body, headers = await _get(web, address)
        assert body
        assert (await _get(web, address, **{"If-None-Match": headers["ETag"]}))[:2] == (304, b"")
        assert (await _get(web, address, **{"If-Modified-Since": headers["Last-Modified"]}))[0] == 304
        stale = {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]}
        assert (await _get(web, address, **stale))[0] == 200, "the ETag goes before the date"


async def test_a_failing_feed_recovers_at_the_third_poll_and_a_dead_one_never(running: RunningNewsroom, web: ClientSession) -> None:
    failing, dead = _feed(running, "harbour-courier"), _feed(running, "old-gazette")
    assert [(await _get(web, failing.url))[0] for _ in range(4)] == [500, 500, 200, 200]
    assert [(await _get(web, dead.url))[0] for _ in range(4)] == [500] * 4


async def test_the_slow_feed_takes_two_seconds_and_holds_nobody_up(running: RunningNewsroom, web: ClientSession) -> None:
    began = time.monotonic()
    slow = asyncio.create_task(_get(web, _feed(running, "fab-notebook").url))
    await _get(web, _feed(running, "rulebook").url)
    assert time.monotonic() - began < 1.5
    assert (await slow)[0] == 200
    assert time.monotonic() - began >= 1.9


async def test_a_correction_arrives_in_the_feed_and_then_on_the_page(running: RunningNewsroom, web: ClientSession) -> None:
    feed, address = _feed(running, "silicon-ledger"), running.links["silicon-ledger/ohio-fab-grant"]
    before, first = dict(await _poll(web, feed)), await _get(web, address)
    await asyncio.sleep(PATIENCE + 0.05)
    assert (await _get(web, address, **{"If-None-Match": first[2]["ETag"]}))[0] == 304
    after, second = dict(await _poll(web, feed)), await _get(web, address)
    story = STORIES["silicon-ledger/ohio-fab-grant"]
    assert story.correction
    assert set(before) - set(after) == {story.title}
    assert set(after) - set(before) == {story.correction.title}
    assert after[story.correction.title] == address
    assert b"$2.1 billion" in second[1]
    assert b"$2.1 billion" not in first[1]


async def test_a_withdrawn_page_is_gone_and_leaves_its_feed(running: RunningNewsroom, web: ClientSession) -> None:
    feed, address = _feed(running, "harbour-courier"), running.links["harbour-courier/airline-merger"]
    before = await _poll(web, feed)
    assert (await _get(web, address))[0] == 200
    await asyncio.sleep(PATIENCE + 0.05)
    assert [(await _get(web, address))[0] for _ in range(2)] == [410, 410]
    assert {link for _, link in before} - {link for _, link in await _poll(web, feed)} == {address}


async def test_the_gbk_outlet_arrives_as_gbk_without_a_charset_in_the_header(running: RunningNewsroom, web: ClientSession) -> None:
    _, body, headers = await _get(web, running.links["chenxi-caijing/big-fund"])
    assert headers["Content-Type"] == "text/html"
    assert STORIES["chenxi-caijing/big-fund"].title in body.decode("gbk")
    _, body, headers = await _get(web, _feed(running, "chenxi-caijing").url)
    assert headers["Content-Type"] == "application/rss+xml"
    assert body.startswith(b'<?xml version="1.0" encoding="GBK"?>')


async def test_unknown_addresses_are_404_and_robots_are_welcome(running: RunningNewsroom, web: ClientSession) -> None:
    origin = _feed(running, "rulebook").url.removesuffix("/atom.xml")
    assert (await _get(web, f"{origin}/2026/03/nothing.html"))[0] == 404
    assert (await _get(web, f"{origin}/robots.txt"))[:2] == (200, b"User-agent: *\nAllow: /\n")


async def test_alone_it_prints_its_feeds_serves_them_and_ends_on_sigterm(web: ClientSession) -> None:
    command = [sys.executable, "-m", "services.local.newsroom"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    assert process.stdout
    lines: list[bytes] = []
    while b"".join(lines).count(b"group:") < len(NEWSROOM.outlets):
        lines.append(await asyncio.wait_for(process.stdout.readline(), 10))
        assert lines[-1]
    feeds: list[dict[str, Any]] = yaml.safe_load(b"".join(lines))["feeds"]
    status, _, _ = await _get(web, next(feed["url"] for feed in feeds if feed["id"] == "rulebook"))
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 5)
    assert (status, process.returncode, errors) == (200, 0, b"")
    assert all(feed.keys() == {"id", "url", "name", "language", "group"} for feed in feeds)
