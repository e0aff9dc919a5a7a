import multiprocessing

import pytest

from shared.records.record import Record
from shared.stream.channel import ROOM_BYTES, Channel, Room, channel_memory
from shared.stream.pool import CHUNK, Pool
from tests.integration.toy import ARTICLE_BYTES, STAGE

Ends = tuple[Channel, Channel]


@pytest.fixture
def ends() -> Ends:
    context = multiprocessing.get_context("forkserver")
    memory = channel_memory(context)
    one, other = context.Pipe()
    return Channel(one, memory), Channel(other, memory)


@pytest.mark.parametrize("size", [0, 1, 70_000, ROOM_BYTES - 200])
def test_what_has_room_comes_out_as_it_went_in(ends: Ends, size: int) -> None:
    thing = [(7, bytes(range(256)) * (size // 256), None), "漢字"]
    ends[0].send(thing)
    assert ends[1].receive(5) == thing


def test_a_thing_is_its_receivers_own_when_the_next_one_comes(ends: Ends) -> None:
    ends[0].send([b"a" * 100_000])
    first = ends[1].receive(5)
    ends[1].send([b"b" * 100_000])
    assert ends[0].receive(5) == [b"b" * 100_000]
    assert first == [b"a" * 100_000]


def test_silence_and_an_end_are_told_apart(ends: Ends) -> None:
    with pytest.raises(TimeoutError):
        ends[1].receive(0.01)
    ends[0].close()
    with pytest.raises(EOFError):
        ends[1].receive(5)


async def test_what_has_no_room_goes_through_the_pipe_both_ways() -> None:

    pool = Pool(STAGE, 1)
    await pool.start()
    values = [b"fine " + b"x" * 2 * ROOM_BYTES, b"oversize %d" % (2 * ROOM_BYTES), b"fine"]
    results = await pool.run([Record("t", 0, number, 0, b"k", value) for number, value in enumerate(values)])
    await pool.close()
    lengths = [len(result.value or b"") for result in results if not isinstance(result, Exception)]
    assert lengths == [ARTICLE_BYTES, 2 * ROOM_BYTES, 4]


def test_a_chunk_of_whole_pages_has_room_and_what_is_larger_has_none() -> None:
    room = Room(channel_memory(multiprocessing.get_context("forkserver")))
    pages = [b"x" * 120_000] * (CHUNK - 1) + [b"y" * 120_000]
    assert room.get(room.put(pages)) == pages
    assert room.put(bytes(ROOM_BYTES)) == 0
    assert room.get(room.put(b"again")) == b"again"
