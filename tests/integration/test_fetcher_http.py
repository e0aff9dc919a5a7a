"""The fetcher's way out against servers that mean ill, on loopback; no broker."""

import asyncio
import contextlib
import gzip
import random
import socket
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp.abc
import cramjam
import psutil
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from services.fetcher.coding import MOST_CHUNKS, MOST_MEMBERS
from services.fetcher.digest import read_page
from services.fetcher.http import FetchError, Web, opened
from services.fetcher.politeness import HostResting
from services.fetcher.robots import LIMIT as LIMIT_OF_ROBOTS
from services.fetcher.robots import MOST_BYTES, Robots
from services.fetcher.worker import Workers
from shared.errors import PoisonError
from shared.metrics import FetcherMetrics
from shared.settings import FetcherSettings
from tests.integration.site import hang_up

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[..., Awaitable[str]]
LIMIT = 64 * 1024


def settings(**more: Any) -> FetcherSettings:
    return FetcherSettings(**{"replica": "t", "allow_loopback": True, "host_gap": 0, "request_timeout": 2, **more})


@contextlib.asynccontextmanager
async def way_out(resolver: aiohttp.abc.AbstractResolver | None = None, **more: Any) -> AsyncIterator[Web]:
    async with opened(settings(**more), FetcherMetrics(CollectorRegistry()), resolver) as made:
        yield made


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves handlers by path and returns the origin."""
    runners: list[web.AppRunner] = []

    async def start(**handlers: Handler) -> str:
        application = web.Application()
        for name, handler in handlers.items():
            application.router.add_get(f"/{name.replace('_txt', '.txt')}", handler)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await hang_up(runner)


def says(body: bytes | str, status: int = 200, **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        stated = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body.encode() if isinstance(body, str) else body, status=status, headers=stated)

    return handler


@contextlib.asynccontextmanager
async def raw_server(answer: bytes, pause: float = 0.0, step: int = 0, *, hold: bool = False) -> AsyncIterator[str]:
    """A server that writes `answer` whatever is asked, `step` bytes at a time; `hold` leaves the connection open after it."""
    tasks: set[asyncio.Task[None]] = set()

    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for start in range(0, len(answer), step or LIMIT):
                writer.write(answer[start : start + (step or LIMIT)])
                await writer.drain()
                await asyncio.sleep(pause)
            if hold:
                await reader.read()
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()

    def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(write(reader, writer)))

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


async def reason(url: str, **more: Any) -> str:
    async with way_out(**more) as made:
        with pytest.raises(FetchError) as error:
            await made.get(url, LIMIT)
        return error.value.reason


class Rebinding(aiohttp.abc.AbstractResolver):
    """Every name is this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[aiohttp.abc.ResolveResult]:
        return [
            {"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0},
            {"hostname": host, "host": "10.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0},
        ]

    async def close(self) -> None:
        return None


async def test_a_name_that_turns_out_to_be_this_machine_is_not_connected_to() -> None:
    assert await reason("http://news.example/feed", resolver=Rebinding(), allow_loopback=False) == "refused-address"


async def test_loopback_is_refused_unless_it_is_allowed(serve: Serve) -> None:
    origin = await serve(a=says("x"))
    assert await reason(f"{origin}/a", allow_loopback=False) == "refused-address"
    async with way_out() as made:
        assert (await made.get(f"{origin}/a", LIMIT)).body == b"x"


async def test_the_rsshub_that_the_operator_named_may_be_inside_and_nothing_else_there(serve: Serve) -> None:
    hub, other = await serve(route=says("a feed"), away=says("", 302, Location="http://127.0.0.1:1/x")), await serve(a=says("secret"))
    async with way_out(rsshub=hub, allow_loopback=False) as made:
        assert (await made.get(f"{hub}/route", LIMIT)).body == b"a feed"
        refused = {f"{other}/a": "refused-address", f"{hub}/away": "refused-address", hub.replace("//", "//u:p@"): "refused-credentials"}
        for url, why in refused.items():
            with pytest.raises(FetchError) as error:
                await made.get(url, LIMIT)
            assert error.value.reason == why


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://169.254.169.254/latest", "refused-address"),
        ("http://[::ffff:10.0.0.1]/", "refused-address"),
        ("file:///etc/passwd", "refused-scheme"),
        ("gopher://x/", "refused-scheme"),
        ("http://user:pw@example.org/", "refused-credentials"),
        ("http://example.org:25/", "refused-port"),
        ("/a", "too-many-redirects"),
    ],
)
async def test_a_redirect_leads_nowhere_that_a_url_may_not(serve: Serve, target: str, why: str) -> None:
    origin = await serve(a=says("", 302, Location=target))
    assert await reason(f"{origin}/a") == why


async def test_a_permanent_redirect_is_noted_and_a_temporary_one_is_not(serve: Serve) -> None:
    origin = await serve(a=says("", 301, Location="/c"), b=says("", 302, Location="/c"), c=says("here"))
    async with way_out() as made:
        moved, lent = await made.get(f"{origin}/a", LIMIT), await made.get(f"{origin}/b", LIMIT)
    assert (moved.url, moved.body, moved.moved_to) == (f"{origin}/c", b"here", f"{origin}/c")
    assert (lent.url, lent.moved_to) == (f"{origin}/c", None)


async def test_a_gzip_bomb_is_cut_and_a_body_at_the_limit_is_not(serve: Serve) -> None:
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    fits = gzip.compress(b"x" * LIMIT)
    origin = await serve(bomb=says(bomb, Content_Encoding="gzip"), fits=says(fits, Content_Encoding="gzip"))
    async with way_out() as made:
        began = time.process_time()
        assert (await made.get(f"{origin}/bomb", LIMIT)).body is None
        assert time.process_time() - began < 1
        assert (await made.get(f"{origin}/fits", LIMIT)).body == b"x" * LIMIT


@pytest.mark.parametrize("coding", ["br", "zstd"])
async def test_a_br_or_zstd_bomb_is_cut_and_one_that_breaks_off_is_bad(serve: Serve, coding: str) -> None:
    def pack(body: bytes) -> bytes:
        return bytes(cramjam.brotli.compress(body, 1) if coding == "br" else cramjam.zstd.compress(body))

    bomb, fits, text = pack(b"\0" * 100_000_000), pack(b"x" * LIMIT), pack(random.Random(1).randbytes(1000))
    bodies = {"bomb": bomb, "fits": fits, "short": text[:-9], "junk": b"nonsense", "empty": b""}
    origin = await serve(**{name: says(body, Content_Encoding=coding) for name, body in bodies.items()})
    async with way_out() as made:
        memory, began = psutil.Process().memory_info().rss, time.process_time()
        assert (await made.get(f"{origin}/bomb", LIMIT)).body is None
        assert time.process_time() - began < 1
        assert psutil.Process().memory_info().rss - memory < 64 * 1024 * 1024
        assert (await made.get(f"{origin}/fits", LIMIT)).body == b"x" * LIMIT
        assert (await made.get(f"{origin}/empty", LIMIT)).body == b""
    assert [await reason(f"{origin}/{name}") for name in ("short", "junk")] == ["bad-body", "bad-body"]


async def test_codings_in_codings_are_refused_or_left_packed(serve: Serve) -> None:
    twice = gzip.compress(gzip.compress(b"x" * 100))
    origin = await serve(
        stacked=says(twice, Content_Encoding="gzip, gzip"),
        once=says(twice, Content_Encoding="x-gzip"),
        odd=says("x", Content_Encoding="lzma"),
    )
    assert await reason(f"{origin}/stacked") == "stacked-encodings"
    assert await reason(f"{origin}/odd") == "unknown-encoding"
    async with way_out() as made:
        assert gzip.decompress((await made.get(f"{origin}/once", LIMIT)).body or b"") == b"x" * 100


async def test_deflate_with_and_without_its_header_and_gzip_in_members_are_read(serve: Serve) -> None:
    text = b"a feed " * 2000
    raw = zlib.compressobj(wbits=-15)
    bodies = {"zlib": zlib.compress(text), "raw": raw.compress(text) + raw.flush()}
    members = gzip.compress(text[:5000]) + gzip.compress(text[5000:]) + b"trailing"
    handlers = {name: says(body, Content_Encoding="deflate") for name, body in bodies.items()}
    origin = await serve(**handlers, members=says(members, Content_Encoding="gzip"))
    async with way_out() as made:
        assert {(await made.get(f"{origin}/{name}", LIMIT)).body for name in ("zlib", "raw", "members")} == {text}


HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
BYTES = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * (MOST_CHUNKS + 1)


@pytest.mark.parametrize(
    ("answer", "why"),
    [(HEAD + b"\r\n" + gzip.compress(b"") * (MOST_MEMBERS + 1), "bad-body"), (BYTES, "bad-body")],
    ids=["empty members", "chunks of a byte"],
)
async def test_a_body_that_is_work_without_yield_is_left_though_it_does_not_end(answer: bytes, why: str) -> None:
    async with raw_server(answer, pause=0.001, hold=True) as url, way_out(request_timeout=60) as made:
        with pytest.raises(FetchError) as error:
            await made.get(url, 10 * MOST_CHUNKS)
    assert error.value.reason == why


async def test_a_body_is_there_at_its_end_whatever_trails_behind_it_without_end() -> None:
    answer = HEAD + b"\r\n" + gzip.compress(b"a feed") + b"\0" * 3 * LIMIT
    async with raw_server(answer, hold=True) as url, way_out(request_timeout=60) as made:
        assert (await made.get(url, 4 * LIMIT)).body == b"a feed"


async def test_thousands_of_cookies_and_trailers_are_refused_or_dropped(serve: Serve) -> None:
    cookies = b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"v" * 400) for n in range(20))
    trailers = b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" + b"X: y\r\n" * 10_000 + b"\r\n"
    async with raw_server(b"HTTP/1.1 200 OK\r\n" + cookies + b"Content-Length: 1\r\n\r\nx") as url, way_out() as made:
        assert (await made.get(url, LIMIT)).body == b"x"
        assert len(made.session.cookie_jar) == 0
    async with raw_server(b"HTTP/1.1 200 OK\r\n" + trailers) as url:
        began = time.process_time()
        assert await reason(url) == "bad-http"
        assert time.process_time() - began < 1


async def test_a_304_with_a_body_is_a_304_and_its_body_is_not_the_next_answer(serve: Serve) -> None:
    lying = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"
    async with raw_server(lying) as url, way_out() as made:
        answers = [await made.get(url, LIMIT) for _ in range(2)]
    assert [(answer.status, answer.body) for answer in answers] == [(304, b"")] * 2


async def test_bodies_that_lie_break_off_or_drip_are_reasons_not_faults() -> None:
    head = b"HTTP/1.1 200 OK\r\n"
    cases = {
        head + b"Content-Encoding: gzip\r\nContent-Length: 40\r\n\r\n" + gzip.compress(b"x" * 1000)[:20]: {"bad-body"},
        head + b"Content-Length: 1000\r\n\r\nshort": {"bad-body"},
        head + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope": {"bad-body", "bad-http"},
        head + b"X: " + b"y" * 200_000 + b"\r\n\r\n": {"bad-http"},
        head + b"X: y\r\n" * 10_000 + b"\r\n": {"bad-http"},
        b"\x00\x01\x02 not http at all\r\n\r\n": {"bad-http"},
        b"": {"disconnected"},
    }
    for answer, reasons in cases.items():
        async with raw_server(answer) as url:
            assert await reason(url) in reasons, answer[:80]


async def test_a_body_that_drips_or_never_ends_is_left_in_time() -> None:
    drip = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n" + b"x" * 0x4000 + b"\r\n"
    async with raw_server(drip, pause=0.2, step=40) as drips, raw_server(endless, pause=3) as ends_not:
        began = time.monotonic()
        assert await reason(drips, request_timeout=1) == "timeout"
        assert await reason(ends_not, request_timeout=1) == "timeout"
        assert time.monotonic() - began < 4


async def test_nothing_is_sent_that_was_not_asked_for(serve: Serve) -> None:
    seen: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(body=b"", headers={"Set-Cookie": "a=b", "ETag": '"\u00e4\u4e2d"', "Last-Modified": "whenever"})

    origin = await serve(a=handler)
    async with way_out(user_agent="chipwire/test") as made:
        answer = await made.get(f"{origin}/a", LIMIT)
        await made.get(f"{origin}/a", LIMIT, {"If-None-Match": answer.headers["etag"], "If-Modified-Since": "whenever"})
    first, second = (dict(request.headers) for request in seen)
    assert set(first) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert (first["User-Agent"], first["Accept-Encoding"]) == ("chipwire/test", "gzip, deflate, br, zstd")
    assert (second["If-None-Match"], second["If-Modified-Since"]) == ('"\u00e4\u4e2d"', "whenever")
    assert "Cookie" not in second


async def test_a_host_that_asks_for_rest_is_left_alone_until_then(serve: Serve) -> None:
    origin = await serve(a=says("", 429, Retry_After="3600"), b=says("x"), c=says("", 503, Retry_After="soon"))
    async with way_out() as made:
        assert (await made.get(f"{origin}/c", LIMIT)).rests is None
        answer = await made.get(f"{origin}/a", LIMIT)
        assert answer.rests is not None
        assert 3590 < answer.rests[1] - time.time() <= 3600
        with pytest.raises(HostResting):
            await made.get(f"{origin}/b", LIMIT)


async def test_robots_txt_is_asked_once_and_kept(serve: Serve) -> None:
    asked: list[str] = []

    async def robots_txt(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="User-agent: *\nDisallow: /no\nCrawl-delay: 1\n")

    origin = await serve(robots_txt=robots_txt)
    workers = Workers(settings())
    await workers.start()
    async with way_out() as made:
        robots = Robots(made, workers)
        await robots.check(f"{origin}/yes")
        with pytest.raises(FetchError) as error:
            await robots.check(f"{origin}/no/more")
    await workers.close()
    assert (error.value.reason, error.value.final) == ("robots-disallowed", True)
    assert len(asked) == 1


async def test_a_missing_robots_txt_allows_and_a_failing_one_forbids_for_now(serve: Serve) -> None:
    missing, failing = await serve(a=says("x")), await serve(robots_txt=says("", 500))
    workers = Workers(settings())
    async with way_out() as made:
        robots = Robots(made, workers)
        await robots.check(f"{missing}/a")
        with pytest.raises(FetchError) as error:
            await robots.check(f"{failing}/a")
    await workers.close()
    assert (error.value.reason, error.value.final) == ("robots-unreachable", False)


async def test_of_a_long_robots_txt_the_first_part_counts_and_an_endless_one_forbids_for_now(serve: Serve) -> None:
    rules = "\ufeffUser-agent: *\nDisallow: /no\n"
    long = await serve(robots_txt=says(rules + "# more\n" * (LIMIT_OF_ROBOTS // 7) + "Disallow: /late\n"))
    endless = await serve(robots_txt=says(rules + "# more\n" * (MOST_BYTES // 7)))
    workers, why = Workers(settings()), {}
    async with way_out() as made:
        robots = Robots(made, workers)
        await robots.check(f"{long}/late")
        for url in (f"{long}/no", f"{endless}/yes"):
            with pytest.raises(FetchError) as error:
                await robots.check(url)
            why[url] = (error.value.reason, error.value.final)
    await workers.close()
    assert list(why.values()) == [("robots-disallowed", True), ("robots-unreachable", False)]


def _spin() -> None:
    while True:
        pass


async def test_a_call_that_spins_costs_its_worker_and_no_other_call() -> None:
    workers = Workers(settings(cpu_limit=0.3))
    await workers.start()
    spun, good = await asyncio.gather(workers.run(_spin), workers.run(read_page, b"<p>x</p>", None), return_exceptions=True)
    await workers.close()
    assert isinstance(spun, PoisonError)
    assert spun.reason == "cpu-limit"
    assert not isinstance(good, BaseException)
