"""What is due, and whose turn it is: one piece of work a host at a time, feeds before pages, but a page after every few feeds."""

import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

FEEDS_A_PAGE = 4
"""So many feeds of a host go before one of its pages: a host with more feeds than there is time for still gives stories."""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work: a feed to poll or an article's page to ask for, by its id, at a host."""

    kind: Literal["feed", "article"]
    id: str
    host: str


@dataclass(slots=True)
class Queue:
    """What is due at one host: first come, first served among feeds and among pages; `feeds_since` the last page."""

    feeds: deque[Item] = field(default_factory=deque)
    pages: deque[Item] = field(default_factory=deque)
    feeds_since: int = 0

    def put(self, item: Item) -> None:
        """Add an item."""
        (self.feeds if item.kind == "feed" else self.pages).append(item)

    def take(self) -> Item | None:
        """Return the next item, None if there is none."""
        if self.feeds and (not self.pages or self.feeds_since < FEEDS_A_PAGE):
            self.feeds_since += 1
            return self.feeds.popleft()
        self.feeds_since = 0
        return self.pages.popleft() if self.pages else None


class Agenda:
    """Items by the time they are due; of an item put twice the last time counts."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Item]] = []
        self._due: dict[tuple[str, str], int] = {}
        self._count = 0
        self._ready: dict[str, Queue] = {}
        self._queued: set[Item] = set()
        self._busy: set[str] = set()
        self._resting: list[tuple[float, str]] = []

    def put(self, item: Item, due: float) -> None:
        """Plan an item for a time."""
        self._count += 1
        self._due[item.kind, item.id] = self._count
        heapq.heappush(self._heap, (due, self._count, item))

    def drop(self, kind: str, id: str) -> None:  # noqa: A002 - the field's name
        """Forget an item."""
        self._due.pop((kind, id), None)

    def is_planned(self, kind: str, id: str) -> bool:  # noqa: A002 - the field's name
        """Say whether an item waits for its time."""
        return (kind, id) in self._due

    def is_queued(self, item: Item) -> bool:
        """Say whether an item is due and waits for its turn."""
        return item in self._queued

    def hosts(self, now: float, most: int) -> list[str]:
        """Return at most `most` hosts with work that is due and nobody at it; each is then busy until `take` finds nothing."""
        self._wake(now)
        free = list(islice((host for host in self._ready if host not in self._busy), max(0, most)))
        self._busy.update(free)
        return free

    def take(self, host: str) -> Item | None:
        """Return the next item of a busy host; None, and the host is free, when there is none."""
        queue = self._ready.get(host)
        if queue is None or (item := queue.take()) is None:
            self._ready.pop(host, None)
            self._busy.discard(host)
            return None
        self._queued.discard(item)
        return item

    def leave(self, host: str, until: float) -> None:
        """Let a busy host be until then: nobody need wait beside it. It goes to the end of the hosts."""
        if (queue := self._ready.pop(host, None)) is not None:
            self._ready[host] = queue
        heapq.heappush(self._resting, (until, host))

    def _wake(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            self._busy.discard(heapq.heappop(self._resting)[1])
        while self._heap and self._heap[0][0] <= now:
            _, number, item = heapq.heappop(self._heap)
            if self._due.get((item.kind, item.id)) != number:
                continue
            del self._due[item.kind, item.id]
            if item not in self._queued:
                self._queued.add(item)
                self._ready.setdefault(item.host, Queue()).put(item)
