"""What the stage is measured against: the same copy done by a bare loop. ``python -m tests.bench.loops bare|confluent SOURCE SINK COUNT``.

Prints records per second from the first full tenth to the last record.
"""

import asyncio
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition

from shared.settings import KafkaSettings, read
from shared.stream import kafka
from tests.integration.toy import ARTICLE_BYTES

BATCH = 250
"""Records of one commit, as in ServiceSettings.batch."""


class Meter:
    """Counts, and says the rate between a tenth and the end."""

    def __init__(self, count: int) -> None:
        self._count, self._done, self._began, self._at = count, 0, 0.0, 0

    def add(self, more: int) -> bool:
        """Count; return whether it is over, having printed the rate."""
        self._done += more
        if not self._began and self._done >= self._count // 10:
            self._began, self._at = time.perf_counter(), self._done
        if self._done < self._count:
            return False
        print((self._done - self._at) / (time.perf_counter() - self._began), flush=True)
        return True


async def bare(settings: KafkaSettings, source: str, sink: str, count: int) -> None:
    """At least once: send, flush, commit."""
    consumer = kafka.group_consumer(settings, "bench.bare." + sink, "one")
    producer = kafka.transactional_producer(settings, None)
    consumer.subscribe([source])
    await consumer.start()
    await producer.start()
    meter = Meter(count)
    while True:
        batches = await consumer.getmany(timeout_ms=500, max_records=BATCH)
        for tp, records in batches.items():
            for record in records:
                await producer.send(sink, record.value[:ARTICLE_BYTES], record.key, tp.partition, record.timestamp, list(record.headers))
        await producer.flush()
        if batches:
            await consumer.commit()
        if meter.add(sum(map(len, batches.values()))):
            break
    await consumer.stop()
    await producer.stop()


def confluent(settings: KafkaSettings, source: str, sink: str, count: int) -> None:
    """Exactly once in librdkafka, which can send the group's generation along."""
    servers = {"bootstrap.servers": settings.bootstrap_servers}
    consumer = Consumer(
        {
            **servers,
            "group.id": "bench.confluent." + sink,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "fetch.message.max.bytes": 8 << 20,
        }
    )
    producer = Producer(
        {**servers, "transactional.id": "bench." + sink, "compression.type": "zstd", "linger.ms": 0, "message.max.bytes": 6 << 20}
    )
    consumer.subscribe([source])
    producer.init_transactions(30)
    meter, over = Meter(count), False
    while not over:
        records = consumer.consume(BATCH, 0.5)
        if not records:
            continue
        producer.begin_transaction()
        ends: dict[tuple[str, int], int] = {}
        for record in records:
            producer.produce(
                sink,
                (record.value() or b"")[:ARTICLE_BYTES],
                record.key(),
                record.partition() or 0,
                headers=record.headers(),
                timestamp=record.timestamp()[1],
            )
            ends[record.topic() or "", record.partition() or 0] = (record.offset() or 0) + 1
        offsets = [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]
        producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata())
        producer.commit_transaction()
        over = meter.add(len(records))
    consumer.close()


if __name__ == "__main__":
    which, source_name, sink_name, number = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    if which == "bare":
        asyncio.run(bare(read(KafkaSettings), source_name, sink_name, number))
    else:
        confluent(read(KafkaSettings), source_name, sink_name, number)
