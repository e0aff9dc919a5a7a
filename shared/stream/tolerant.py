r"""Records whose header names are not UTF-8 made readable.

Some clients take header names as bytes. aiokafka decodes them strictly, so that one such record makes its whole batch unreadable and its
partition stand still for ever. Here they are read with the bad bytes written out (``\xff``): nobody filters on such a name.
It stands in for a private class of aiokafka 0.14.0, hence the exact pin; `tests/integration/test_dead_letters.py` shows it at work.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


class _Name(bytes):
    """Bytes that decode whatever they are."""

    def decode(self, *_: object) -> str:
        return super().decode("utf-8", "backslashreplace")


class _Buffer(bytearray):
    """A buffer whose slices are such bytes."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _Name(found) if isinstance(found, bytearray) else found


class _SlowBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    """A batch read in Python."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Buffer(self._buffer)


class _Batch:
    """A batch read in C, and in Python from the first record on that C cannot read."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        done = 0
        try:
            for record in self._batch:
                yield record
                done += 1
        except UnicodeDecodeError:
            yield from islice(_SlowBatch(bytearray(self._data)), done, None)


class TolerantRecords(_MemoryRecordsPy):  # type: ignore[misc]  # aiokafka has no types
    """The batches of one answer to a fetch."""

    def next_batch(self) -> Any:
        """Return the next batch, None after the last."""
        data = self._next_slice
        batch = super().next_batch()
        return None if batch is None else _Batch(batch, data)


def install() -> None:
    """Let every consumer of this process read records so."""
    fetcher.MemoryRecords = TolerantRecords
