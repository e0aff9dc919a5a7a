"""What arrives on some topics, from their beginning on, as it arrives."""

from collections.abc import AsyncIterator, Sequence

from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import Topic


async def arrivals(
    settings: KafkaSettings, topics: Sequence[Topic[object]], *, latest: bool = False
) -> AsyncIterator[tuple[Topic[object], Record]]:
    """Yield each committed record with its topic, for ever.

    Args:
        settings: Where the cluster is.
        topics: Which topics.
        latest: Begin at their ends instead.
    """
    named = {settings.topic(topic): topic for topic in topics}
    consumer = kafka.reader(settings)
    await kafka.connect(consumer, settings)
    try:
        inputs = [kafka.TopicPartition(name, partition) for name in named for partition in range(settings.partitions)]
        consumer.assign(inputs)
        await (consumer.seek_to_end(*inputs) if latest else consumer.seek_to_beginning(*inputs))
        while True:
            for tp, polled in (await consumer.getmany(timeout_ms=500)).items():
                for record in kafka.records(polled):
                    yield named[tp.topic], record
    finally:
        await consumer.stop()
