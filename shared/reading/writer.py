"""Writes slices: whole or not at all, in constant memory; ``-`` is stdout."""

import contextlib
import os
import sys
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from shared.errors import SetupError
from shared.reading import frames
from shared.reading.remains import Remains, part
from shared.reading.slice import Header, encode_end, encode_header, encode_record
from shared.records.record import Record

FRAME_BYTES = 2 * 1024 * 1024
"""Bytes of lines that become one compressed frame."""
UNDER_WAY = 3
"""Frames that the thread may be given ahead: it waits for the interpreter more than it works."""


class SliceWriter:
    """Writes a slice, under a temporary name, which becomes `path` when all went well; pipes and devices are written at once.

    Args:
        path: ``-`` for stdout, uncompressed, as is a name that ends in ``.jsonl`` or ``.jsonl.dlq``.
        header: The first line.
        keep: Let the temporary file be ``path.part`` and stay if things go wrong, to be gone on with.
        remains: What such a file holds: go on after it.

    Raises:
        SetupError: On entering, if the file cannot be written, or there is a ``path.part`` already.
    """

    def __init__(self, path: str, header: Header, *, keep: bool = False, remains: Remains | None = None) -> None:
        self._path = None if path == "-" else Path(path).resolve()
        self._compressed = path != "-" and not path.removesuffix(".dlq").endswith(".jsonl")
        self._direct = self._path is None or (self._path.exists() and not self._path.is_file())
        self._lines: list[bytes] = []
        self._size = 0
        self._keep = keep
        self._remains = remains
        self._crc32 = remains.crc32 if remains else 0
        self._thread = ThreadPoolExecutor(1, "slice")  # compressing frees the interpreter for the next lines
        self._under_way: deque[Future[None]] = deque()
        self._failed = False
        self.records = remains.records if remains else 0
        if remains is None:
            self._add(encode_header(header))

    def __enter__(self) -> Self:
        try:
            self._stream = sys.stdout.buffer if self._path is None else self._opened()
        except FileExistsError as error:
            raise SetupError(f"{self._written} is what an interrupted dump left: go on with it by --resume, or delete it") from error
        except OSError as error:
            raise SetupError(f"cannot write {self._path}: {error.strerror}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        is_whole = False
        try:
            if kind is None:
                self._flush()
                self._settle()
                self._add(encode_end(self.records, self._crc32))
                self._flush()
                self._settle()
                is_whole = True
            elif self._keep:
                with contextlib.suppress(SetupError, BrokenPipeError):
                    self._flush()
                    self._settle()
        finally:
            self._thread.shutdown()
            self._close(complete=is_whole)

    def write(self, record: Record) -> None:
        """Add a record; it is on its way to the file once `FRAME_BYTES` have gathered.

        Raises:
            SetupError: If the disk is full, or whatever else the system says.
        """
        self._add(encode_record(record))
        self.records += 1
        if self._size >= FRAME_BYTES:
            self._flush()

    @property
    def _written(self) -> Path:
        assert self._path is not None
        if self._direct:
            return self._path
        return part(self._path) if self._keep else self._path.with_name(f".{self._path.name}.{os.getpid()}.part")

    def _opened(self) -> BinaryIO:
        if self._remains is None:
            return self._written.open("xb" if self._keep and not self._direct else "wb")
        stream = self._written.open("r+b")
        stream.truncate(self._remains.size)
        stream.seek(self._remains.size)
        return stream

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line)

    def _flush(self) -> None:
        """Hand what has gathered to the thread, once it is not far behind."""
        lines, self._lines, self._size = self._lines, [], 0
        self._settle(UNDER_WAY - 1)
        self._under_way.append(self._thread.submit(self._put, lines))

    def _put(self, lines: list[bytes]) -> None:
        """Write lines, unless those before them could not be."""
        if self._failed:
            return
        data = b"".join(lines)
        self._crc32 = zlib.crc32(data, self._crc32)
        try:
            self._stream.write(frames.compress(data) if self._compressed else data)
            self._stream.flush()
        except OSError:
            self._failed = True
            raise

    def _settle(self, most: int = 0) -> None:
        """Wait until at most so many frames are under way."""
        try:
            while len(self._under_way) > most:
                self._under_way.popleft().result()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise SetupError(f"cannot write {self._path or 'stdout'}: {error.strerror}") from error

    def _close(self, *, complete: bool) -> None:
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            self._stream.close()
        if self._direct:
            return
        if complete:
            self._written.replace(self._path)
        elif not self._keep:
            self._written.unlink(missing_ok=True)
