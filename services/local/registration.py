"""Puts feeds on `news.feeds.v1` of a cluster."""

from collections.abc import Iterable

from shared.records.feed import Feed
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import FEEDS, partition_of


async def register(settings: KafkaSettings, feeds: Iterable[Feed]) -> None:
    """Write one record a feed, in the partition of the authority that it was registered with."""
    producer = kafka.transactional_producer(settings, None)
    await kafka.connect(producer, settings)
    try:
        for feed in feeds:
            message = feed.to_message()
            partition = partition_of(feed.registered_authority.encode(), settings.partitions)
            await producer.send(
                settings.topic(FEEDS), key=message.key, value=message.value, partition=partition, headers=list(message.headers)
            )
        await producer.flush()
    finally:
        await producer.stop()
