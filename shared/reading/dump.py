"""Dump: a slice of a topic into a file. A dump that broke off can be gone on with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shared.errors import SetupError
from shared.reading import names
from shared.reading.remains import Remains, part, remains
from shared.reading.scan import open_scan
from shared.reading.select import Selection
from shared.reading.slice import Header
from shared.reading.warc import WarcWriter, is_warc
from shared.reading.writer import SliceWriter
from shared.settings import KafkaSettings
from shared.topics import RAW

Watch = Callable[[int, int], None]
"""Told how many offsets were read, and of how many."""


async def dump(settings: KafkaSettings, topic: str, path: str, selection: Selection, watch: Watch = lambda read, of: None) -> int:
    """Write the selected records to `path` (``-`` for stdout) and return how many; breaking off leaves ``path.part``.

    A name that ends in ``.warc`` or ``.warc.gz`` makes an archive of the pages among them.

    Raises:
        SetupError: If the topic cannot be read or the file not be written.
    """
    if is_warc(path) and names.known(topic) != RAW:
        raise SetupError(f"only pages go into an archive, and {topic} holds none: dump it as a slice")
    return await _dump(settings, topic, path, selection, None, watch)


async def resume(settings: KafkaSettings, topic: str, path: str, watch: Watch = lambda read, of: None) -> int:
    """Go on with a dump that broke off, with its own selection, up to the topic's end as it is now; return how many there are in all.

    Raises:
        SetupError: If there is nothing to go on with, or it is of another topic; else as `dump`.
    """
    left = remains(part(Path(path)), topic)
    return await _dump(settings, topic, path, left.header.selection, left, watch)


async def _dump(settings: KafkaSettings, topic: str, path: str, selection: Selection, left: Remains | None, watch: Watch) -> int:
    done = left.records if left else 0
    rest = selection if selection.limit is None else replace(selection, limit=selection.limit - done)
    async with open_scan(settings, topic, rest, left.next_offsets if left else None) as scan:
        with _writer(path, Header(topic, scan.bounds.partitions, selection), left) as writer:
            async for batch in scan.batches():
                for record in batch:
                    writer.write(record)
                watch(scan.read, scan.bounds.offsets)
        return writer.records


def _writer(path: str, header: Header, left: Remains | None) -> SliceWriter | WarcWriter:
    if is_warc(path) and left is None:
        return WarcWriter(path, header.topic)
    return SliceWriter(path, header, keep=path != "-", remains=left)
