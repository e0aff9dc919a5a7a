import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.errors import PoisonError, SetupError
from shared.records.record import Message, Record
from shared.stream.pool import CHUNK, Limits, Pool
from tests.integration.toy import STAGE


def records(*words: bytes) -> list[Record]:
    return [Record("t", 0, number, 0, b"k", word) for number, word in enumerate(words)]


def told(results: list[Message | PoisonError]) -> list[bytes | str | None]:
    return [result.reason if isinstance(result, PoisonError) else result.value for result in results]


@pytest.fixture
async def pool() -> AsyncIterator[Pool[Record, Message]]:
    made = Pool(STAGE, 2, limits=Limits(cpu=0.3, real=1.5, memory=256))
    await made.start()
    yield made
    await made.close()


async def test_results_come_in_the_order_of_the_records(pool: Pool[Record, Message]) -> None:
    words = [b"fine %d" % number for number in range(5 * CHUNK + 3)]
    assert told(await pool.run(records(*words))) == list(words)


@pytest.mark.parametrize("place", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK])
async def test_a_killer_costs_itself_alone_wherever_it_stands(pool: Pool[Record, Message], place: int) -> None:
    words = [b"fine"] * (2 * CHUNK + 1)
    words[place] = b"kill"
    expected: list[bytes | str] = [b"fine"] * len(words)
    expected[place] = "worker-died"
    assert told(await pool.run(records(*words))) == expected
    assert pool.deaths == {"worker-died": 2}


async def test_each_way_to_misbehave_has_its_reason_and_neighbours_are_unharmed(pool: Pool[Record, Message]) -> None:
    words = (b"kill", b"kill", b"a", b"spin", b"sleep", b"b", b"raise", b"poison x", b"grow", b"c", b"segfault")
    expected = ["worker-died"] * 2 + [b"a", "cpu-limit", "time-limit", b"b", "step-failed", "told-to", "memory-limit", b"c", "worker-died"]
    assert told(await pool.run(records(*words))) == expected


async def test_a_batch_that_takes_too_long_is_cut_to_a_prefix(pool: Pool[Record, Message]) -> None:
    words = [b"work 20"] * (8 * CHUNK)
    done = await pool.run(records(*words), seconds=0.1)
    assert 0 < len(done) < len(words)
    assert len(done) % CHUNK == 0


async def test_several_batches_share_the_workers(pool: Pool[Record, Message]) -> None:
    batches = [records(*(b"%d-%d" % (batch, number) for number in range(50))) for batch in range(4)]
    results = await asyncio.gather(*(pool.run(batch) for batch in batches))
    assert [told(result) for result in results] == [[record.value for record in batch] for batch in batches]


class Broken:
    """Work that cannot even begin."""

    module = "tests.unit.test_pool"

    def prepare(self) -> None:
        raise SystemExit(3)

    def apply(self, item: Record) -> Message:
        raise AssertionError


async def test_a_worker_that_dies_before_it_is_ready_is_our_fault() -> None:
    broken = Pool(Broken(), 1)
    with pytest.raises(SetupError, match="before it was ready"):
        await broken.start()
    await broken.close()
