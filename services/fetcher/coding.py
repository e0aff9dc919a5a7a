"""Content codings undone within bounds: gzip, deflate, br, zstd; a bomb is unpacked no further than to its limit.

gzip and deflate are unpacked as they come. br and zstd are collected and unpacked into a buffer of the limit's size, so what a decoder
may touch is bounded, whatever window or ratio the stream claims. What is work without yield is bounded too: packed bytes, which may be
no more than the limit either, gzip members, and the chunks that a body comes in.
Source: RFC 9110 section 8.4.1; RFC 7932; RFC 8878. Several codings on one body are legal and nobody uses them but attackers.
"""

import zlib

import cramjam

ACCEPTED = "gzip, deflate, br, zstd"
FULL = "whole buffer"
"""What cramjam says when its output does not fit."""
GZIP = b"\x1f\x8b"
MOST_CHUNKS = 64 * 1024
MOST_MEMBERS = 1024


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


def unpacked_whole(body: bytes, coding: str, limit: int) -> bytes | None:
    """Return a body that is there as a whole with its coding undone, None if it is larger than `limit`.

    Raises:
        CodingError: ``bad-body`` for a stream that is broken, ends too soon or comes in too many members.
    """
    stream = unpacking(coding, limit)
    stream.take(body)
    return stream.body()


def unpacking(coding: str, limit: int) -> "Collected":
    """Return what undoes a coding, as `coding_of` names it, of a body of at most `limit` bytes, packed and unpacked."""
    return Inflated(coding, limit) if coding in ("gzip", "deflate") else Collected(coding, limit)


class Collected:
    """A body as it comes, to be unpacked at its end if at all."""

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self.chunks = 0
        self.packed = 0

    def take(self, chunk: bytes) -> bool:
        """Take a chunk; False if no more is wanted: it is too much, or what follows does not belong to the body.

        Raises:
            CodingError: ``bad-body`` for a stream that is broken or comes in too many chunks or members.
        """
        self.chunks += 1
        self.packed += len(chunk)
        if self.chunks > MOST_CHUNKS:
            raise CodingError("bad-body", f"more than {MOST_CHUNKS} chunks")
        return self.packed <= self._limit and self._unpack(chunk)

    def _unpack(self, data: bytes) -> bool:
        return self._keep(data)

    def _keep(self, text: bytes) -> bool:
        self._parts.append(text)
        self._size += len(text)
        return self._size <= self._limit

    def body(self) -> bytes | None:
        """Return all of it, None if it is too much.

        Raises:
            CodingError: ``bad-body`` for a stream that is broken or ends too soon.
        """
        if max(self._size, self.packed) > self._limit:
            return None
        text = b"".join(self._parts)
        return _block(text, self._coding, self._limit) if self._coding in ("br", "zstd") else text


class Inflated(Collected):
    """What comes out of zlib: gzip of one or several members, zlib, or a raw deflate stream."""

    def __init__(self, coding: str, limit: int) -> None:
        super().__init__(coding, limit)
        self._unpacker: zlib._Decompress | None = None
        self._first = b""
        self.members = 0

    def _unpack(self, data: bytes) -> bool:
        """Unpack a chunk, one byte beyond the limit at most."""
        data, self._first = self._first + data, b""
        while data:
            if self._unpacker is None or self._unpacker.eof:
                if len(data) < 2:
                    self._first = data
                    return True
                if self._unpacker is not None and not data.startswith(GZIP):
                    return False  # trailing bytes
                self._unpacker = self._member(data)
            try:
                text = self._unpacker.decompress(data, self._limit + 1 - self._size)
            except zlib.error as error:
                raise CodingError("bad-body", str(error)) from error
            if not self._keep(text):
                return False
            data = self._unpacker.unconsumed_tail or self._unpacker.unused_data
        return True

    def _member(self, head: bytes) -> "zlib._Decompress":
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise CodingError("bad-body", f"more than {MOST_MEMBERS} members")
        return zlib.decompressobj(_window(head))

    def body(self) -> bytes | None:
        """Return all of it as `Collected` does, if it is whole."""
        text = super().body()
        whole = self._unpacker.eof if self._unpacker is not None else not self._first
        if text is not None and not whole:
            raise CodingError("bad-body", "the stream ends too soon")
        return text


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
