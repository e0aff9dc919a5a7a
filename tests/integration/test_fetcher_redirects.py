"""Redirects and robots.txt as the fetcher follows them, hop by hop, and certificates that it does not believe; loopback, no broker."""

import ssl
from collections.abc import AsyncIterator

import pytest
import trustme
from aiohttp import web

from services.fetcher.digest import FeedDigest, read_feed
from services.fetcher.http import MOST_REDIRECTS, FetchError
from services.fetcher.outcomes import Failed
from services.fetcher.requests import Requests
from services.fetcher.robots import Robots
from services.fetcher.worker import Workers
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState
from tests.integration.site import hang_up
from tests.integration.test_fetcher_http import LIMIT, Handler, Serve, reason, says, serve, settings, way_out

__all__ = ["serve"]
RSS = "<rss version='2.0'><channel><title>T</title><item><guid>g</guid><title>ok</title></item></channel></rss>"
LIST = (
    "<html><body><ul>" + "".join(f"<li><a href='/news/{n}'>Notice {n} of the ministry</a></li>" for n in range(9)) + "</ul></body></html>"
)
NOTHING = "User-agent: *\nDisallow: /\n"


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    made = Workers(settings())
    await made.start()
    yield made
    await made.close()


def noted(asked: list[str], handler: Handler) -> Handler:
    async def note(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return await handler(request)

    return note


async def test_five_redirects_are_followed_and_a_sixth_is_not(serve: Serve) -> None:
    hops = {f"h{n}": says("", 302, Location=f"/h{n + 1}") for n in range(MOST_REDIRECTS + 1)}
    origin = await serve(**hops, **{f"h{MOST_REDIRECTS + 1}": says("here")})
    assert MOST_REDIRECTS == 5
    async with way_out() as made:
        assert (await made.get(f"{origin}/h1", LIMIT)).body == b"here"
    assert await reason(f"{origin}/h0") == "too-many-redirects"


async def test_a_chain_is_a_move_only_if_every_hop_is_permanent(serve: Serve) -> None:
    origin = await serve(
        a=says("", 308, Location="/b"), b=says("", 301, Location="/end"), c=says("", 301, Location="/d"), d=says("", 307, Location="/end"),
        end=says("here"),
    )  # fmt: skip
    async with way_out() as made:
        assert (await made.get(f"{origin}/a", LIMIT)).moved_to == f"{origin}/end"
        assert (await made.get(f"{origin}/c", LIMIT)).moved_to is None


async def test_a_page_that_redirects_to_a_forbidden_one_is_not_fetched(serve: Serve, workers: Workers) -> None:
    asked: list[str] = []
    origin = await serve(
        robots_txt=says("User-agent: *\nDisallow: /private\n"),
        open=says("", 302, Location="/private"),
        private=noted(asked, says("<p>secret</p>")),
    )
    article = ArticleState(id="0" * 32, feed="f", authority="e", domain="e", linkhash="0", url=f"{origin}/open", work="fetch")
    async with way_out() as made:
        visit = await Requests(made, Robots(made, workers), workers).visit(article)
    assert (visit.outcome, asked) == (Failed("robots-disallowed", final=True), [])


async def test_robots_txt_of_the_host_that_a_page_leads_to_is_asked_for(serve: Serve, workers: Workers) -> None:
    asked: list[str] = []
    other = await serve(robots_txt=noted(asked, says(NOTHING)), page=noted(asked, says("<p>x</p>")))
    origin = await serve(open=says("", 301, Location=f"{other}/page"))
    article = ArticleState(id="0" * 32, feed="f", authority="e", domain="e", linkhash="0", url=f"{origin}/open", work="fetch")
    async with way_out() as made:
        visit = await Requests(made, Robots(made, workers), workers).visit(article)
    assert (visit.outcome, asked) == (Failed("robots-disallowed", final=True), ["/robots.txt"])


async def test_robots_txt_speaks_for_lists_and_not_for_feeds(serve: Serve, workers: Workers) -> None:
    asked: list[str] = []
    origin = await serve(robots_txt=says(NOTHING), feed=says(RSS), list=noted(asked, says(LIST)))
    async with way_out() as made:
        requests = Requests(made, Robots(made, workers), workers)
        polls = [
            await requests.poll(feed, FeedState(id="f", url=feed.url))
            for feed in (Feed(id="f", url=f"{origin}/feed"), Feed(id="f", url=f"{origin}/list", kind="listing"))
        ]
    assert [poll.outcome for poll in polls] == ["changed", "robots-disallowed"]
    assert asked == []


@pytest.mark.parametrize(
    ("name", "is_known", "outcome"),
    [("127.0.0.1", True, "read"), ("127.0.0.1", False, "bad-certificate"), ("other.example", True, "bad-certificate")],
)
async def test_a_certificate_that_cannot_be_verified_is_an_error_of_its_own(
    name: str, is_known: bool, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context, trusted = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert(name).configure_cert(context)
    if is_known:
        authority.configure_trust(trusted)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusted)  # what aiohttp verifies with unless it is told otherwise
    asked: list[str] = []
    application = web.Application()
    application.router.add_get("/feed", noted(asked, says(RSS)))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        async with way_out() as made:
            body = (await made.get(f"https://127.0.0.1:{runner.addresses[0][1]}/feed", LIMIT)).body
        found = "read" if body == RSS.encode() else "another body"
    except FetchError as error:
        found = error.reason
    await hang_up(runner)
    assert (found, asked) == (outcome, ["/feed"] if outcome == "read" else [])


async def test_two_hundred_thousand_attributes_are_read_within_what_a_worker_may_take() -> None:
    attributes = " ".join(f"a{n}='1'" for n in range(200_000))
    body = RSS.replace("<item>", f"<item><x {attributes}/>").encode()
    workers = Workers(settings(cpu_limit=2, memory_limit=64, time_limit=60))
    await workers.start()
    found = await workers.run(read_feed, body, {}, "https://e.example/feed", "e.example", "f", "never")
    await workers.close()
    assert isinstance(found, FeedDigest)
    assert [entry.entry.title for entry in found.entries] == ["ok"]
