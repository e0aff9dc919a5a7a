"""robots.txt for pages: asked once a host and day, and kept.

A missing one (4xx) allows everything. One that cannot be had (5xx, no answer) forbids for now: the page is tried again later. Of a long one
the first `LIMIT` bytes count; one of more than `MOST_BYTES` is as one that cannot be had.
Source: RFC 9309, sections 2.3.1.3 (unavailable), 2.3.1.4 (unreachable), 2.4 (caching), 2.5 (limits).
"""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.fetcher.digest import read_robots
from services.fetcher.http import FetchError, Web
from services.fetcher.identity import authority
from services.fetcher.worker import Workers
from shared.errors import PoisonError

KEPT_SECONDS = 24 * 3600.0
UNREACHABLE_SECONDS = 300.0
LIMIT = 500 * 1024
MOST_BYTES = 2 * 1024 * 1024
MOST_HOSTS = 10_000


@dataclass(slots=True)
class Known:
    """What a host said: its text until `expires`; None while it cannot be reached."""

    text: str | None = None
    expires: float = 0.0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """The robots.txt of every host met.

    Args:
        web: The way out.
        workers: For reading them.
    """

    def __init__(self, web: Web, workers: Workers) -> None:
        self._web = web
        self._workers = workers
        self._known: dict[str, Known] = {}

    async def check(self, url: str) -> None:
        """Refuse a page that its host does not want fetched.

        Raises:
            FetchError: ``robots-disallowed`` for good, ``robots-unreachable`` for now.
            HostResting: If the host is to be left alone.
        """
        text = await self._text(url)
        if text is None:
            raise FetchError("robots-unreachable", url)
        if not text:
            return
        try:
            allowed, delay = await self._workers.run(read_robots, text, url, self._web.settings.user_agent)
        except PoisonError:
            return
        if delay:
            self._web.hosts.widen(authority(url), delay)
        if not allowed:
            raise FetchError("robots-disallowed", url, final=True)

    async def _text(self, url: str) -> str | None:
        if len(self._known) > MOST_HOSTS:
            self._known.clear()
        known = self._known.setdefault(authority(url), Known())
        async with known.asking:
            if known.expires <= self._web.clock():
                known.text = await self._fetch(url)
                known.expires = self._web.clock() + (UNREACHABLE_SECONDS if known.text is None else KEPT_SECONDS)
            return known.text

    async def _fetch(self, url: str) -> str | None:
        parts = urlsplit(url)
        try:
            response = await self._web.get(f"{parts.scheme}://{parts.netloc}/robots.txt", MOST_BYTES)
        except FetchError as error:
            return "" if error.final or error.reason == "too-many-redirects" else None
        if response.status >= 500 or response.status == 429 or response.body is None:
            return None
        return first_lines(response.body).decode("utf-8-sig", "replace") if response.status == 200 else ""


def first_lines(body: bytes) -> bytes:
    """Return the whole lines within the first `LIMIT` bytes of a robots.txt: half a rule may say more than the whole."""
    return body if len(body) <= LIMIT else body[: max(body.rfind(end, 0, LIMIT) for end in (b"\n", b"\r")) + 1]
