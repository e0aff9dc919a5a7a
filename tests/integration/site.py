"""A web site on loopback for the fetcher's tests: what it shows can be changed at any time, and it remembers who asked for what."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from aiohttp import web

LONG = "The ministry said on Monday that exports of lithography machines now need a licence, and named the firms concerned. "


@dataclass
class Shown:
    """What the site answers under one path: a body, or a bare status with headers."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/html"
    delay: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A request that came in, and when its answer was done."""

    path: str
    headers: dict[str, str]
    at: float
    until: float
    status: int


async def hang_up(runner: web.AppRunner) -> None:
    """End a server and its connections at once: one with bytes that nobody reads would outlive the test's loop."""
    assert runner.server is not None
    transports = [connection.transport for connection in runner.server.connections]
    await runner.cleanup()
    for transport in transports:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)


async def serve(handler: Callable[[web.Request], Awaitable[web.Response]]) -> tuple[web.AppRunner, str]:
    """Serve every path on loopback; return the server, for `hang_up`, and its origin."""
    application = web.Application()
    application.router.add_get("/{path:.*}", handler, allow_head=False)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


class Site:
    """Answers from `shown` (404 elsewhere), honours If-None-Match, and logs every request in `asked`."""

    def __init__(self) -> None:
        self.shown: dict[str, Shown] = {}
        self.asked: list[Asked] = []
        self.origin = ""
        self._runner: web.AppRunner | None = None

    async def open(self) -> "Site":
        self._runner, self.origin = await serve(self._answer)
        return self

    async def close(self) -> None:
        assert self._runner is not None
        await hang_up(self._runner)

    async def _answer(self, request: web.Request) -> web.Response:
        began = time.monotonic()
        shown = self.shown.get(request.path, Shown("no such page", 404))
        await asyncio.sleep(shown.delay)
        etag = f'"{sha256(shown.body.encode()).hexdigest()[:12]}"'
        if shown.status == 200 and request.headers.get("If-None-Match") == etag:
            answer = web.Response(status=304, headers={"ETag": etag})
        else:
            answer = web.Response(text=shown.body, status=shown.status, content_type=shown.content_type, headers=shown.headers)
            if shown.status == 200:
                answer.headers["ETag"] = etag
        self.asked.append(Asked(request.path, dict(request.headers), began, time.monotonic(), answer.status))
        return answer

    def count(self, path: str, status: int | None = None) -> int:
        return sum(asked.path == path and status in (None, asked.status) for asked in self.asked)

    def rss(self, items: Iterable[dict[str, str]]) -> None:
        """Show a feed at /feed: each item a guid, a title, a summary, a path, and perhaps a content."""
        parts = ['<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Site</title>']
        for item in items:
            parts.append(f"<item><guid isPermaLink='false'>tag:site,2026:{item['id']}</guid><title>{escape(item['title'])}</title>")
            parts.append(f"<link>{self.origin}{item.get('path', '/' + item['id'])}</link>")
            parts.append(f"<description>{escape(item.get('summary', 'In short: ' + item['title']))}</description>")
            if "content" in item:
                parts.append(f"<content:encoded><![CDATA[{item['content']}]]></content:encoded>")
            parts.append("<pubDate>Mon, 06 Jan 2025 10:00:00 GMT</pubDate></item>")
        self.shown["/feed"] = Shown("".join([*parts, "</channel></rss>"]), content_type="application/rss+xml")

    def page(self, path: str, text: str, modified: str = "2025-01-06T10:00:00Z") -> None:
        meta = f'<meta property="article:modified_time" content="{modified}">'
        self.shown[path] = Shown(f"<html><head>{meta}<title>{text[:20]}</title></head><body><p>{text} {LONG}</p></body></html>")
