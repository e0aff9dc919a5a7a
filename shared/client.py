"""The Python client: what is on the topics as typed events, in order, for ever.

    from shared.client import Revision, tagged

    async for event in tagged():
        if isinstance(event, Revision):
            print(event.id, event.content.article.title, event.content.verdict.instruments)

Event
├── Revision     an article, or one of its later revisions: put it in the place of the one before
├── Retracted    it was withdrawn, and why: show it no longer
├── Tombstone    forget it
└── Unreadable   a record that this version cannot read: count it, look at it, go on

Only committed records come. Without a group every run begins where the selection says; with one it goes on where it stopped, and a
record whose turn of the loop did not end comes again: `event.record.header("ce_id")` tells.
"""

import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from shared.errors import PoisonError
from shared.reading.bounds import count_partitions
from shared.reading.scan import open_scan
from shared.reading.select import Selection
from shared.records.article import Article, decode
from shared.records.fetch_state import ARTICLE, HOST, SHELF, FeedState
from shared.records.headers import RETRACTION_TYPE
from shared.records.record import Record
from shared.records.retraction import Retraction
from shared.records.tagged import TaggedArticle
from shared.settings import KafkaSettings, read
from shared.stream import kafka
from shared.stream.compacted import snapshot
from shared.topics import ARTICLES, FETCH_STATE, TAGGED, Topic

__all__ = ["Coverage", "Event", "Retracted", "Revision", "Selection", "Tombstone", "Unreadable", "articles", "coverage", "tagged"]

T = TypeVar("T")
EVERYTHING = Selection()
COMMIT_SECONDS = 1.0
POLL_MS, POLL_RECORDS = 1000, 500


@dataclass(frozen=True, slots=True)
class Event:
    """Something about one article; `record` is it as it came."""

    record: Record

    @property
    def id(self) -> str:
        """The article's id: the key, the same for ever."""
        return (self.record.key or b"").decode("utf-8", "replace")

    @property
    def revision(self) -> int:
        """Which revision of the article this is, counted from 1; 0 where the record does not say."""
        text = self.record.header("ce_revision") or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class Revision(Event, Generic[T]):
    """An article as it is now; `content` is an `Article` or a `TaggedArticle`."""

    content: T


@dataclass(frozen=True, slots=True)
class Retracted(Event):
    """An article was withdrawn; a tombstone follows later."""

    retraction: Retraction


@dataclass(frozen=True, slots=True)
class Tombstone(Event):
    """Nothing of the article is to be kept."""


@dataclass(frozen=True, slots=True)
class Unreadable(Event):
    """A record that this version of the client cannot read, and why."""

    error: PoisonError


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one feed was seen: no news up to `complete_to` means no news; after it, not seen yet.

    Attributes:
        feed: Its id.
        complete_to: The last poll that went well; None if there was none.
        next_poll: When it is polled next.
        errors: Polls that failed since; `error` is the last one's reason.
        missed_at: When a poll last found that entries had come and gone unseen since the one before: a gap is to be suspected.
    """

    feed: str
    complete_to: datetime | None
    next_poll: datetime | None
    errors: int
    error: str | None
    missed_at: datetime | None


def tagged(
    settings: KafkaSettings | None = None,
    *,
    group: str | None = None,
    replica: str = "one",
    selection: Selection = EVERYTHING,
    follow: bool = True,
) -> AsyncIterator[Revision[TaggedArticle] | Retracted | Tombstone | Unreadable]:
    """Yield what is on `news.tagged.v1`.

    Args:
        settings: Where the cluster is; by default as the environment says (`CHIPWIRE_*`).
        group: A consumer group that remembers how far it got. Without one, nothing is remembered.
        replica: With a group: the name of this process in it, the same after a restart.
        selection: What is meant, by time, id, feed, language, tag: looked up in headers, before anything is decoded.
        follow: Without a group: go on with what comes, after all that is there.

    Raises:
        SetupError: If the cluster or the topic is not there.
    """
    return _events(settings or read(KafkaSettings), TAGGED, TaggedArticle, group, replica, selection, follow)


def articles(
    settings: KafkaSettings | None = None,
    *,
    group: str | None = None,
    replica: str = "one",
    selection: Selection = EVERYTHING,
    follow: bool = True,
) -> AsyncIterator[Revision[Article] | Retracted | Tombstone | Unreadable]:
    """Yield what is on `news.articles.v1`; everything else as `tagged`."""
    return _events(settings or read(KafkaSettings), ARTICLES, Article, group, replica, selection, follow)


async def coverage(settings: KafkaSettings | None = None) -> dict[str, Coverage]:
    """Return how far each feed was seen, by its id, as of now.

    Raises:
        SetupError: If the cluster or the topic is not there.
    """
    settings = settings or read(KafkaSettings)
    found: dict[str, Coverage] = {}
    for partition in range(await count_partitions(settings, settings.topic(FETCH_STATE))):
        for key, record in (await snapshot(settings, FETCH_STATE, partition)).records.items():
            if not key.startswith((HOST.encode(), ARTICLE.encode(), SHELF.encode())):
                state = decode(FeedState, record.value or b"")
                found[state.id] = Coverage(
                    state.id, _moment(state.succeeded_at), _moment(state.due), state.errors, state.error, _moment(state.hurried_at)
                )
    return found


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


async def _events(
    settings: KafkaSettings, topic: Topic[Any], kind: Any, group: str | None, replica: str, selection: Selection, follow: bool
) -> AsyncIterator[Any]:
    name = settings.topic(topic)
    records = _scanned(settings, name, selection, follow) if group is None else _grouped(settings, name, group, replica, selection)
    async with aclosing(records) as opened:  # type: ignore[type-var]
        async for record in opened:
            yield event(record, kind)


def event(record: Record, kind: Any) -> Event:
    """Return what a record means; never raises.

    Args:
        record: Of the articles or the tagged topic.
        kind: The model of its value.
    """
    if record.value is None:
        return Tombstone(record)
    try:
        if record.header("ce_type") == RETRACTION_TYPE:
            return Retracted(record, decode(Retraction, record.value))
        return Revision(record, kind.from_record(record))
    except PoisonError as error:
        return Unreadable(record, error)


async def _scanned(settings: KafkaSettings, name: str, selection: Selection, follow: bool) -> AsyncIterator[Record]:
    async with open_scan(settings, name, selection) as scan:
        async for record in scan.records():
            yield record
        if follow:
            async for record in scan.follow():
                yield record


async def _grouped(settings: KafkaSettings, name: str, group: str, replica: str, selection: Selection) -> AsyncIterator[Record]:
    """Yield the records of a group's member; what the caller came back from is committed, once a second and at the end."""
    await count_partitions(settings, name)  # subscribing to a missing topic creates it on many clusters
    consumer = kafka.group_consumer(settings, settings.topic_prefix + group, replica)
    consumer.subscribe([name])
    done: dict[kafka.TopicPartition, int] = {}
    committed_at = time.monotonic()
    await kafka.connect(consumer, settings)
    try:
        while True:
            for place, polled in (await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS)).items():
                for record in kafka.records(polled):
                    if selection.matches(record):
                        yield record
                    done[place] = record.offset + 1
                    if time.monotonic() - committed_at > COMMIT_SECONDS:
                        await _commit(consumer, done)
                        committed_at = time.monotonic()
            await _commit(consumer, done)
    finally:
        await _commit(consumer, done)
        await consumer.stop()


async def _commit(consumer: kafka.AIOKafkaConsumer, done: dict[kafka.TopicPartition, int]) -> None:
    """Commit what is done; a partition that moved to another member is left to it."""
    held = {place: offset for place, offset in done.items() if place in consumer.assignment()}
    done.clear()
    with contextlib.suppress(kafka.KafkaError):
        if held:
            await consumer.commit(held)
