"""How far consumer groups are behind: in committed records, and in the age of the oldest that waits."""

import time
from dataclasses import dataclass
from typing import Any

from shared.settings import KafkaSettings
from shared.stream import kafka

WAIT_MS = 3000
BOOKMARK = "ingest."
"""In the name of a group that reads nothing: its offset is how far an archive was ingested, in records."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind on one partition.

    Attributes:
        group: Its name on the cluster.
        topic: That of the topic.
        partition: Which.
        committed: The offset to be read next.
        end: The offset after the last committed record.
        age: Of the oldest record that waits, in seconds since the time it bears; None if none waits.
    """

    group: str
    topic: str
    partition: int
    committed: int
    end: int
    age: float | None

    @property
    def records(self) -> int:
        """How many offsets wait: at least as many as records, since transactions take some."""
        return max(0, self.end - self.committed)


async def lags(settings: KafkaSettings, *, everyone: bool = False) -> list[Lag]:
    """Return the lag of every group and partition, those with nothing to read too.

    Args:
        settings: Where the cluster is.
        everyone: Groups of other prefixes too.

    Raises:
        SetupError: If the cluster cannot be reached.
    """
    committed = await _committed(settings, everyone)
    if not any(committed.values()):
        return []
    consumer = kafka.reader(settings)
    await kafka.connect(consumer, settings)
    try:
        places = sorted({place for offsets in committed.values() for place in offsets})
        ends = await consumer.end_offsets(places) if places else {}
        begins = await consumer.beginning_offsets(places) if places else {}
        found = []
        for group, offsets in sorted(committed.items()):
            for place, offset in sorted(offsets.items()):
                waiting = await _oldest(consumer, place, max(offset, begins[place])) if ends[place] > offset else None
                age = None if waiting is None else max(0.0, time.time() - waiting / 1000)
                found.append(Lag(group, place.topic, place.partition, offset, ends[place], age))
        return found
    finally:
        await consumer.stop()


async def _committed(settings: KafkaSettings, everyone: bool) -> dict[str, dict[kafka.TopicPartition, int]]:
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        listed: list[tuple[Any, ...]] = await client.list_consumer_groups()
        names = sorted(
            {group[0] for group in listed if BOOKMARK not in group[0] and (everyone or group[0].startswith(settings.topic_prefix))}
        )
        found = {
            name: {place: at.offset for place, at in (await client.list_consumer_group_offsets(name)).items() if at.offset >= 0}
            for name in names
        }
        topics = sorted({place.topic for offsets in found.values() for place in offsets})
        there = {each["topic"] for each in await client.describe_topics(topics) if not each["error_code"]} if topics else set()
        return {name: {place: at for place, at in offsets.items() if place.topic in there} for name, offsets in found.items()}
    finally:
        await client.close()


async def _oldest(consumer: kafka.AIOKafkaConsumer, place: kafka.TopicPartition, offset: int) -> int | None:
    """Return the timestamp of the first committed record from an offset on; None if only markers follow."""
    consumer.assign([place])
    consumer.seek(place, offset)
    polled = await consumer.getmany(place, timeout_ms=WAIT_MS, max_records=1)
    return next((int(record.timestamp) for record in polled.get(place, ())), None)
