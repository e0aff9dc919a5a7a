"""The picture: which topics there are, what each holds, and how it is kept.

    feeds ──► FETCHER ──► raw ──► PARSER ──► articles ──► CLASSIFIER ──► tagged
                │  ▲       └─► raw.dlq         └─► articles.dlq
                ▼  │
             fetch-state

Partition counts are equal on all topics (a setting, fixed at creation) and the partitioner is murmur2 of the key, so one article
stays in one partition from end to end. Only ``chipwire topics apply`` creates topics.
"""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from shared.records.article import Article
from shared.records.feed import Feed
from shared.records.raw import RawDocument
from shared.records.record import Record
from shared.records.tagged import TaggedArticle

SOON = {"segment.ms": str(60 * 60 * 1000), "min.cleanable.dirty.ratio": "0.1"}
"""Settings of a topic that is somebody's memory: what is not compacted yet is read at a start too, and polls write 28 states a second."""
R = TypeVar("R", covariant=True)
DAY_MS = 24 * 60 * 60 * 1000
MIB = 1024 * 1024
BODY_LIMIT = 4 * MIB
"""Bytes, decoded: a larger body is left out (issue ``body-too-large``)."""
TEXT_LIMIT = 1 * MIB
"""Bytes of UTF-8: a longer article text is cut (issue ``truncated``)."""


@dataclass(frozen=True, slots=True)
class Topic(Generic[R]):
    """A topic bound to its one kind of record.

    Attributes:
        name: Without a prefix; `KafkaSettings.topic` puts it on.
        record: The kind of record, with `from_record`.
        key: What the key is, for people.
        policy: ``delete`` after `retention_ms`, or ``compact`` (the last record of a key stays).
        retention_ms: For ``delete``: how long records stay. For ``compact``: how long every record and tombstone stays at least.
        max_message_bytes: The largest batch the broker takes, after compression; the producer's limit before it.
    """

    name: str
    record: type[R]
    key: str
    policy: Literal["delete", "compact"]
    retention_ms: int
    max_message_bytes: int

    @property
    def dead_letters(self) -> "Topic[Record]":
        """Where records of this topic go that a stage gives up: it takes larger messages than the topic itself."""
        return Topic(f"{self.name}.dlq", Record, self.key, "delete", 90 * DAY_MS, 6 * MIB)

    def config(self, *, keep_everything: bool = False) -> dict[str, str]:
        """Return the broker's settings of this topic; shadow and development prefixes keep everything."""
        settings = {"max.message.bytes": str(self.max_message_bytes), "cleanup.policy": self.policy}
        if keep_everything:
            return settings | {"cleanup.policy": "delete", "retention.ms": "-1"}
        if self.policy == "delete":
            return settings | {"retention.ms": str(self.retention_ms)}
        lag = str(self.retention_ms)
        settings |= {"min.compaction.lag.ms": lag, "delete.retention.ms": str(max(self.retention_ms, DAY_MS))}
        return settings if self.retention_ms else settings | SOON


FEEDS = Topic("news.feeds.v1", Feed, "feed id", "compact", 0, 1 * MIB)
FETCH_STATE = Topic(
    "news.fetch-state.v1", Record, "feed id, host:<authority>, article:<id> or shelf:<authority>/<number>", "compact", 0, 1 * MIB
)
RAW = Topic("news.raw.v1", RawDocument, "article id", "delete", 30 * DAY_MS, 5 * MIB)
ARTICLES = Topic("news.articles.v1", Article, "article id", "compact", 7 * DAY_MS, 3 * MIB)
TAGGED = Topic("news.tagged.v1", TaggedArticle, "article id", "compact", 7 * DAY_MS, 3 * MIB)

STATE_TOPICS = (FEEDS, FETCH_STATE)
"""The fetcher's memory: compacted under every prefix, since it is read from its beginning."""
TOPICS: tuple[Topic[object], ...] = (
    FEEDS,
    FETCH_STATE,
    RAW,
    ARTICLES,
    TAGGED,
    FEEDS.dead_letters,
    RAW.dead_letters,
    ARTICLES.dead_letters,
)


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a key: murmur2, made positive, modulo the count.

    Source: org.apache.kafka.common.utils.Utils.murmur2 and BuiltInPartitioner.partitionForKey.
    """
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Return Kafka's 32-bit murmur2 of `data`, unsigned."""
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    length = len(data)
    h = (0x9747B28C ^ length) & mask
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ (k >> 24)) * m & mask
        h = (h * m & mask) ^ k
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ (h >> 13)) * m & mask
    return h ^ (h >> 15)
