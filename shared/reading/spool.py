"""Records of a topic in a temporary slice: read once from the broker, then as often as is needed, in constant memory."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from shared.reading.reader import SliceReader
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.record import Record


@asynccontextmanager
async def spooled(records: AsyncIterator[Record], header: Header) -> AsyncIterator[Callable[[], SliceReader]]:
    """Write records to a temporary slice, and give what reads it, anew with each call, as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="chipwire-") as folder:
        path = str(Path(folder) / "slice.zst")
        with SliceWriter(path, header) as writer:
            async for record in records:
                writer.write(record)
        yield lambda: SliceReader(path)
