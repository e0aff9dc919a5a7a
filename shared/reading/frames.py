"""Bytes as zstd frames, one after another: written and read with the memory of one frame.

Every frame stands alone, so ``zstd -d`` reads the file; to read it in parts we find where each frame ends by ourselves, since
cramjam decompresses whole frames only. Source: RFC 8878, sections 3.1.1 (frames), 3.1.1.2 (blocks), 3.1.2 (skippable frames).
"""

from collections.abc import Iterator
from typing import BinaryIO

import cramjam

MAGIC = b"\x28\xb5\x2f\xfd"
LEVEL = 1
LARGEST = 256 * 1024 * 1024
"""Bytes of one compressed frame: far more than we write, less than what a foreign file could ask for."""
RLE_BLOCK, RESERVED_BLOCK = 1, 3


class FrameError(Exception):
    """The bytes are no whole zstd frames; the text says what they are."""


def compress(data: bytes) -> bytes:
    """Return `data` as one frame."""
    return bytes(cramjam.zstd.compress(data, level=LEVEL))


def decompress(stream: BinaryIO, begun: bytes) -> Iterator[bytes]:
    """Yield the content of each frame in a stream.

    Args:
        stream: Where the frames are.
        begun: The four bytes of the first that were read already.

    Raises:
        FrameError: If a frame is cut off or corrupt.
    """
    magic = begun
    while magic:
        if len(magic) == 4 and magic[1:] == b"\x2a\x4d\x18" and magic[0] >> 4 == 5:
            _exactly(stream, int.from_bytes(_exactly(stream, 4), "little"))
        elif magic == MAGIC:
            yield _content(MAGIC + _frame(stream))
        else:
            raise FrameError("cut off, or followed by something else" if len(magic) < 4 else "followed by something else")
        magic = stream.read(4)


def _frame(stream: BinaryIO) -> bytes:
    """Return the bytes of a frame after its magic number."""
    head = _exactly(stream, 1)
    single, checksum = head[0] >> 5 & 1, head[0] >> 2 & 1
    window, dictionary = 1 - single, (0, 1, 2, 4)[head[0] & 3]
    size = (single, 2, 4, 8)[head[0] >> 6]
    parts = [head, _exactly(stream, window + dictionary + size)]
    length, last = 0, 0
    while not last:
        block = _exactly(stream, 3)
        header = int.from_bytes(block, "little")
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        if kind == RESERVED_BLOCK or length > LARGEST:
            raise FrameError("corrupt" if kind == RESERVED_BLOCK else f"a frame of more than {LARGEST >> 20} MiB")
        parts += [block, _exactly(stream, 1 if kind == RLE_BLOCK else size)]
        length += size
    return b"".join([*parts, _exactly(stream, 4 * checksum)])


def _content(frame: bytes) -> bytes:
    try:
        return bytes(cramjam.zstd.decompress(frame))
    except cramjam.DecompressionError as error:
        raise FrameError("corrupt") from error


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise FrameError("cut off")
    return data
