"""Replay: a stage of this checkout over records in memory, on all cores, in order; nothing of a group or a topic is touched."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.errors import PoisonError
from shared.records.dead_letter import dead_letter
from shared.records.record import Message, Record
from shared.stream.pool import Pool
from shared.stream.stage import Stage
from shared.stream.transactions import too_large

BATCH_RECORDS = 256
BATCH_BYTES = 8 * 1024 * 1024
AHEAD = 2
"""Batches at work while one is written, so that no worker waits for the file."""

LATEST_MS = 253_402_300_799_000
"""The last second of the year 9999: what a datetime holds at most."""

Result = Message | PoisonError
Replayed = tuple[Record, Record | PoisonError]
"""What came out of a record, or the reason why nothing did."""


async def replay(
    stage: Stage[Any, Any], records: Iterable[Record], workers: int, partitions: int | None, topic: str
) -> AsyncGenerator[Replayed, None]:
    """Yield each record with its output, in order; the same records give the same outputs.

    An output keeps the partition and the offset of its input, so that slices of one topic stay comparable.

    Args:
        stage: Whose step.
        records: The inputs.
        workers: How many processes.
        partitions: How many the inputs' topic has; None where unknown.
        topic: The name that outputs say they lie on.

    Raises:
        SetupError: If a worker dies before it is ready.
    """
    pool = Pool(replace(stage, partitions=partitions), workers)
    at_work: deque[tuple[list[Record], asyncio.Task[list[Result]]]] = deque()
    try:
        await pool.start()
        for batch in _batches(records):
            at_work.append((batch, asyncio.create_task(pool.run(batch))))
            if len(at_work) > AHEAD:
                for replayed in await _outputs(stage, topic, *at_work.popleft()):
                    yield replayed
        while at_work:
            for replayed in await _outputs(stage, topic, *at_work.popleft()):
                yield replayed
    finally:
        for _, task in at_work:
            task.cancel()
        await pool.close()


def dead(stage: Stage[Any, Any], record: Record, error: PoisonError) -> Record:
    """Return the dead letter of a record in the topic beside it.

    ``dlq-at`` is the record's own time: a replay of it at another time gives the same bytes.
    """
    at = datetime.fromtimestamp(min(max(0, record.timestamp), LATEST_MS) / 1000, UTC)
    return _placed(record, dead_letter(record, stage.name, error, at), f"{record.topic}.dlq")


async def _outputs(stage: Stage[Any, Any], topic: str, batch: list[Record], task: "asyncio.Task[list[Result]]") -> list[Replayed]:
    results = await task
    return [
        (record, result if isinstance(result, PoisonError) else _placed(record, result, topic))
        for record, result in zip(batch, (_held(stage, result) for result in results), strict=True)
    ]


def _held(stage: Stage[Any, Any], result: Result) -> Result:
    """Hold an output against the limit of its topic, as the lane does."""
    return result if isinstance(result, PoisonError) else too_large(result, stage.sink) or result


def _placed(record: Record, message: Message, topic: str) -> Record:
    timestamp = record.timestamp if message.timestamp is None else message.timestamp
    return Record(topic, record.partition, record.offset, timestamp, message.key, message.value, message.headers)


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.value or b"")
        if len(batch) >= BATCH_RECORDS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
