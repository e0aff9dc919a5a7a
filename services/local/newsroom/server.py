"""The newsroom being served over loopback: one port a feed, and a clock that brings a correction and a withdrawal."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from aiohttp import web

from services.local.newsroom.feeds import PATHS, listing
from services.local.newsroom.pages import Document, link, page
from services.local.newsroom.stories import Newsroom, Outlet, Story
from shared.records.feed import Feed

ROBOTS = Document(b"User-agent: *\nAllow: /\n", "text/plain", "utf-8")


class Scenario:
    """What the newsroom shows when: a second version only after the first was fetched and `patience` seconds passed.

    A withdrawn story then leaves feed and page at once. A corrected one changes in the feed first, and on its page once that
    feed was fetched, so that a re-check of the page never overtakes the feed and one correction gives one revision.
    """

    def __init__(self, newsroom: Newsroom, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._newsroom, self._patience, self._clock = newsroom, patience, clock
        self._served: dict[str, float] = {}
        self._announced: set[str] = set()

    def feed(self, outlet: Outlet) -> tuple[Story, ...]:
        """Return the stories an outlet's feed shows now, and take it as fetched."""
        shown = tuple(self._later(story) for story in self._newsroom.listed(outlet.id) if not (story.withdrawn and self._due(story)))
        self._announced |= {story.id for story in shown if story.updated}
        self._served.setdefault(outlet.id, self._clock())
        return shown

    def page(self, story: Story) -> Story | None:
        """Return the version a story's page shows now, None once it is withdrawn, and take it as fetched."""
        if story.withdrawn and self._due(story):
            return None
        self._served.setdefault(story.id, self._clock())
        return story.correction if story.correction and story.id in self._announced else story

    def _later(self, story: Story) -> Story:
        return story.correction if story.correction and self._due(story) else story

    def _due(self, story: Story) -> bool:
        needed = {story.outlet} if self._newsroom.outlet(story.outlet).delivery == "full" else {story.outlet, story.id}
        return needed <= self._served.keys() and self._clock() - max(self._served[name] for name in needed) >= self._patience


class Host:
    """One outlet's host: its feed, its pages, robots.txt, with the outlet's bad manners."""

    def __init__(self, newsroom: Newsroom, outlet: Outlet, scenario: Scenario, origins: dict[str, str]) -> None:
        self._newsroom, self._outlet, self._scenario, self._origins = newsroom, outlet, scenario, origins
        self._pages = {story.path: story for story in newsroom.stories if story.outlet == outlet.id}
        self._first_seen: dict[tuple[str, str], datetime] = {}
        self._polls = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one GET."""
        if request.path == PATHS[self._outlet.format]:
            return await self._feed(request)
        if request.path == "/robots.txt":
            return self._send(request, ROBOTS)
        if request.path not in self._pages:
            return web.Response(status=404, text="not found\n")
        version = self._scenario.page(self._pages[request.path])
        if version is None:
            return web.Response(status=410, text="withdrawn\n")
        return self._send(request, page(self._newsroom, version, self._origins))

    async def _feed(self, request: web.Request) -> web.Response:
        self._polls += 1
        await asyncio.sleep(self._outlet.delay_seconds)
        if self._outlet.down or self._polls <= self._outlet.fail_first:
            return web.Response(status=500, text="the presses have stopped\n")
        return self._send(request, listing(self._outlet, self._scenario.feed(self._outlet), self._origins))

    def _send(self, request: web.Request, document: Document) -> web.Response:
        etag = sha256(document.body).hexdigest()[:16]
        modified = self._first_seen.setdefault((request.path, etag), datetime.now(UTC).replace(microsecond=0))
        if _unchanged(request, etag, modified):
            response = web.Response(status=304)
        else:
            response = web.Response(body=document.body, content_type=document.content_type, charset=document.charset)
        response.etag, response.last_modified = etag, modified
        return response


def _unchanged(request: web.Request, etag: str, modified: datetime) -> bool:
    """Say whether the client has this version; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
    if request.if_none_match is not None:
        return any(known.value in (etag, "*") for known in request.if_none_match)
    return request.if_modified_since is not None and modified <= request.if_modified_since


class RunningNewsroom:
    """A newsroom being served. `feeds` is what to register; `links` gives each story's address by its id."""

    def __init__(self, newsroom: Newsroom, origins: dict[str, str], runners: list[web.AppRunner], poll_seconds: float) -> None:
        self._runners = runners
        self.feeds = [_registered(outlet, origins[outlet.id], poll_seconds) for outlet in newsroom.outlets]
        self.links = {story.id: link(story, origins) for story in newsroom.stories}

    async def close(self) -> None:
        """Stop serving and free the ports."""
        for runner in self._runners:
            await runner.cleanup()


def _registered(outlet: Outlet, origin: str, poll_seconds: float) -> Feed:
    return Feed(
        id=outlet.id,
        url=origin + PATHS[outlet.format],
        name=outlet.title,
        language=outlet.language,
        group="newsroom",
        full_text="never" if outlet.delivery == "full" else "always",
        poll_seconds=poll_seconds,
    )


async def serve(newsroom: Newsroom, *, patience: float = 3, poll_seconds: float = 2) -> RunningNewsroom:
    """Serve a newsroom on ephemeral loopback ports, one a feed.

    Args:
        newsroom: What to serve.
        patience: Seconds between the first fetch of a story and its correction or withdrawal.
        poll_seconds: How often the feeds ask to be polled.
    """
    origins: dict[str, str] = {}
    scenario = Scenario(newsroom, patience)
    runners = []
    for outlet in newsroom.outlets:
        runners.append(await _open(Host(newsroom, outlet, scenario, origins)))
        origins[outlet.id] = f"http://127.0.0.1:{runners[-1].addresses[0][1]}"
    return RunningNewsroom(newsroom, origins, runners, poll_seconds)


async def _open(host: Host) -> web.AppRunner:
    application = web.Application()
    application.router.add_get("/{path:.*}", host.answer, allow_head=False)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner
