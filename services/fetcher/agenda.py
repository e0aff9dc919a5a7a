"""What is due, and whose turn it is: one piece of work a host at a time, feeds before pages."""

import heapq
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Literal


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work: a feed to poll or an article's page to ask for, by its id, at a host."""

    kind: Literal["feed", "article"]
    id: str
    host: str


class Agenda:
    """Items by the time they are due; of an item put twice the last time counts."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Item]] = []
        self._due: dict[tuple[str, str], int] = {}
        self._count = 0
        self._ready: dict[str, deque[Item]] = {}
        self._queued: set[Item] = set()
        self._busy: set[str] = set()

    def put(self, item: Item, due: float) -> None:
        """Plan an item for a time."""
        self._count += 1
        self._due[item.kind, item.id] = self._count
        heapq.heappush(self._heap, (due, self._count, item))

    def drop(self, kind: str, id: str) -> None:  # noqa: A002 - the field's name
        """Forget an item."""
        self._due.pop((kind, id), None)

    def hosts(self, now: float, most: int) -> list[str]:
        """Return at most `most` hosts with work that is due and nobody at it; each is then busy until `take` finds nothing."""
        self._wake(now)
        free = list(islice((host for host in self._ready if host not in self._busy), max(0, most)))
        self._busy.update(free)
        return free

    def take(self, host: str) -> Item | None:
        """Return the next item of a busy host; None, and the host is free, when there is none."""
        if not (queue := self._ready.get(host)):
            self._ready.pop(host, None)
            self._busy.discard(host)
            return None
        item = queue.popleft()
        self._queued.discard(item)
        return item

    def _wake(self, now: float) -> None:
        while self._heap and self._heap[0][0] <= now:
            _, number, item = heapq.heappop(self._heap)
            if self._due.get((item.kind, item.id)) != number:
                continue
            del self._due[item.kind, item.id]
            if item not in self._queued:
                self._queued.add(item)
                queue = self._ready.setdefault(item.host, deque())
                (queue.appendleft if item.kind == "feed" else queue.append)(item)
