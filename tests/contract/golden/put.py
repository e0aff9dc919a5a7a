"""Puts the records that this code writes on a cluster, each where its key belongs, in their order."""

from confluent_kafka import Producer

from shared.reading.names import known
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import partition_of
from tests.contract.golden.make import records


def put(settings: KafkaSettings, given: list[Record] | None = None) -> list[Record]:
    """Put records on their topics, by default one of each kind; return them as they were given."""
    given = records() if given is None else given
    producer = Producer({"bootstrap.servers": settings.bootstrap_servers, "linger.ms": 0, "compression.type": "zstd"})
    for record in given:
        topic = known(record.topic)
        assert topic is not None
        suffix = ".dlq" if record.topic.endswith(".dlq") and not topic.name.endswith(".dlq") else ""
        producer.produce(
            settings.topic(topic) + suffix,
            key=record.key,
            value=record.value,
            partition=partition_of(record.key or b"", settings.partitions),
            headers=list(record.headers),
            timestamp=record.timestamp,
        )
        assert producer.flush(30) == 0
    return given
