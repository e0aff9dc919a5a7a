"""Reads slices line by line, in constant memory; ``-`` is stdin."""

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from shared.errors import SetupError
from shared.reading import frames
from shared.reading.slice import End, Header, decode_header, decode_line
from shared.records.record import Record

PART_BYTES = 1024 * 1024
LONGEST_LINE = 128 * 1024 * 1024
"""Bytes: a record of 6 MiB takes 36 at most, written as JSON escapes."""


FINGERPRINT_BYTES = 1024 * 1024


def fingerprint(path: str) -> str | None:
    """Return a name for the content of a slice, by its size, first and last bytes (the last hold its checksum); None for a pipe."""
    file = Path(path)
    if path == "-" or not file.is_file():
        return None
    with file.open("rb") as stream:
        first = stream.read(FINGERPRINT_BYTES)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - FINGERPRINT_BYTES))
        return blake2b(b"%d %b %b" % (size, first, stream.read()), digest_size=8).hexdigest()


class SliceReader:
    """Reads a slice: `header`, then the records by iteration, once.

    Args:
        path: ``-`` for stdin. Whether it is compressed shows in its first bytes.

    Raises:
        SetupError: One sentence, if there is no such file, or it is no slice.
    """

    def __init__(self, path: str) -> None:
        self._name = "stdin" if path == "-" else path
        self._path = path
        self._crc32 = 0
        self._number = 0
        self._lines = self._numbered()
        self.header = self._decoded_header()

    def __iter__(self) -> Iterator[Record]:
        """Yield the records.

        Raises:
            SetupError: One sentence that names the line, if the slice is cut off, corrupt or not of this format.
        """
        records = 0
        before = self._crc32
        for line in self._lines:
            found = self._decoded(line)
            if isinstance(found, End):
                self._finish(found, records, before)
                return
            records += 1
            before = self._crc32
            yield found
        raise SetupError(f"{self._name} is cut off: it ends after {records} records without its last line")

    def _decoded_header(self) -> Header:
        try:
            return decode_header(next(self._lines, b""))
        except ValueError as error:
            raise SetupError(f"{self._name} {error}") from error

    def _decoded(self, line: bytes) -> Record | End:
        try:
            return decode_line(line)
        except ValueError as error:
            raise SetupError(f"{self._name}: line {self._number} {error}") from error

    def _finish(self, end: End, records: int, crc32: int) -> None:
        if end.records != records:
            raise SetupError(f"{self._name} is damaged: it says that it holds {end.records} records and holds {records}")
        if end.crc32 is not None and end.crc32 != f"{crc32:08x}":
            raise SetupError(f"{self._name} is damaged: its checksum is not that of its lines")
        if next(self._lines, None) is not None:
            raise SetupError(f"{self._name} is damaged: something follows its last line")

    def _numbered(self) -> Iterator[bytes]:
        """Yield the lines and keep count and checksum of them; a last one without its line feed is cut off."""
        try:
            for line in self._split():
                self._number += 1
                self._crc32 = zlib.crc32(line, self._crc32)
                yield line
        except frames.FrameError as error:
            raise SetupError(f"{self._name} is {error} after line {self._number}") from error

    def _split(self) -> Iterator[bytes]:
        """Yield whole lines, without caring for where frames end."""
        rest = b""
        for part in self._parts():
            *whole, rest = (rest + part).split(b"\n")
            yield from (line + b"\n" for line in whole)
            if len(rest) > LONGEST_LINE:
                raise frames.FrameError("no slice: a line without an end")
        if rest:
            raise frames.FrameError("cut off")

    def _parts(self) -> Iterator[bytes]:
        """Yield the content in parts, decompressed; the file is open as long as this runs."""
        with self._opened() as stream:
            begun = stream.read(len(frames.MAGIC))
            if begun == frames.MAGIC:
                yield from frames.decompress(stream, begun)
                return
            yield begun
            while part := stream.read(PART_BYTES):
                yield part

    def _opened(self) -> AbstractContextManager[BinaryIO]:
        if self._path == "-":
            return nullcontext(sys.stdin.buffer)
        try:
            return Path(self._path).open("rb")
        except OSError as error:
            raise SetupError(f"cannot read {self._path}: {error.strerror}") from error
