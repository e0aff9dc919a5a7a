"""HTTP as the fetcher speaks it: guarded, polite, bounded; redirects by hand, no cookies, no referrer."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

import aiohttp
import aiohttp.abc
from yarl import URL

from services.fetcher import guard, schedule
from services.fetcher.coding import ACCEPTED
from services.fetcher.identity import authority
from services.fetcher.politeness import Clock, Hosts, Sleep
from services.fetcher.response import FetchError, Response, read_body, reason_of
from shared.metrics import FetcherMetrics
from shared.settings import FetcherSettings

__all__ = ["FetchError", "Gate", "Response", "Web", "opened", "redirect_target"]

MOST_REDIRECTS = 5
HEADER_LIMIT = 16 * 1024
VALIDATOR_LIMIT = 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
BUSY = frozenset({429, 503})

Gate = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Web:
    """The one way out.

    Attributes:
        session: With the guarded connector of `opened`.
        inside: Without the guard, for the RSSHub alone, that the operator named.
        hosts: Whose turn it is at each host.
        settings: Of the fetcher.
        metrics: Of the fetcher.
        clock: Seconds since 1970.
    """

    session: aiohttp.ClientSession
    inside: aiohttp.ClientSession
    hosts: Hosts
    settings: FetcherSettings
    metrics: FetcherMetrics
    clock: Clock = time.time

    async def get(
        self, url: str, limit: int, validators: Mapping[str, str] | None = None, gate: Gate | None = None, given_by: str | None = None
    ) -> Response:
        """Return the answer to a GET, redirects followed.

        Args:
            url: Of the document.
            limit: Most bytes of its body.
            validators: ``If-None-Match`` and the like, bytes read as latin-1; sent to `given_by` alone, wherever redirects lead.
            gate: Asked before each request; it raises to forbid it.
            given_by: The address that gave the validators, by default `url`.

        Raises:
            FetchError: If there is no answer.
            HostResting: If the host is to be left alone for longer.
        """
        permanent, given_by = True, given_by or url
        for hop in range(MOST_REDIRECTS + 1):
            self._check(url)
            if gate is not None:
                await gate(url)
            response = await self._once(url, limit, (validators or {}) if url == given_by else {})
            target = response.headers.get("location")
            if response.status not in REDIRECTS or not target:
                return self._arrived(response, url if hop and permanent else None)
            permanent = permanent and response.status in PERMANENT
            url = redirect_target(url, target)
        raise FetchError("too-many-redirects", url)

    @property
    def _hub(self) -> str | None:
        return str(self.settings.rsshub) if self.settings.rsshub else None

    def _check(self, url: str) -> None:
        try:
            guard.check_url(url, allow_loopback=self.settings.allow_loopback, inside=self._hub)
        except guard.RefusedUrlError as error:
            raise FetchError(error.reason, str(error), final=True) from error

    def _arrived(self, response: Response, moved_to: str | None) -> Response:
        return replace(response, moved_to=moved_to)

    async def _once(self, url: str, limit: int, validators: Mapping[str, str]) -> Response:
        host = authority(url)
        async with self.hosts.slot(host):
            with self.metrics.request_seconds.time():
                try:
                    async with asyncio.timeout(self.settings.request_timeout):
                        response = await self._request(url, limit, validators)
                except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                    raise reason_of(error) from error
            if response.rests:
                self.hosts.rest(*response.rests)
            return response

    async def _request(self, url: str, limit: int, validators: Mapping[str, str]) -> Response:
        headers = {name: sent for name, value in validators.items() if (sent := _sendable(value))}
        session = self.inside if self._hub and guard.origin(url) == guard.origin(self._hub) else self.session
        async with session.get(URL(url, encoded=url.isascii()), headers=headers, allow_redirects=False) as answer:
            stated = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.raw_headers}
            wanted = answer.status == 200
            body = await read_body(answer, limit if wanted else 0)
            self.metrics.received_bytes.inc(len(body or b""))
            rests = self._rest(answer.status, url, stated)
            return Response(answer.status, url, stated, body if wanted else b"", rests=rests, conditional=bool(headers))

    def _rest(self, status: int, url: str, headers: Mapping[str, str]) -> tuple[str, float] | None:
        if status not in BUSY:
            return None
        now = self.clock()
        until = schedule.retry_after(headers.get("retry-after"), now)
        return (authority(url), until or now + schedule.DEFAULT_REST) if until or status == 429 else None


def redirect_target(url: str, location: str) -> str:
    """Return where a redirect leads; its fragment does not matter.

    Raises:
        FetchError: ``bad-url``, or ``downgrade`` for one from https to http.
    """
    try:
        target = urljoin(url, location.encode("latin-1").decode("utf-8", "replace").strip()).partition("#")[0]
        downgrade = url.startswith("https:") and urlsplit(target).scheme == "http"
    except ValueError as error:
        raise FetchError("bad-url", location, final=True) from error
    if downgrade:
        raise FetchError("downgrade", target, final=True)
    return target


def _sendable(value: str) -> str | None:
    """Return a validator so that aiohttp, which writes UTF-8, sends the bytes that came; None where it cannot."""
    try:
        text = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return text if text and len(text) <= VALIDATOR_LIMIT and "\n" not in text and "\r" not in text else None


@contextlib.asynccontextmanager
async def opened(
    settings: FetcherSettings,
    metrics: FetcherMetrics,
    resolver: aiohttp.abc.AbstractResolver | None = None,
    clock: Clock = time.time,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator[Web]:
    """Yield the way out, closed at the end; resolver and time are the system's by default."""

    def guarded(address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = address
        guard.check_address(str(where[0]), int(where[1]), allow_loopback=settings.allow_loopback)
        return socket.socket(family, kind, protocol)

    async with _session(settings, resolver, guarded) as session, _session(settings, resolver) as inside:
        hosts = Hosts(settings.host_gap, settings.connections, clock, sleep)
        yield Web(session, inside, hosts, settings, metrics, clock)


def _session(
    settings: FetcherSettings,
    resolver: aiohttp.abc.AbstractResolver | None,
    sockets: Callable[[aiohttp.AddrInfoType], socket.socket] | None = None,
) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=1, socket_factory=sockets, use_dns_cache=False, resolver=resolver)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": settings.user_agent, "Accept": "*/*", "Accept-Encoding": ACCEPTED},
        timeout=aiohttp.ClientTimeout(total=settings.request_timeout),
        max_line_size=HEADER_LIMIT,
        max_field_size=HEADER_LIMIT,
        trust_env=False,
        auto_decompress=False,
    )
