"""Archives made for tests and bench: records of our own words, written by hand so that they can be wrong in any way."""

import gzip
import uuid
from collections.abc import Iterable


def record(
    kind: str, url: str, block: bytes, date: str = "2025-01-06T10:00:00Z", content_type: str = "application/http; msgtype=response"
) -> bytes:
    """Return one WARC record."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\nWARC-Date: {date}\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(url: str, body: bytes, status: int = 200, media_type: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """Return the record of an HTTP response; header names with ``_`` for ``-``."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return record("response", url, f"HTTP/1.1 {status} OK\r\nContent-Type: {media_type}\r\n{lines}\r\n".encode() + body)


def packed(records: Iterable[bytes], level: int = 6) -> bytes:
    """Return records as gzip, a member each."""
    return b"".join(gzip.compress(each, level) for each in records)
