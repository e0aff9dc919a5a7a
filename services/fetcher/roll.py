"""The feeds that a lane polls, as registered, and how each of them is. No I/O, no clock: the time is passed in."""

from collections import Counter

from services.fetcher import polls, registry, takedown
from services.fetcher.box import Box
from services.fetcher.feeds.links import absolute
from services.fetcher.memory import Memory
from services.fetcher.takedown import Takedown
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState
from shared.records.record import Record

NOT_NEEDED = {"line_sha256", "group"}
"""Fields of a feed that only imports and people look at."""


class Roll:
    """The registered feeds of one partition.

    Args:
        partition: Of the lane.
        partitions: How many there are.
        memory: Knows which articles can be taken down.
    """

    def __init__(self, partition: int, partitions: int, memory: Memory) -> None:
        self._partition = partition
        self._partitions = partitions
        self._memory = memory
        self.feeds: Box[Feed] = Box(Feed)
        self._conditions: dict[str, str] = {}
        self._hosts: set[int] = set()
        self._shared: set[int] = set()

    def check(self, record: Record) -> Feed | Takedown | None:
        """Return what a record on `news.feeds.v1` says: a feed, a takedown, or None for an end.

        Raises:
            PoisonError: If it says nothing that can be done: ``bad-json``, ``key-mismatch``, ``bad-url``,
                ``wrong-partition``, ``unknown-article``.
        """
        if record.value is None:
            return None
        if takedown.is_takedown(record):
            stated = takedown.from_record(record)
            if self._memory.article(stated.article) is None:
                raise PoisonError("unknown-article", stated.article)
            return stated
        feed = Feed.from_record(record)
        if not absolute(feed.url, None):
            raise PoisonError("bad-url", feed.url)
        if (right := registry.partition(feed.registered_authority, self._partitions)) != self._partition:
            raise PoisonError("wrong-partition", f"feeds of {feed.registered_authority} belong to partition {right}")
        return feed

    def put(self, feed: Feed, state: FeedState | None, now: float) -> None:
        """Take a feed that is not on the roll."""
        host = hash(feed.registered_authority)
        (self._shared if host in self._hosts else self._hosts).add(host)
        self.feeds.take(feed.id, feed.model_dump_json(exclude=NOT_NEEDED, exclude_defaults=True).encode())
        self.note(feed, state, now)

    def drop(self, feed: str) -> None:
        """Forget a feed."""
        if (found := self.feeds.pop(feed, None)) is not None:
            self._hosts -= {hash(found.registered_authority)} - self._shared
        self._conditions.pop(feed, None)

    def is_shared(self, host: str) -> bool:
        """Say whether several feeds of a host are, or were, on the roll."""
        return hash(host) in self._shared

    def polled(self, feed: str) -> Feed | None:
        """Return a feed, None if it is not polled (any more)."""
        found = self.feeds.get(feed)
        return found if found is not None and registry.is_polled(found) else None

    def note(self, feed: Feed, state: FeedState | None, now: float) -> None:
        """Remember how a feed is; looking at all of them anew would take seconds."""
        self._conditions[feed.id] = polls.condition(feed, state, now)

    def health(self) -> Counter[str]:
        """Return how many feeds are ``good``, ``silent``, ``failing``, ``gone``, ``new`` (never polled) and ``off``."""
        return Counter(self._conditions.values())
