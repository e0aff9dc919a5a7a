"""One partition of a compacted topic read to its end, for whoever keeps its memory there.

Fence first, then ask for the end: after the start of the producer that alone writes the partition, nothing of a former owner can follow.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import Topic

READ_SECONDS = 300.0
STEP_MS = 500
STEP_RECORDS = 1000
Take = Callable[[Sequence[Record]], None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The last record of every key, tombstones left out, and the offset where reading ended."""

    records: dict[bytes, Record]
    end: int


async def snapshot(settings: KafkaSettings, topic: Topic[object], partition: int) -> Snapshot:
    """Return what a partition holds as of now.

    Raises:
        KafkaError, TimeoutError, OSError: As `replay`.
    """
    found: dict[bytes, Record] = {}

    def take(records: Sequence[Record]) -> None:
        for record in records:
            if record.value is not None and record.key is not None:
                found[record.key] = record
            elif record.key is not None:
                found.pop(record.key, None)

    end = await replay(settings, topic, partition, take)
    return Snapshot(found, end)


async def replay(settings: KafkaSettings, topic: Topic[object], partition: int, take: Take) -> int:
    """Hand over the committed records of a partition from its beginning to its end as of now, and return that end.

    Args:
        settings: Where the cluster is.
        topic: A compacted one.
        partition: Of it.
        take: Gets at most `STEP_RECORDS` at a time, tombstones among them; of a key that comes twice in them the last.

    Raises:
        KafkaError, TimeoutError, OSError: If the cluster does not let it read to the end in `READ_SECONDS`.
    """
    source = kafka.TopicPartition(settings.topic(topic), partition)
    consumer = kafka.reader(settings)
    async with asyncio.timeout(READ_SECONDS):
        await consumer.start()
        try:
            consumer.assign([source])
            end = (await consumer.end_offsets([source]))[source]
            position = (await consumer.beginning_offsets([source]))[source]
            consumer.seek(source, position)
            while position < end:
                polled = await consumer.getmany(source, timeout_ms=STEP_MS, max_records=STEP_RECORDS)
                take(list({record.key: record for record in kafka.records(polled.get(source, ()))}.values()))
                position = await consumer.position(source)
                await asyncio.sleep(0)  # what is fetched already comes without a wait, and heartbeats want their turn
            return int(end)
        finally:
            await consumer.stop()
