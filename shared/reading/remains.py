"""What an interrupted dump left (``FILE.part``): how much of it is whole, and where to go on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from shared.errors import SetupError
from shared.reading import frames
from shared.reading.slice import End, Header, decode_header, decode_line


@dataclass(slots=True)
class Remains:
    """The whole lines at the beginning of a file.

    Attributes:
        header: Its first line.
        size: Bytes of the file that they take.
        crc32: Of the lines.
        records: How many they hold.
        next_offsets: By partition, the offset after its last record; merged by time, every partition is at some place of its own.
    """

    header: Header
    size: int = 0
    crc32: int = 0
    records: int = 0
    next_offsets: dict[int, int] = field(default_factory=dict)


def part(path: Path) -> Path:
    """Return the name under which a dump to `path` is written until it is complete."""
    return path.with_name(f"{path.name}.part")


def remains(path: Path, topic: str) -> Remains:
    """Return what a file holds up to where it was torn off.

    Raises:
        SetupError: If there is none, or nothing of it is whole, or it is no slice of that topic.
    """
    try:
        with path.open("rb") as stream:
            found = _read(stream)
    except OSError as error:
        raise SetupError(f"there is nothing to resume: {path}: {error.strerror}") from error
    except ValueError as error:
        raise SetupError(f"{path} {error}") from error
    if found is None:
        raise SetupError(f"there is nothing to resume: {path} holds no whole line; delete it")
    if found.header.topic != topic:
        raise SetupError(f"{path} is of {found.header.topic}, not of {topic}")
    return found


def _read(stream: BinaryIO) -> Remains | None:
    found: Remains | None = None
    for content, end in _whole(stream):
        lines = content.split(b"\n")[:-1]
        if found is None:
            found = Remains(decode_header(lines.pop(0)))
        for line in lines:
            record = decode_line(line)
            if isinstance(record, End):
                raise ValueError("is complete: give it its name by hand")
            found.records += 1
            found.next_offsets[record.partition] = record.offset + 1
        found.crc32 = crc32(content, found.crc32)
        found.size = end
    return found


def _whole(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield whole lines, as many at a time as a frame has, and where in the file they end."""
    if (begun := stream.read(len(frames.MAGIC))) == frames.MAGIC:
        try:
            for content in frames.decompress(stream, begun):
                yield content, stream.tell()
        except frames.FrameError:
            return
    else:
        stream.seek(0)
        while (line := stream.readline()).endswith(b"\n"):
            yield line, stream.tell()
