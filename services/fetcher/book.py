"""The registry and the fetcher's memory as they stand on the cluster, read by whoever asks (the command line)."""

import asyncio
from collections.abc import Iterable, Sequence

from services.fetcher.registry import Change, merge
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import ARTICLE, ArticleState, FeedState, from_record
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka, provision
from shared.stream.compacted import snapshot
from shared.topics import FEEDS, FETCH_STATE, Topic


async def registry(settings: KafkaSettings) -> tuple[dict[str, Feed], int]:
    """Return the registered feeds by id, and the partition count.

    Raises:
        SetupError: If the cluster or the topic is not there.
    """
    partitions = await provision.check(settings, [FEEDS, FETCH_STATE])
    feeds: dict[str, Feed] = {}
    for record in await _all(settings, FEEDS, partitions):
        try:
            feed = Feed.from_record(record)
        except PoisonError:
            continue  # a takedown, or what the fetcher has put among the dead letters
        feeds[feed.id] = feed
    return feeds, partitions


async def register(settings: KafkaSettings, feeds: Sequence[Feed]) -> int:
    """Register feeds as an import does; return how many were new or changed.

    Raises:
        SetupError: If the cluster or the topic is not there.
    """
    known, partitions = await registry(settings)
    changes = merge(known, feeds, partitions)
    await write(settings, changes)
    return len(changes)


async def states(settings: KafkaSettings, partitions: int) -> dict[str, FeedState]:
    """Return the fetch state of each feed that was polled."""
    found: dict[str, FeedState] = {}
    for record in await _all(settings, FETCH_STATE, partitions):
        try:
            state = from_record(record)
        except PoisonError:
            continue
        if isinstance(state, FeedState):
            found[state.id] = state
    return found


async def article(settings: KafkaSettings, partitions: int, article_id: str) -> ArticleState | None:
    """Return what the fetcher remembers of an article, None if it does not know it."""
    for record in await _all(settings, FETCH_STATE, partitions):
        if record.key == f"{ARTICLE}{article_id}".encode():
            state = from_record(record)
            assert isinstance(state, ArticleState)
            return state
    return None


async def write(settings: KafkaSettings, changes: Iterable[Change]) -> None:
    """Put changes on `news.feeds.v1` and wait until they are stored."""
    producer = kafka.transactional_producer(settings, None)
    await kafka.connect(producer, settings)
    try:
        sent = [
            await producer.send(
                settings.topic(FEEDS),
                key=change.message.key,
                value=change.message.value,
                partition=change.partition,
                headers=list(change.message.headers),
            )
            for change in changes
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def _all(settings: KafkaSettings, topic: Topic[object], partitions: int) -> list[Record]:
    snapshots = await asyncio.gather(*(snapshot(settings, topic, partition) for partition in range(partitions)))
    return [record for each in snapshots for record in each.records.values()]
