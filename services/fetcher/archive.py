"""The pages of a web archive (WARC), as Common Crawl's news crawl publishes them, made into what the fetcher would have sent of them.

The same bytes give the same documents, in the same order. A page is taken if it came over HTTP with status 200 as HTML; all else is left
out with a reason. Equal copies of a page under one address are left out too, a changed copy is the next revision of the same article.
Source: ISO 28500, the WARC format; record ids and positions: `ArchiveIterator` of fastwarc.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from fastwarc.warc import HeaderMap, WarcRecord, WarcRecordType

from services.fetcher.blocks import is_block_page
from services.fetcher.coding import CodingError, coding_of, unpacked_whole
from services.fetcher.feeds.times import utc
from services.fetcher.ingest import Found, page
from services.fetcher.warc import CutError, whole
from shared.records.raw import RawDocument
from shared.records.record import Message
from shared.stream.transactions import too_large
from shared.topics import BODY_LIMIT, RAW

MEDIA_TYPES = ("text/html", "application/xhtml+xml")
KEPT = ("content-type", "etag", "last-modified")
CHUNK_HEAD = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n")
ROBOTS = re.compile(r"https?://[^/]+/robots\.txt(?:\?|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One record of an archive, or what is broken in its place.

    Attributes:
        position: About where it begins, in bytes of the file (compressed, if that is).
        message: The page that it holds, None if that is none to send.
        reason: Why there is none, a slug.
    """

    position: int
    message: Message | None
    reason: str = ""


class _Left(Exception):  # noqa: N818 - a fact, not a fault
    """A record that is left out."""


def steps(stream: BinaryIO) -> Iterator[Step]:
    """Yield what every record of an archive comes to.

    Args:
        stream: Its bytes, plain or gzip, that can seek.

    Raises:
        ArchiveError: If the bytes are none of an archive, or end inside a record.
        OSError: If they cannot be read.
    """
    revisions: dict[str, tuple[int, bytes]] = {}
    for position, made in whole(stream, _made):
        try:
            yield Step(position, None, made) if isinstance(made, str) else Step(position, _message(made, revisions))
        except _Left as left:
            yield Step(position, None, str(left))


def _made(record: WarcRecord) -> RawDocument | str:
    """Return the document in a record, or why there is none; either way the record is there to its end.

    Raises:
        CutError: If it is not: fastwarc takes a record cut short for a short one.
    """
    try:
        if record.record_type != WarcRecordType.response:
            raise _Left(str(record.record_type))
        return _document(record)
    except _Left as left:
        rest = record.content_length - record.reader.tell()
        if record.consume() < rest:
            raise CutError("it is cut short") from left
        return str(left)


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
        return page(Found(_checked(url), body, headers), at)
    except ValueError as error:
        raise _Left("bad-url") from error


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
        raise CutError("it is cut short")
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


def _message(document: RawDocument, revisions: dict[str, tuple[int, bytes]]) -> Message:
    """Return a document as it is sent, numbered among the copies under its address so far.

    Raises:
        _Left: ``same-body`` if the copy before it is equal, ``output-too-large``.
    """
    message = document.to_message()
    digest = dict(message.headers)["chipwire-raw-sha256"] or b""  # made once: hashing is a fifth of the work
    revision, former = revisions.get(document.id, (0, b""))
    if digest == former:
        raise _Left("same-body")
    if too_large(message, RAW):
        raise _Left("output-too-large")
    revisions[document.id] = (revision + 1, digest)
    if revision == 0:
        return message
    return replace(document, revision=revision + 1, change="corrected", previous_sha256=former.decode()).to_message()
