"""One partition of a compacted topic read to its end, for whoever keeps its memory there.

Fence first, then ask for the end: after the start of the producer that alone writes the partition, nothing of a former owner can follow.
"""

import asyncio
from dataclasses import dataclass

from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import Topic

READ_SECONDS = 300.0
STEP_MS = 500
STEP_RECORDS = 5000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The last record of every key, tombstones left out, and the offset where reading ended."""

    records: dict[bytes, Record]
    end: int


async def snapshot(settings: KafkaSettings, topic: Topic[object], partition: int) -> Snapshot:
    """Read the committed records of a partition from its beginning to its end as of now.

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
            found: dict[bytes, Record] = {}
            while position < end:
                polled = await consumer.getmany(source, timeout_ms=STEP_MS, max_records=STEP_RECORDS)
                for record in kafka.records(polled.get(source, ())):
                    _take(found, record)
                position = await consumer.position(source)
            return Snapshot(found, end)
        finally:
            await consumer.stop()


def _take(found: dict[bytes, Record], record: Record) -> None:
    if record.key is None:
        return
    if record.value is None:
        found.pop(record.key, None)
    else:
        found[record.key] = record
