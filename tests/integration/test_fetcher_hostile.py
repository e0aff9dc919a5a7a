"""The inputs of hostile.md that reach the fetcher, by their numbers: in a worker of 64 MiB and 2 s of CPU, or against its way out.

`COVERED` says which test holds which number; 72 needs a language model, 73 to 75 are Kafka's and tested with the stages.
"""

import asyncio
import importlib
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.fetcher.digest import FeedDigest, read_feed, read_page
from services.fetcher.documents import write_entry
from services.fetcher.requests import Poll, Requests
from services.fetcher.revisions import first_seen
from services.fetcher.robots import Robots
from services.fetcher.worker import Workers
from shared.errors import PoisonError
from shared.records import fetch_state
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState
from tests.integration.test_fetcher_http import Serve, says, serve, settings, way_out

__all__ = ["serve"]
GUARD, HTTP, HERE = "tests.unit.test_guard", "tests.integration.test_fetcher_http", "tests.integration.test_fetcher_hostile"
SCHEDULE = "tests.unit.test_schedule"
COVERED = {
    **dict.fromkeys(range(1, 19), f"{GUARD}:test_an_address_that_is_not_public_is_refused_in_every_spelling"),
    **dict.fromkeys((19, 20), f"{HTTP}:test_a_name_that_turns_out_to_be_this_machine_is_not_connected_to"),
    **dict.fromkeys((21, 22, 23, 24), f"{HTTP}:test_a_redirect_leads_nowhere_that_a_url_may_not"),
    25: f"{GUARD}:test_a_redirect_from_https_to_http_is_refused_and_one_the_other_way_followed",
    26: f"{GUARD}:test_a_public_url_passes",
    **dict.fromkeys((27, 28), f"{GUARD}:test_a_url_that_cannot_be_asked_for_is_refused_with_its_reason"),
    29: f"{HTTP}:test_a_gzip_bomb_is_cut_and_a_body_at_the_limit_is_not",
    30: f"{HTTP}:test_a_br_or_zstd_bomb_is_cut_and_one_that_breaks_off_is_bad",
    31: f"{HTTP}:test_codings_in_codings_are_refused_or_left_packed",
    **dict.fromkeys((32, 33), f"{HTTP}:test_bodies_that_lie_break_off_or_drip_are_reasons_not_faults"),
    **dict.fromkeys((34, 35), f"{HTTP}:test_a_body_that_drips_or_never_ends_is_left_in_time"),
    36: f"{HTTP}:test_thousands_of_cookies_and_trailers_are_refused_or_dropped",
    37: f"{HERE}:test_a_poll_takes_the_body_at_its_word_and_not_its_type",
    38: f"{HERE}:test_an_empty_body_is_a_failure_and_keeps_the_validators",
    39: f"{HTTP}:test_a_304_with_a_body_is_a_304_and_its_body_is_not_the_next_answer",
    40: f"{SCHEDULE}:test_a_retry_after_that_says_nothing_sensible_is_ignored",
    41: f"{HERE}:test_validators_go_back_as_they_came_or_not_at_all",
    42: f"{HTTP}:test_thousands_of_cookies_and_trailers_are_refused_or_dropped",
    **dict.fromkeys((*range(43, 61), *range(61, 72)), f"{HERE}:test_a_hostile_document_ends_in_time_and_memory"),
}


def item(inside: str, head: str = "") -> str:
    return f"{head}<rss version='2.0'><channel><title>T</title><item><guid>g</guid><title>ok</title>{inside}</item></channel></rss>"


def doctype(inside: str) -> str:
    return f"<!DOCTYPE r [{inside}]>"


LAUGHS = doctype("<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)))
SCRIPT = "&lt;script&gt;alert(1)&lt;/script&gt;"
ENTRY = "<entry><id>g</id><title>ok</title><link href='{}'/></entry></feed>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{}'>"
DOCUMENTS: dict[str, str | bytes] = {
    "43 external entity": item("<title>&x;</title>", doctype("<!ENTITY x SYSTEM 'file:///etc/passwd'>")),
    "44 external dtd": item("", "<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'>"),
    "45 parameter entity": item("", doctype("<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'> %p;")),
    "46 billion laughs": item("<description>&a11;</description>", LAUGHS),
    "47 quadratic blow-up": item(f"<description>{'&b;' * 20_000}</description>", doctype(f"<!ENTITY b '{'b' * 50_000}'>")),
    "48 attributes": item("<x " + " ".join(f"a{n}='1'" for n in range(20_000)) + "/>"),
    "49 equal names": item("".join(f"<x{n:05}/>" for n in range(20_000))),
    "50 depth": item("<d>" * 100_000 + "</d>" * 100_000),
    "51 one token": item(f"<description>{'x' * 4_000_000}</description>"),
    "52 utf-16 mark": b"\xff\xfe" + item("", "<?xml version='1.0' encoding='utf-8'?>").encode("utf-16-le"),
    "52 utf-7": item("", "<?xml version='1.0' encoding='utf-7'?>") + "+ADw-script+AD4-",
    "52 utf-32": item("").encode("utf-32"),
    "53 bad utf-8": item("<description>a\ud800\0\x0b</description>").encode("utf-8", "surrogatepass") + b"\xff\xc0\x80",
    "54 unclosed": item("<description><![CDATA[" + "x" * 1000)[:-40],
    "55 xinclude": item("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>"),
    "56 base javascript": ATOM.format("javascript:x") + ENTRY.format("y"),
    "56 base file": ATOM.format("file:///etc/") + ENTRY.format("passwd"),
    "57 namespaces": item("<a:title xmlns:a='urn:other'>no</a:title><title xmlns='http://www.w3.org/1999/xhtml'>no</title>"),
    "58 items": "<rss version='2.0'><channel>" + "".join(f"<item><guid>{n}</guid></item>" for n in range(100_000)),
    "59 guid twice": item("</item><item><guid>g</guid><title>other</title>"),
    "60 guid of 1 MB": item(f"</item><item><guid>{'g' * 1_000_000}</guid><title>other</title>"),
    "60 no guid": item("</item><item><title>other</title>"),
    "61 script in title": item(f"<title>{SCRIPT}</title></item><item><title>{SCRIPT.replace('&', '&amp;')}</title>"),
    "62 handlers": item(
        "<description>&lt;svg/onload=x&gt;&lt;math&gt;&lt;mtext&gt;&lt;noscript&gt;&lt;p title='&lt;/noscript&gt;'&gt;</description>"
    ),
    "63 schemes": item(
        "<link>java&#10;script:alert(1)</link></item><item><link>data:text/html,x</link></item><item><link>&#1;vbscript:x</link>"
    ),
    "64 refresh": item(
        "<description>&lt;meta http-equiv=refresh content='0;url=//e'&gt;&lt;base href=//e&gt;&lt;iframe srcdoc=x&gt;</description>"
    ),
    "65 nested div": item("<description>" + "&lt;div&gt;" * 50_000 + "</description>"),
    "66 author": item(f"<author>{'a@' + 'a.' * 100_000}!</author>"),
    "67 bidi": item("<title>\u202e\u200b\u200dlive</title><link>https://xn--80ak6aa92e.com/\u202e</link>"),
    "68 combining": item("<title>e" + "\u0301" * 10_000 + "</title>"),
    "69 ansi": item("<title>\x1b[2J\x1b]0;x\x07{&quot;level&quot;:&quot;info&quot;}\n{&quot;message&quot;:&quot;forged&quot;}</title>"),
    "70 dates": item(
        "</item>".join(
            f"<item><pubDate>{date}</pubDate>" for date in ("0000-01-01", "9999-12-31", "Tue, 19 Jan 2038 03:14:08 +9999", "9" * 40_000)
        )
    ),
    "71 formula": item("<title>=cmd|'/C calc'!A0</title>"),
}
KILLED = {"not-a-feed", "cpu-limit", "memory-limit", "step-failed", "worker-died"}
REFUSED = {"50 depth", "58 items", "47 quadratic blow-up"}
"""Those that may cost their document; all others are read."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[Workers]:
    made = Workers(settings(cpu_limit=2, memory_limit=64, time_limit=60))
    await made.start()
    yield made
    await made.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_hostile_document_ends_in_time_and_memory(workers: Workers, name: str) -> None:
    document = DOCUMENTS[name]
    body = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    good = item("").encode()
    read = workers.run(read_feed, body, {}, "https://e.example/feed", "e.example", "f", "never")
    found, beside, _ = await asyncio.gather(
        read,
        workers.run(read_feed, good, {}, "https://e.example/", "e", "f", "never"),
        workers.run(read_page, body, None),
        return_exceptions=True,
    )
    assert isinstance(beside, FeedDigest), f"nothing is lost beside it: {beside!r}"
    if name in REFUSED and isinstance(found, PoisonError):
        assert found.reason in KILLED
        return
    assert isinstance(found, FeedDigest), repr(found)
    assert found.entries
    links = [entry.link for entry in found.entries]
    assert all(link is None or link.startswith(("https://", "http://")) for link in links)
    feed = Feed(id="f", url="https://e.example/feed")
    for entry in found.entries[:10]:
        step = first_seen(entry, feed, None, 1.8e9)
        assert step.message is not None
        record = fetch_state.to_message(step.state).value or b""
        assert json.loads(record)["id"] == step.state.id
        written = write_entry(step.state.model_copy(update={"entry": entry.entry}), None, 1.8e9)[1]
        assert b"root:x" not in (step.message.value or b"") + b"".join(value or b"" for _, value in written.headers)
        assert all(len(value or b"") < 64 * 1024 for _, value in written.headers)


def feed(origin: str, path: str) -> Feed:
    return Feed(id="f", url=f"{origin}/{path}")


async def polled(made: Requests, asked: Feed, **known: object) -> Poll:
    return await made.poll(asked, FeedState.model_validate({"id": "f", "url": asked.url, **known}))


async def test_a_poll_takes_the_body_at_its_word_and_not_its_type(serve: Serve) -> None:
    origin = await serve(a=says(item(""), Content_Type="image/png"))
    workers = Workers(settings())
    async with way_out() as web:
        poll = await polled(Requests(web, Robots(web, workers), workers), feed(origin, "a"))
    await workers.close()
    assert (poll.outcome, poll.digest and len(poll.digest.entries)) == ("changed", 1)


async def test_an_empty_body_is_a_failure_and_keeps_the_validators(serve: Serve) -> None:
    origin = await serve(a=says(b"", ETag='"new"'))
    workers = Workers(settings())
    async with way_out() as web:
        poll = await polled(Requests(web, Robots(web, workers), workers), feed(origin, "a"), etag='"old"')
    assert (poll.outcome, poll.is_good, poll.etag) == ("empty-body", False, None)


@pytest.mark.parametrize(
    ("etag", "sent"), [('"a"b\\"', True), ("unquoted", True), ("x\r\nX-Evil: 1", False), ("\xff\xfe", False), ("e" * 5000, False)]
)
async def test_validators_go_back_as_they_came_or_not_at_all(serve: Serve, etag: str, sent: bool) -> None:
    from aiohttp import web as http

    seen: list[str | None] = []

    async def handler(request: http.Request) -> http.Response:
        seen.append(request.headers.get("If-None-Match"))
        assert "X-Evil" not in request.headers
        return http.Response(status=304)

    origin = await serve(a=handler)
    workers = Workers(settings())
    async with way_out() as web:
        poll = await polled(Requests(web, Robots(web, workers), workers), feed(origin, "a"), etag=etag)
    assert (poll.outcome, seen) == ("unchanged" if sent else "unexpected-304", [etag if sent else None])


def test_every_number_that_concerns_the_fetcher_has_its_test() -> None:
    assert sorted(COVERED) == list(range(1, 72))
    for place in set(COVERED.values()):
        module, _, name = place.partition(":")
        assert callable(getattr(importlib.import_module(module), name, None)), place
    assert {int(name[:2]) for name in DOCUMENTS} == set(range(43, 72))
