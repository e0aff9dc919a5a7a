"""The books of a fault test, kept by a reader independent of our code: confluent-kafka (librdkafka), read_committed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import Topic


def read_all(settings: KafkaSettings, topic: Topic[object]) -> list[Record]:
    """Every committed record of a topic from its beginning to its end, partition by partition."""
    name = settings.topic(topic)
    consumer = Consumer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "log_level": 0,
            "group.id": "ledger",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.message.max.bytes": 8 << 20,
        }
    )
    found: list[Record] = []
    try:
        open_ends = set(range(settings.partitions))
        consumer.assign([TopicPartition(name, partition, OFFSET_BEGINNING) for partition in open_ends])
        while open_ends:
            message = consumer.poll(30)
            assert message is not None, f"nothing from {name} for 30 s"
            if error := message.error():
                assert error.code() == KafkaError._PARTITION_EOF, error
                open_ends.discard(message.partition())
                continue
            found.append(_record(name, message))
    finally:
        consumer.close()
    return found


def _record(topic: str, message: Any) -> Record:
    return Record(
        topic,
        message.partition(),
        message.offset(),
        message.timestamp()[1],
        message.key(),
        message.value(),
        tuple(message.headers() or ()),
    )


def offsets(settings: KafkaSettings, group: str, topic: Topic[object]) -> tuple[list[int], list[int]]:
    """The committed offsets of a group and the ends of its topic, by partition; -1001 where nothing was committed."""
    consumer = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": group, "log_level": 0})
    try:
        partitions = [TopicPartition(settings.topic(topic), partition) for partition in range(settings.partitions)]
        committed = [partition.offset for partition in consumer.committed(partitions, timeout=15)]
        ends = [consumer.get_watermark_offsets(partition, timeout=15)[1] for partition in partitions]
    finally:
        consumer.close()
    return committed, ends


@dataclass(frozen=True)
class Balance:
    """What became of the inputs: which were lost, which came out more than once, and whether a key's order was kept."""

    lost: list[bytes]
    doubled: list[bytes]
    disordered: list[bytes]

    @property
    def even(self) -> bool:
        return not (self.lost or self.doubled or self.disordered)


def balance(sent: Iterable[tuple[bytes, bytes]], received: Iterable[tuple[bytes, bytes]]) -> Balance:
    """Hold what was sent against what was received, both as (key, unique mark) in their order."""
    wanted: dict[bytes, list[bytes]] = {}
    for key, mark in sent:
        wanted.setdefault(key, []).append(mark)
    found: dict[bytes, list[bytes]] = {}
    for key, mark in received:
        found.setdefault(key, []).append(mark)
    lost = [mark for key, marks in wanted.items() for mark in set(marks) - set(found.get(key, ()))]
    doubled = [mark for marks in found.values() for mark in set(marks) if marks.count(mark) > 1]
    disordered = [
        key
        for key, marks in wanted.items()
        if list(dict.fromkeys(found.get(key, ()))) != [m for m in marks if m in set(found.get(key, ()))]
    ]
    return Balance(lost, doubled, disordered)
