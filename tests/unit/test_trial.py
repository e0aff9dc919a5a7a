"""Sources tried once: what the report says, what a site offers; the web is a table."""

import gzip
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from services.fetcher import trial
from services.fetcher.http import Gate, Web
from services.fetcher.line import Line
from services.fetcher.politeness import HostResting
from services.fetcher.requests import Requests
from services.fetcher.response import FetchError, Response
from services.fetcher.robots import Robots
from services.fetcher.worker import Workers
from shared.errors import SetupError

SITE = "https://e.example"
RSS = (
    "<rss version='2.0'><channel><title>News</title><item><title>One</title><link>/1</link>"
    "<pubDate>Mon, 03 Nov 2025 10:00:00 GMT</pubDate></item></channel></rss>"
)
LIST = "".join(f"<p><a href='/n/{number}'>A headline that is long enough {number}</a>" for number in range(4))
SITEMAP = "<urlset><url><loc>https://e.example/n/1</loc></url></urlset>"
Pages = Mapping[str, str | bytes | Exception]


class Table:
    """A web of some pages; what is not in it is a 404."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def clock(self) -> float:
        return 0.0

    async def get(
        self, url: str, limit: int, validators: Mapping[str, str] | None = None, gate: Gate | None = None, given_by: str | None = None
    ) -> Response:
        if gate is not None:
            await gate(url)
        self.asked.append(url)
        found = self.pages.get(url.removeprefix(SITE), "")
        if isinstance(found, Exception):
            raise found
        return Response(200 if found else 404, url, {}, found.encode() if isinstance(found, str) else found)


class Allowing:
    """A robots.txt that forbids one path."""

    async def check(self, url: str) -> None:
        if url.endswith("/secret"):
            raise FetchError("robots-disallowed", final=True)


class Here:
    """Workers that are no processes."""

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)


def requests(pages: Pages) -> Requests:
    return Requests(cast(Web, Table(pages)), cast(Robots, Allowing()), cast(Workers, Here()))


async def rows(pages: Pages, *lines: Mapping[str, object]) -> dict[str, dict[str, object]]:
    feeds = [Line.model_validate(line).feed() for line in lines]
    return {str(row["id"]): row async for row in _rows(requests(pages), feeds)}


async def _rows(asks: Requests, feeds: list[Any]) -> Any:
    async for tried in trial.check(asks, feeds):
        yield tried.row()


async def test_a_report_says_how_many_entries_how_new_and_what_to_change() -> None:
    found = await rows(
        {"/feed": RSS, "/page": "<p>hello", "/list": LIST, "/secret": LIST, "/rest": HostResting("e.example", 9.0), "/odd": KeyError("x")},
        {"id": "good", "url": f"{SITE}/feed"},
        {"id": "none", "url": f"{SITE}/none"},
        {"id": "page", "url": f"{SITE}/page"},
        {"id": "list", "url": f"{SITE}/list", "kind": "listing"},
        {"id": "unfit", "url": f"{SITE}/list", "kind": "html-listing", "link_pattern": "^/other/"},
        {"id": "secret", "url": f"{SITE}/secret", "kind": "html-listing"},
        {"id": "rest", "url": f"{SITE}/rest"},
        {"id": "odd", "url": f"{SITE}/odd"},
    )
    assert {name: (row["outcome"], row["entries"]) for name, row in found.items()} == {
        "good": ("ok", 1),
        "none": ("http-404", None),
        "page": ("not-a-feed", None),
        "list": ("ok", 4),
        "unfit": ("empty-list", None),
        "secret": ("robots-disallowed", None),
        "rest": ("http-429", None),
        "odd": ("unexpected", None),
    }
    assert found["good"]["newest"] == "2025-11-03T10:00:00.000Z"
    assert found["good"]["advice"] is None
    assert all(row["advice"] for row in found.values() if row["outcome"] != "ok")


async def test_a_list_that_a_script_loads_and_a_packed_sitemap_are_read_at_their_second_address() -> None:
    shell = """<p>Loading</p><script url="/unit" queryData="{'id':'7'}"></script>"""
    answer = '{"data": {"html": "' + LIST + '"}}'
    index = "<sitemapindex><sitemap><loc>/part.xml.gz</loc></sitemap></sitemapindex>"
    pages: Pages = {"/list": shell, "/unit?id=7": answer, "/map.xml": index, "/part.xml.gz": gzip.compress(SITEMAP.encode())}
    for kind in ("listing", "html-listing"):
        lines = ({"id": "list", "url": f"{SITE}/list", "kind": kind}, {"id": "map", "url": f"{SITE}/map.xml", "kind": "sitemap"})
        found = await rows(pages, *lines)
        assert {name: (row["outcome"], row["entries"]) for name, row in found.items()} == {"list": ("ok", 4), "map": ("ok", 1)}


async def discovered(pages: Pages) -> list[tuple[str, str, str | None]]:
    good = await trial.discover(requests(pages), f"{SITE}/")
    return [(offer.kind, offer.url.removeprefix(SITE), offer.link_pattern) for offer, _ in good]


async def test_a_site_offers_the_feeds_and_sitemaps_that_it_names_and_the_pattern_of_its_list() -> None:
    named = "".join(f"<link rel='alternate' type='application/rss+xml' href='/{path}'>" for path in ("named", "dead")) + LIST
    robots = "User-agent: *\nSitemap: https://e.example/map.xml\n"
    pages = {"/": named, "/named": RSS, "/robots.txt": robots, "/map.xml": SITEMAP, "/feed": RSS}
    assert await discovered(pages) == [
        ("feed", "/named", None),
        ("html-listing", "/", r"^https?://e\.example/n/\d+$"),
        ("sitemap", "/map.xml", None),
    ]


async def test_where_a_site_names_none_the_usual_places_are_tried() -> None:
    assert await discovered({"/": "<p>Hello", "/atom.xml": RSS, "/news-sitemap.xml": SITEMAP}) == [
        ("feed", "/atom.xml", None),
        ("sitemap", "/news-sitemap.xml", None),
    ]


@pytest.mark.parametrize("pages", [{}, {"/": FetchError("timeout")}])
async def test_a_site_that_cannot_be_had_is_a_sentence(pages: Pages) -> None:
    with pytest.raises(SetupError, match=r"^https://e.example/ cannot be had: "):
        await discovered(pages)
