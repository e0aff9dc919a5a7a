"""Documents from files and addresses without a registered feed: what ``chipwire ingest`` puts on `news.raw.v1`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from services.fetcher import http
from services.fetcher.digest import stated
from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.parse import parse
from services.fetcher.identity import authority, linkhash, names
from shared.errors import PoisonError, SetupError
from shared.metrics import FetcherMetrics
from shared.records.raw import RawDocument
from shared.settings import FetcherSettings, read
from shared.topics import BODY_LIMIT

FEED = "ingest"
"""The feed id of what no feed brought."""
XML = ("application/rss", "application/atom", "application/xml", "text/xml", "application/feed+json", "application/json", "application/rdf")


@dataclass(frozen=True, slots=True)
class Found:
    """A body and where it came from; `headers` in lower case."""

    url: str
    body: bytes
    headers: Mapping[str, str]


async def fetch(url: str, *, allow_loopback: bool = False) -> Found:
    """Return what lies at an address.

    Raises:
        SetupError: If it cannot be had, with the reason.
    """
    settings = read(FetcherSettings, replica="ingest", allow_loopback=allow_loopback)
    async with http.opened(settings, FetcherMetrics(CollectorRegistry())) as web:
        try:
            response = await web.get(url, BODY_LIMIT)
        except http.FetchError as error:
            raise SetupError(f"cannot be had: {error.args[1] or error.reason}") from error
    if response.status != 200:
        raise SetupError(f"the answer was {response.status}")
    if response.body is None:
        raise SetupError(f"more than {BODY_LIMIT} bytes")
    return Found(response.url, response.body, response.headers)


def open_file(path: Path, url: str | None) -> Found:
    """Return what is in a file, filed under `url` (by default its own ``file:`` address).

    Raises:
        SetupError: If it cannot be read or is too large.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SetupError(error.strerror or "cannot be read") from error
    if len(body) > BODY_LIMIT:
        raise SetupError(f"more than {BODY_LIMIT} bytes")
    return Found(url or path.absolute().as_uri(), body, {})


def documents(found: Found, now: datetime) -> list[RawDocument]:
    """Return the documents in what was found: one for each entry of a feed, else one page. Pure.

    Raises:
        PoisonError: If it looks like a feed and is none.
    """
    at = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    feed = _feed(found)
    if feed is None:
        return [page(found, at)]
    host = _authority(found.url)
    return [_entry(entry, name[0], found, feed, at) for entry, name in zip(feed.entries, names(feed.entries, host, FEED), strict=True)]


def _feed(found: Found) -> ParsedFeed | None:
    media_type = found.headers.get("content-type", "").lower()
    head = found.body[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    looks = head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) or (head.startswith(b"{") and b"jsonfeed" in head)
    if b"<html" in head or b"<!doctype html" in head or not (looks or media_type.startswith(XML)):
        return None
    try:
        return parse(found.body, found.headers, found.url if found.url.startswith("http") else None)
    except PoisonError:
        if looks and not head.startswith(b"<?xml"):
            raise
        return None


def _authority(url: str) -> str:
    return authority(url) or "localhost"


def page(found: Found, at: str) -> RawDocument:
    """Return the first revision of a page that was had at `at`, RFC 3339 in UTC. Pure.

    Raises:
        ValueError: If its address is none.
    """
    return RawDocument(
        kind="page",
        id=linkhash(found.url)[:32],
        revision=1,
        change="created",
        feed=FEED,
        domain=_authority(found.url),
        linkhash=linkhash(found.url),
        url=found.url,
        body=found.body,
        fetched_at=at,
        status=200,
        content_type=found.headers.get("content-type"),
        etag=found.headers.get("etag"),
        last_modified=found.headers.get("last-modified"),
    )


def _entry(entry: ParsedEntry, name: str, found: Found, feed: ParsedFeed, at: str) -> RawDocument:
    url = entry.link or found.url
    return RawDocument(
        kind="entry",
        id=name,
        revision=1,
        change="created",
        feed=FEED,
        domain=_authority(url),
        linkhash=linkhash(url),
        url=url,
        body=(entry.content or entry.summary or "").encode("utf-8", "replace"),
        fetched_at=at,
        entry=stated(entry, feed.language),
        feed_name=feed.title,
    )
