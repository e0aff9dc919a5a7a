"""Conditional requests: validators go to whom they came from, and what was not asked for is not believed."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from services.fetcher.polls import polled
from services.fetcher.requests import Poll, Requests
from services.fetcher.robots import Robots
from services.fetcher.worker import Workers
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState
from tests.integration.test_fetcher_http import Serve, says, serve, settings, way_out

__all__ = ["serve"]
NOW = 1_790_000_000.0
RSS = "<rss version='2.0'><channel><title>T</title><item><guid>g</guid><title>ok</title></item></channel></rss>"
LIST = "<ul><li><a href='/news/1'>The first notice</a></li><li><a href='/law/2'>The second notice</a></li></ul>"


@pytest.fixture
async def requests() -> AsyncIterator[Requests]:
    workers = Workers(settings())
    await workers.start()
    async with way_out() as out:
        yield Requests(out, Robots(out, workers), workers)
    await workers.close()


async def poll(requests: Requests, feed: Feed, state: FeedState) -> tuple[Poll, FeedState]:
    answer = await requests.poll(feed, state)
    return answer, polled(state, feed, answer, NOW, 0.5)


async def test_validators_go_to_the_address_that_gave_them_wherever_redirects_lead(serve: Serve, requests: Requests) -> None:
    asked: list[tuple[str, str | None]] = []
    places = iter(("/here", "/here", "/there", "/there"))

    async def fixed(request: web.Request) -> web.Response:
        asked.append((request.path, request.headers.get("If-None-Match")))
        return web.Response(status=302, headers={"Location": next(places)})

    async def shown(request: web.Request) -> web.Response:
        asked.append((request.path, request.headers.get("If-None-Match")))
        etag = f'"{request.path}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=RSS, headers={"ETag": etag})

    origin = await serve(fixed=fixed, here=shown, there=shown)
    feed = Feed(id="f", url=f"{origin}/fixed")
    state = FeedState(id="f", url=feed.url)
    outcomes = []
    for _ in range(4):
        answer, state = await poll(requests, feed, state)
        outcomes.append(answer.outcome)
    assert outcomes == ["changed", "unchanged", "same-body", "unchanged"]
    assert [etag for path, etag in asked if path == "/fixed"] == [None] * 4
    assert [(path, etag) for path, etag in asked if path != "/fixed"] == [
        ("/here", None),
        ("/here", '"/here"'),
        ("/there", None),
        ("/there", '"/there"'),
    ]


async def test_a_304_that_nobody_asked_for_is_a_failure_and_its_validators_are_not_kept(serve: Serve, requests: Requests) -> None:
    origin = await serve(a=says("", 304, ETag='"trap"'))
    feed = Feed(id="f", url=f"{origin}/a")
    answer, state = await poll(requests, feed, FeedState(id="f", url=feed.url))
    assert (answer.outcome, answer.is_good) == ("unexpected-304", False)
    assert (state.etag, state.errors, state.succeeded_at) == (None, 1, None)


async def test_a_list_is_read_again_in_another_form_though_the_page_is_the_same(serve: Serve, requests: Requests) -> None:
    origin = await serve(a=says(LIST, Content_Type="text/html", ETag='"1"'))
    feed = Feed(id="f", url=f"{origin}/a", kind="html-listing", link_pattern="/news/")
    answer, state = await poll(requests, feed, FeedState(id="f", url=feed.url))
    assert [found.entry.title for found in answer.digest.entries] == ["The first notice"] if answer.digest else False
    answer, state = await poll(requests, feed, state)
    assert answer.outcome == "same-body"
    answer, state = await poll(requests, feed.model_copy(update={"link_pattern": "/law/"}), state)
    assert answer.outcome == "changed"
    assert [found.entry.title for found in answer.digest.entries] == ["The second notice"] if answer.digest else False
