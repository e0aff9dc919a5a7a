"""Puts records on a topic without our code: confluent-kafka, idempotent, murmur2 as the Java client has it."""

from collections.abc import Iterable

from confluent_kafka import Producer

from shared.records.record import Message
from shared.settings import KafkaSettings
from shared.topics import Topic, partition_of


def send(settings: KafkaSettings, topic: Topic[object], messages: Iterable[Message], partition: int | None = None) -> None:
    """Write messages, each to the partition of its key (or to `partition`), and wait until all are stored."""
    producer = Producer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "log_level": 0,
            "enable.idempotence": True,
            "compression.type": "zstd",
            "message.max.bytes": 100 << 20,
            "linger.ms": 5,
        }
    )
    failures: list[object] = []
    for message in messages:
        place = partition if partition is not None else partition_of(message.key or b"", settings.partitions)
        producer.produce(
            settings.topic(topic),
            key=message.key,
            value=message.value,
            headers=list(message.headers),
            partition=place,
            on_delivery=lambda error, _: failures.append(error) if error else None,
        )
        producer.poll(0)
    assert producer.flush(60) == 0
    assert not failures, failures[0]
