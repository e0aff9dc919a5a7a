"""The pages of a web archive (WARC), as Common Crawl's news crawl publishes them, made into what the fetcher would have sent of them.

The same bytes give the same documents, in the same order. A page is taken if it came over HTTP with status 200 as HTML; all else is left
out with a reason. Equal copies of a page under one address are left out too, a changed copy is the next revision of the same article.
Source: ISO 28500, the WARC format; record ids and positions: `ArchiveIterator` of fastwarc.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, HeaderMap, WarcRecord, WarcRecordType

from services.fetcher.blocks import is_block_page
from services.fetcher.coding import CodingError, coding_of, unpacked_whole
from services.fetcher.feeds.times import utc
from services.fetcher.ingest import Found, page
from shared.errors import SetupError
from shared.records.raw import RawDocument
from shared.stream.transactions import too_large
from shared.topics import BODY_LIMIT, RAW

MEDIA_TYPES = ("text/html", "application/xhtml+xml")
KEPT = ("content-type", "etag", "last-modified")
CHUNK_HEAD = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n")
ROBOTS = re.compile(r"https?://[^/]+/robots\.txt(?:\?|$)", re.IGNORECASE)


class ArchiveError(SetupError):
    """An archive that cannot be read on; what was yielded before it stands."""


@dataclass(frozen=True, slots=True)
class Step:
    """One record of an archive.

    Attributes:
        position: Where it begins, in bytes of the file (compressed, if that is).
        document: What it holds, None if that is no page to send.
        reason: Why there is none, a slug.
    """

    position: int
    document: RawDocument | None
    reason: str = ""


class _Left(Exception):  # noqa: N818 - a fact, not a fault
    """A record that is left out."""


def steps(stream: BinaryIO) -> Iterator[Step]:
    """Yield what every record of an archive comes to.

    Args:
        stream: Its bytes, plain or gzip, a member a record.

    Raises:
        ArchiveError: If the bytes are none of an archive, or end inside a record.
    """
    revisions: dict[str, tuple[int, str]] = {}
    position = 0
    try:
        for record in ArchiveIterator(stream):
            position = record.stream_pos
            yield _step(record, revisions)
    except OSError as error:
        raise ArchiveError(f"cannot be read from byte {position} on: {error}") from error


def _step(record: WarcRecord, revisions: dict[str, tuple[int, str]]) -> Step:
    try:
        if record.record_type != WarcRecordType.response:
            raise _Left(str(record.record_type))
        document = _revised(_document(record), revisions)
    except _Left as left:
        _consume(record)
        return Step(record.stream_pos, None, str(left))
    return Step(record.stream_pos, document)


def _consume(record: WarcRecord) -> None:
    """Go to the end of a record, and see that it is there: fastwarc takes a record cut short for a short one."""
    if not (record.headers.get("Content-Length") or "").strip().isdigit():
        raise ArchiveError(f"ends inside the record at byte {record.stream_pos}")
    left = record.content_length - record.reader.tell()
    if record.consume() < left:
        raise ArchiveError(f"ends inside the record at byte {record.stream_pos}")


def _document(record: WarcRecord) -> RawDocument:
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if not record.is_http:
        raise _Left("not-http")
    if record.http_headers.status_code != 200:
        raise _Left(f"http-{record.http_headers.status_code}" if record.http_headers.status_code else "bad-http")
    headers = {name: value.decode("latin-1") for name in KEPT if (value := record.http_headers.get_bytes(name.encode())) is not None}
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
        raise _Left("not-html")
    if ROBOTS.match(url):
        raise _Left("robots")
    at = utc(record.headers.get("WARC-Date") or "")
    if at is None:
        raise _Left("bad-date")
    body = _body(record)
    if is_block_page(body):
        raise _Left("block-page")
    try:
        document = page(Found(_checked(url), body, headers), at)
    except ValueError as error:
        raise _Left("bad-url") from error
    if too_large(document.to_message(), RAW):
        raise _Left("output-too-large")
    return document


def _checked(url: str) -> str:
    if not url.lower().startswith(("http://", "https://")) or not url.isprintable() or "\ufffd" in url:
        raise _Left("bad-url")
    return url


def _body(record: WarcRecord) -> bytes:
    length = record.content_length
    if length > 2 * BODY_LIMIT:
        raise _Left("body-too-large")
    stored = record.reader.read()
    if len(stored) < length:
        raise ArchiveError(f"ends inside the record at byte {record.stream_pos}")
    try:
        body = decoded(stored, record.http_headers)
    except CodingError as error:
        raise _Left(error.reason) from error
    if not body:
        raise _Left("body-too-large" if body is None else "empty-body")
    return body


def decoded(stored: bytes, headers: HeaderMap) -> bytes | None:
    """Return a body with the codings of transfer and content undone, None if it is larger than `BODY_LIMIT`.

    Some crawlers store the page itself under the headers of the wire; a body that is markup already is taken as it is.

    Raises:
        CodingError: If it is neither coded as stated nor markup.
    """
    chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
    body = joined(stored) if chunked else stored
    try:
        return unpacked_whole(body, coding_of(",".join(headers.get_multiple("Content-Encoding"))), BODY_LIMIT)
    except CodingError:
        if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise
        return body if len(body) <= BODY_LIMIT else None


def joined(body: bytes) -> bytes:
    """Return the data of a chunked body; one that does not begin with a chunk is taken as it is.

    Raises:
        CodingError: ``bad-body`` if it breaks off. Source: RFC 9112 section 7.1.
    """
    parts: list[bytes] = []
    at = 0
    while head := CHUNK_HEAD.match(body, at):
        size = int(head[1], 16)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size + 2
        if size == 0:
            return b"".join(parts)
        if at > len(body):
            break
    if parts:
        raise CodingError("bad-body", "the chunks break off")
    return body


def _revised(document: RawDocument, revisions: dict[str, tuple[int, str]]) -> RawDocument:
    """Number a document among the copies under its address so far.

    Raises:
        _Left: ``same-body`` if the copy before it is equal.
    """
    digest = document.sha256
    revision, former = revisions.get(document.id, (0, ""))
    if digest == former:
        raise _Left("same-body")
    revisions[document.id] = (revision + 1, digest)
    if revision == 0:
        return document
    return replace(document, revision=revision + 1, change="corrected", previous_sha256=former)
