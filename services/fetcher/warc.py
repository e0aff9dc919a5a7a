"""The records of a WARC file, one after the other, whatever is broken among them.

A record counts as whole once what follows it is a record too, or the end: only then is it known that its length is right. After a fault
the next record's beginning is looked for: a gzip member that begins like a record, in plain files the line that begins one. A fault in a
file whose members hold several records each costs what is left of its member, and perhaps the next.
Source: ISO 28500 and its annex on gzip; `ArchiveIterator` of fastwarc, which ends at the first fault.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from fastwarc.warc import ArchiveIterator, WarcRecord

from shared.errors import SetupError

T = TypeVar("T")
GZIP = b"\x1f\x8b"
WARC = b"WARC/"
BEGINNING = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.\d{1,2}\r?\n[A-Za-z-]{1,50}:")
LONGEST_BEGINNING = 80
HEAD_LIMIT = 64 * 1024
"""Bytes that the header of a record may take. Source: fastwarc allows half of it."""
PIECE = 1024 * 1024
ONCE = {"warc-type", "warc-record-id", "warc-date", "content-length"}
"""Fields that every header has, and once."""
BETWEEN = b"\r\n\r\n"
"""What ends a header, and what ends a record."""
DAMAGED = "damaged"
BAD_LENGTH = "bad-length"


class ArchiveError(SetupError):
    """An archive that cannot be read on: it is none, or breaks off; what was yielded before it stands."""


class CutError(OSError):
    """A record that holds less than it states."""


def whole(stream: BinaryIO, make: Callable[[WarcRecord], T]) -> Iterator[tuple[int, T | str]]:
    """Yield where each record begins, in bytes of the file, and what was made of it; for a fault its slug.

    Args:
        stream: The file, plain or gzip, that can seek.
        make: Reads a record; what it raises of OSError makes the record a damaged one.

    Raises:
        ArchiveError: If after a fault no further record begins.
        OSError: If the file itself cannot be read.
    """
    start: int | None = 0
    while start is not None:
        stream.seek(start)
        position, held = start, None
        try:
            for record in ArchiveIterator(stream):
                if held is not None:
                    yield position, held[0]
                position, held = record.stream_pos, None
                length = _length(record)
                held = make(record), length
        except OSError as error:
            if error.errno is not None:
                raise
            fault = error
        else:
            if held is not None:
                yield position, held[0]
            return
        end = None if held is None else _end(stream, position, held[1])
        if held is not None and end is not None:
            yield position, held[0]
        start = _next(stream, position + 1 if end is None else end)
        if start is None:
            raise ArchiveError(f"cannot be read from byte {position if end is None else end} on: {fault}") from fault
        if end is None:
            yield position, DAMAGED if held is None and not isinstance(fault, CutError) else BAD_LENGTH
        elif end < start:
            yield end, DAMAGED


def _length(record: WarcRecord) -> int:
    """Return how many bytes a record states for what follows its header.

    Raises:
        OSError: If the header says things twice, as one does that runs on into that of the next record. Source: ISO 28500 section 4.
        CutError: If it states no length.
    """
    names = [name for stated, _ in record.headers if (name := stated.lower()) in ONCE]
    if len(set(names)) < len(names):
        raise OSError("a header that says things twice")
    stated = (record.headers.get("Content-Length") or "").strip()
    if not stated.isdigit():
        raise CutError("it states no length")
    return int(stated)


def _end(stream: BinaryIO, position: int, length: int) -> int | None:
    """Return where the record at a position ends in the file, None if that is not where its length has it."""
    stream.seek(position)
    head = stream.read(HEAD_LIMIT)
    if head.startswith(GZIP):
        return _member_end(stream, position, length)
    if not head.startswith(WARC):
        return position + 1  # in the middle of a member: nothing can be said
    end = position + head.find(BETWEEN) + len(BETWEEN) + length
    stream.seek(end)
    return end + len(BETWEEN) if stream.read(len(BETWEEN)) == BETWEEN else None


def _member_end(stream: BinaryIO, position: int, length: int) -> int | None:
    """Return where a gzip member ends, None if it is broken or holds anything but one record of this length."""
    stream.seek(position)
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    head, size, taken = b"", 0, 0
    try:
        while not unpacker.eof and (piece := stream.read(HEAD_LIMIT)):
            text = unpacker.decompress(piece)
            head += text[: HEAD_LIMIT - len(head)]
            size += len(text)
            taken += len(piece) - len(unpacker.unused_data)
    except zlib.error:
        return None
    return position + taken if unpacker.eof and size == head.find(BETWEEN) + length + 2 * len(BETWEEN) else None


def _next(stream: BinaryIO, start: int) -> int | None:
    """Return where the first record at or after a position begins, None if there is none."""
    stream.seek(0)
    first = stream.read(len(WARC))
    kept = b""
    stream.seek(start)
    while piece := stream.read(PIECE):
        text = kept + piece
        place = stream.tell()
        for match in BEGINNING.finditer(text):
            found = place - len(text) + match.start()
            if match[0].startswith(GZIP) and not first.startswith(WARC) and _holds_record(stream, found):
                return found
            if match[0].startswith(WARC) and not first.startswith(GZIP):
                return found
        stream.seek(place)
        kept = text[-LONGEST_BEGINNING:]
    return None


def _holds_record(stream: BinaryIO, position: int) -> bool:
    """Say whether the gzip member at a position begins like a record."""
    stream.seek(position)
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(stream.read(HEAD_LIMIT), len(WARC)) == WARC
    except zlib.error:
        return False
