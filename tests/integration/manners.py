"""Hosts on loopback that know what a well-behaved reader does, and a clock that a test moves: weeks pass in seconds.

A host remembers what it told its reader (validators, how long an answer is fresh, when to come back, what is not for programs) and notes
every request that does not keep to it. What was kept is counted too, so that a test can see that a rule was put to the proof.
"""

import asyncio
import heapq
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count

from aiohttp import web

from tests.integration.site import hang_up, serve

DAY, HOUR = 86400.0, 3600.0
ROBOTS_KEPT = DAY
GAP = 2.0
"""Seconds that a reader leaves between two requests to a host that asks for nothing else."""
PRIVATE = re.compile(r"/private/")


class Clock:
    """A time that stands still until somebody sets it."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._number), future))
        await future

    @property
    def asleep(self) -> int:
        return len(self._sleepers)

    @property
    def wakes_at(self) -> float | None:
        return self._sleepers[0][0] if self._sleepers else None

    def set(self, now: float) -> None:
        self.now = now
        while self._sleepers and self._sleepers[0][0] <= now:
            heapq.heappop(self._sleepers)[2].set_result(None)


@dataclass
class Answer:
    """What a host says under a path, and for how long it wants to be left alone there (`fresh`) and altogether (`rest`)."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/html"
    fresh: float = 0.0
    rest: float = 0.0


Script = Callable[[float], Answer]


@dataclass
class Told:
    """What a reader was told under one path: the validators of the last 200, and when it may come again."""

    validators: tuple[str, str] | None = None
    not_before: float = 0.0
    times: list[float] = field(default_factory=list)
    conditional: int = 0


class Host:
    """One host: `scripts` answer by path, anything else is a page; `breaches` are what its reader did wrong."""

    def __init__(self, clock: Clock, robots: str = "", delay: float = GAP) -> None:
        self.clock = clock
        self.scripts: dict[str, Script] = {}
        self.gone: set[str] = set()
        self.told: dict[str, Told] = {}
        self.breaches: list[str] = []
        self.kept: Counter[str] = Counter()
        self.origin = ""
        self._robots, self._delay = robots, delay
        self._busy = 0
        self._free_at = self._rest_until = 0.0
        self._robots_at: float | None = None
        self._runner: web.AppRunner | None = None

    async def open(self) -> "Host":
        self._runner, self.origin = await serve(self._serve)
        return self

    async def close(self) -> None:
        assert self._runner is not None
        await hang_up(self._runner)

    def asked(self, path: str) -> list[float]:
        return self.told[path].times if path in self.told else []

    async def _serve(self, request: web.Request) -> web.Response:
        self._busy += 1
        try:
            told = self.told.setdefault(request.path, Told())
            self._judge(request, told)
            await asyncio.sleep(0)
            answer = self._answer(request, told)
            answer.set_cookie("seen", "yes")
            return answer
        finally:
            self._busy -= 1
            self._free_at = self.clock.now

    def _judge(self, request: web.Request, told: Told) -> None:
        """Note what is wrong with a request, given what was said before."""
        now, path = self.clock.now, request.path
        assert self._runner is not None
        assert self._runner.server is not None
        self._keep("one at a time", self._busy == 1 and len(self._runner.server.connections) <= 1, path)
        if self._free_at:
            gap = GAP if self._robots_at is None else self._delay
            self._keep("a gap between two", now >= self._free_at + gap - 1e-6, path)
        if self._rest_until:
            self._keep("rest when asked for", now >= self._rest_until, path)
        if told.not_before:
            self._keep("what is fresh is not asked for", now >= told.not_before, path)
        self._keep("who it is, and no more", self._is_plain(request), path)
        if path == "/robots.txt":
            self._keep("robots.txt once a day", self._robots_at is None or now >= self._robots_at + ROBOTS_KEPT, path)
        elif path not in self.scripts:
            asked = self._robots_at is not None and now < self._robots_at + ROBOTS_KEPT + self._delay
            self._keep("robots.txt before a page", asked and not PRIVATE.match(path), path)
        if told.validators is not None:
            sent = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
            self._keep("validators as they came, both or none", sent in (told.validators, (None, None)), f"{path} {sent}")
            told.conditional += sent != (None, None)
        told.times.append(now)

    def _is_plain(self, request: web.Request) -> bool:
        agent = request.headers.get("User-Agent", "")
        return "+http" in agent and not {"Cookie", "Referer", "Authorization"} & set(request.headers)

    def _keep(self, rule: str, is_kept: bool, what: str) -> None:
        self.kept[rule] += is_kept
        if not is_kept:
            self.breaches.append(f"{rule}: {what} at {self.clock.now:.1f}")

    def _answer(self, request: web.Request, told: Told) -> web.Response:
        now = self.clock.now
        if request.path == "/robots.txt":
            self._robots_at = now
            return web.Response(text=self._robots, status=200 if self._robots else 404)
        says = self.scripts[request.path](now) if request.path in self.scripts else self._page(request.path)
        told.not_before = now + says.fresh if says.fresh else 0.0
        self._rest_until = max(self._rest_until, now + says.rest if says.rest else 0.0)
        etag, modified = says.headers.get("ETag"), says.headers.get("Last-Modified")
        if says.status == 200 and etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=says.headers)
        if says.status == 200:
            told.validators = (etag, modified) if etag and modified else None
        return web.Response(text=says.body, status=says.status, headers=says.headers, content_type=says.content_type)

    def _page(self, path: str) -> Answer:
        if path in self.gone:
            return Answer(status=404)
        text = f"<p>The notice {path} names the goods that need a licence from now on, and the firms that may not have them.</p>"
        return Answer(f"<html><head><title>{path}</title></head><body>{text * 3}</body></html>", headers=validators(f"page-{path}", 0))


def validators(version: str, modified: float) -> dict[str, str]:
    """Return an entity tag and a date with the oddities of real servers, which only bytes repeated as they came survive."""
    return {"ETag": f'W/"{version}; it\'s--gzip"', "Last-Modified": formatdate(modified, usegmt=False)}


class Publisher:
    """A feed with a new entry `every` so many seconds from `start` on; it shows the last `window` of them."""

    def __init__(self, host: Host, name: str, start: float, every: float, window: int = 12, head: str = "", where: str = "") -> None:
        self.host, self.name, self.start, self.every, self.window = host, name, start, every, window
        self._head, self._where = head, where

    def published(self, now: float) -> list[str]:
        """Return the links of all entries so far, the oldest first."""
        return [f"{self.host.origin}{self._where}/{self.name}/{number}" for number in range(int((now - self.start) // self.every) + 1)]

    def answer(self, now: float) -> Answer:
        links = self.published(now)
        items = []
        for number in range(max(0, len(links) - self.window), len(links)):
            at = formatdate(self.start + number * self.every, usegmt=True)
            items.append(
                f"<item><guid>{links[number]}</guid><link>{links[number]}</link><title>{self.name} {number}</title>"
                f"<pubDate>{at}</pubDate></item>"
            )
        body = f'<rss version="2.0"><channel><title>{self.name}</title>{self._head}{"".join(reversed(items))}</channel></rss>'
        newest = self.start + (len(links) - 1) * self.every
        return Answer(body, headers=validators(f"{self.name}-{len(links)}", newest), content_type="application/rss+xml")
