"""Raw pages as a web archive (WARC 1.1): for whatever reads such. What goes back on a topic byte for byte is a slice.

Every page is the HTTP response that it was, its body decoded, under the address it came from in the end; the name of its record follows
from its place on the topic. Entries of feeds, retractions and tombstones are no pages. In a name that ends in ``.gz`` a record is a gzip
member. Source: ISO 28500:2017, annex C for gzip.
"""

import gzip
import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import NAMESPACE_URL, uuid5

from shared.errors import PoisonError, SetupError
from shared.records.raw import RawDocument
from shared.records.record import Record

LEVEL = 6
UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
log = logging.getLogger(__name__)


def is_warc(path: str) -> bool:
    """Say whether a file of this name is to be an archive."""
    return path.removesuffix(".gz").endswith(".warc")


def encode_info(topic: str, at: datetime) -> bytes:
    """Return the first record of an archive: what wrote it, from which topic, when."""
    fields = f"software: chipwire\r\nformat: WARC File Format 1.1\r\ndescription: pages of {topic}\r\n".encode()
    named = {"WARC-Date": at.isoformat(timespec="seconds").replace("+00:00", "Z"), "Content-Type": "application/warc-fields"}
    return _encode("warcinfo", f"{topic} {at.isoformat()}", named, fields)


def encode_page(record: Record) -> bytes | None:
    """Return the archive's record of a page; None if the record holds none."""
    try:
        page = RawDocument.from_record(record)
    except PoisonError:
        return None
    if page.kind != "page":
        return None
    stated = {"Content-Type": page.content_type, "ETag": page.etag, "Last-Modified": page.last_modified}
    lines = [f"HTTP/1.1 {page.status or 200} OK", *(f"{name}: {_line(value)}" for name, value in stated.items() if value)]
    lines.append(f"Content-Length: {len(page.body)}\r\n\r\n")
    named = {"WARC-Date": page.fetched_at, "WARC-Target-URI": page.url, "Content-Type": "application/http; msgtype=response"}
    return _encode("response", record.address, named, "\r\n".join(lines).encode("latin-1", "replace") + page.body)


def _encode(kind: str, name: str, named: dict[str, str], block: bytes) -> bytes:
    stated = {"WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"} | named | {"Content-Length": str(len(block))}
    head = "WARC/1.1\r\n" + "".join(f"{field}: {_line(value)}\r\n" for field, value in stated.items()) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


def _line(value: str) -> str:
    """Return a value without what would end its line."""
    return UNSAFE.sub(" ", value)


class WarcWriter:
    """Writes an archive under a temporary name, which becomes `path` when all went well.

    Args:
        path: A name that ends in ``.warc`` or ``.warc.gz``.
        topic: Where the pages come from.

    Attributes:
        records: How many pages were written.

    Raises:
        SetupError: If it cannot be written; likewise `write`.
    """

    def __init__(self, path: str, topic: str) -> None:
        self._path = Path(path).resolve()
        self._part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._packed = path.endswith(".gz")
        self._topic = topic
        self._left = 0
        self.records = 0

    def __enter__(self) -> Self:
        try:
            self._stream = self._part.open("wb")
        except OSError as error:
            raise self._refusal(error) from error
        self._put(encode_info(self._topic, datetime.now(UTC)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        try:
            self._stream.close()
            if kind is None:
                self._part.replace(self._path)
        except OSError as failure:
            raise self._refusal(failure) from failure
        finally:
            self._part.unlink(missing_ok=True)
        if self._left:
            log.warning("%d records that are no pages are left out", self._left)

    def write(self, record: Record) -> None:
        """Add a page; any other record is counted and left out."""
        encoded = encode_page(record)
        if encoded is None:
            self._left += 1
            return
        self._put(encoded)
        self.records += 1

    def _put(self, encoded: bytes) -> None:
        try:
            self._stream.write(gzip.compress(encoded, LEVEL, mtime=0) if self._packed else encoded)
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> SetupError:
        return SetupError(f"cannot write {self._path}: {error.strerror}")
