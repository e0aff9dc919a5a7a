"""Bodies that are work without yield end at a count: of packed bytes, gzip members or chunks."""

import gzip
import itertools
import random
import zlib
from collections.abc import Iterable

import pytest

from services.fetcher.coding import MOST_CHUNKS, MOST_MEMBERS, CodingError, Collected, Inflated, unpacked_whole, unpacking

LIMIT = 64 * 1024
TEXT = b"a line of a feed\n" * 900
EMPTY_STORED = b"\0\0\0\xff\xff" * 800
EMPTY_FIXED = b"\x02\x08\x20\x80\x00" * 800
"""Deflate blocks that hold nothing: stored ones, and ones with the fixed codes, of ten bits each."""


def fed(stream: Collected, chunks: Iterable[bytes]) -> Collected:
    for chunk in chunks:
        if not stream.take(chunk):
            break
    return stream


@pytest.mark.parametrize("block", [EMPTY_STORED, EMPTY_FIXED], ids=["stored", "fixed"])
def test_endless_empty_deflate_blocks_end_at_the_limit_of_packed_bytes(block: bytes) -> None:
    stream = fed(unpacking("deflate", LIMIT), itertools.repeat(block))
    assert (stream.packed, stream.chunks) == (17 * 4000, 17)
    assert stream.body() is None


def test_endless_empty_members_end_at_their_number() -> None:
    stream = unpacking("gzip", LIMIT)
    assert isinstance(stream, Inflated)
    with pytest.raises(CodingError, match=f"more than {MOST_MEMBERS} members") as error:
        fed(stream, itertools.repeat(gzip.compress(b"") * 10))
    assert (error.value.reason, stream.members, stream.packed) == ("bad-body", MOST_MEMBERS + 1, 200 * (MOST_MEMBERS // 10 + 1))


def test_as_many_members_as_may_be_are_read_wherever_they_are_cut() -> None:
    members = gzip.compress(b"x") * MOST_MEMBERS
    assert unpacked_whole(members, "gzip", LIMIT) == b"x" * MOST_MEMBERS
    whole = gzip.compress(TEXT[:5000]) + gzip.compress(TEXT[5000:])
    assert {fed(unpacking("gzip", LIMIT), (whole[:cut], whole[cut:])).body() for cut in range(len(whole) + 1)} == {TEXT}


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_nothing_is_read_behind_the_end(coding: str) -> None:
    packed = gzip.compress(TEXT) if coding == "gzip" else zlib.compress(TEXT)
    stream = fed(unpacking(coding, LIMIT), itertools.chain([packed], itertools.repeat(b"\0" * 1000)))
    assert (stream.body(), stream.chunks) == (TEXT, 2)
    assert unpacked_whole(packed + b"\0", coding, LIMIT) == TEXT


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
def test_chunks_of_a_byte_end_at_their_number(coding: str) -> None:
    stream = unpacking(coding, 10 * MOST_CHUNKS)
    packed = gzip.compress(random.Random(1).randbytes(2 * MOST_CHUNKS), 0)
    with pytest.raises(CodingError, match="chunks") as error:
        fed(stream, (packed[at : at + 1] for at in range(len(packed))))
    assert (error.value.reason, stream.chunks, stream.packed) == ("bad-body", MOST_CHUNKS + 1, MOST_CHUNKS + 1)


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate", "br", "zstd"])
def test_what_is_packed_may_be_no_larger_than_the_limit(coding: str) -> None:
    stream = fed(unpacking(coding, 10), [b"x" * 11])
    assert (stream.packed, stream.body()) == (11, None)


@pytest.mark.parametrize("packed", [b"\x1f", gzip.compress(TEXT)[:-1], zlib.compress(TEXT)[:40]], ids=["magic", "gzip", "deflate"])
def test_a_stream_that_ends_too_soon_is_bad(packed: bytes) -> None:
    with pytest.raises(CodingError) as error:
        unpacked_whole(packed, "gzip", LIMIT)
    assert error.value.reason == "bad-body"
