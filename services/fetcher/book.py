"""The registry and the fetcher's memory as they stand on the cluster, read by whoever asks (the command line)."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence

from services.fetcher.memory import Memory
from services.fetcher.registry import Change, merge
from shared.errors import PoisonError
from shared.reading.scan import open_scan
from shared.reading.select import Selection
from shared.records.feed import Feed
from shared.records.fetch_state import ARTICLE, SHELF, ArticleState, FeedState, from_record, parse_key
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka, provision
from shared.stream.compacted import snapshot
from shared.topics import ARTICLES, FEEDS, FETCH_STATE, Topic


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
        with contextlib.suppress(PoisonError):
            if not parse_key(record)[0] and isinstance(state := from_record(record), FeedState):
                found[state.id] = state
    return found


async def article(settings: KafkaSettings, partitions: int, article_id: str) -> ArticleState | None:
    """Return what the fetcher remembers of an article, None if it does not know it."""
    memory = Memory()
    shelf = SHELF.encode()
    own = f"{ARTICLE}{article_id}".encode()
    memory.load(record for record in await _all(settings, FETCH_STATE, partitions) if (record.key or b"").startswith((shelf, own)))
    state = memory.article(article_id)
    return await _placed(settings, state) if state is not None and state.url is None else state


async def _placed(settings: KafkaSettings, state: ArticleState) -> ArticleState:
    """Return an article that rests with the place that its last record names: the fetcher itself forgets it."""
    async with open_scan(settings, settings.topic(ARTICLES), Selection(ids=frozenset([state.id]))) as scan:
        async for record in scan.records():
            named = {"domain": record.header("ce_domain"), "linkhash": record.header("ce_linkhash")}
            state = state.model_copy(update={name: value for name, value in named.items() if value})
    return state


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
