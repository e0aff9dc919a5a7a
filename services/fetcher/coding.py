"""Content codings undone within bounds: gzip, deflate, br, zstd; a bomb is unpacked no further than to its limit.

gzip and deflate are unpacked as they come. br and zstd are collected and unpacked into a buffer of the limit's size, so what a decoder
may touch is bounded, whatever window or ratio the stream claims.
Source: RFC 9110 section 8.4.1; RFC 7932; RFC 8878. Several codings on one body are legal and nobody uses them but attackers.
"""

import zlib
from collections.abc import AsyncIterator

import cramjam

ACCEPTED = "gzip, deflate, br, zstd"
FULL = "whole buffer"
"""What cramjam says when its output does not fit."""
GZIP = b"\x1f\x8b"


class CodingError(ValueError):
    """A body that its stated coding does not fit; `reason` is a slug."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}")


def coding_of(stated: str) -> str:
    """Return the one coding of a Content-Encoding header, ``identity`` for none.

    Raises:
        CodingError: ``stacked-encodings`` or ``unknown-encoding``.
    """
    codings = [name for part in stated.lower().split(",") if (name := part.strip().removeprefix("x-")) not in ("", "identity")]
    if len(codings) > 1:
        raise CodingError("stacked-encodings", stated[:100])
    if codings and codings[0] not in ("gzip", "deflate", "br", "zstd"):
        raise CodingError("unknown-encoding", stated[:100])
    return codings[0] if codings else "identity"


async def unpacked(chunks: AsyncIterator[bytes], coding: str, limit: int) -> bytes | None:
    """Return a body with its coding undone, None if it is larger than `limit`.

    Raises:
        CodingError: ``bad-body`` for a stream that is broken or ends too soon.
    """
    stream = _stream(coding, limit)
    async for chunk in chunks:
        if not stream.take(chunk):
            return None
    return _ended(stream, coding, limit)


def unpacked_whole(body: bytes, coding: str, limit: int) -> bytes | None:
    """Return a body that is there as a whole as `unpacked` does.

    Raises:
        CodingError: As `unpacked`.
    """
    stream = _stream(coding, limit)
    return _ended(stream, coding, limit) if stream.take(body) else None


def _stream(coding: str, limit: int) -> "_Collected":
    return {"gzip": _Inflated, "deflate": _Inflated}.get(coding, _Collected)(limit)


def _ended(stream: "_Collected", coding: str, limit: int) -> bytes | None:
    return _block(stream.body(), coding, limit) if coding in ("br", "zstd") else stream.body()


class _Collected:
    """Bytes as they come."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, chunk: bytes) -> bool:
        """Take a chunk; False if that is too much."""
        self._parts.append(chunk)
        self._size += len(chunk)
        return self._size <= self._limit

    def body(self) -> bytes:
        """Return all of it."""
        return b"".join(self._parts)


class _Inflated(_Collected):
    """What comes out of zlib: gzip of one or several members, zlib, or a raw deflate stream."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._unpacker: zlib._Decompress | None = None
        self._first = b""

    def take(self, chunk: bytes) -> bool:
        """Unpack a chunk, one byte beyond the limit at most; False if that is too much."""
        data = self._first + chunk
        if self._unpacker is None and len(data) < 2:
            self._first = data
            return True
        self._first = b""
        while data:
            if self._unpacker is None or self._unpacker.eof:
                if self._unpacker is not None and not data.startswith(GZIP):
                    return True  # trailing bytes
                self._unpacker = zlib.decompressobj(_window(data))
            try:
                text = self._unpacker.decompress(data, self._limit + 1 - self._size)
            except zlib.error as error:
                raise CodingError("bad-body", str(error)) from error
            if not super().take(text):
                return False
            data = self._unpacker.unconsumed_tail or self._unpacker.unused_data
        return True

    def body(self) -> bytes:
        """Return all of it, if it is whole.

        Raises:
            CodingError: ``bad-body`` for a stream that ends too soon.
        """
        if self._first or (self._unpacker is not None and not self._unpacker.eof):
            raise CodingError("bad-body", "the stream ends too soon")
        return super().body()


def _window(head: bytes) -> int:
    if head.startswith(GZIP):
        return 16 + zlib.MAX_WBITS
    return zlib.MAX_WBITS if head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0 else -zlib.MAX_WBITS


def _block(body: bytes, coding: str, limit: int) -> bytes | None:
    if not body:
        return b""
    buffer = bytearray(limit + 1)
    unpack = cramjam.brotli.decompress_into if coding == "br" else cramjam.zstd.decompress_into
    try:
        size = int(unpack(body, buffer))
    except cramjam.DecompressionError as error:
        if FULL in str(error):
            return None
        raise CodingError("bad-body", str(error)) from error
    return bytes(buffer[:size]) if size <= limit else None
