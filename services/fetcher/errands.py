"""The requests under way for one lane: one task a host, each of which does what is due there, one thing after the other.

While a host is to be left alone there is no task for it: a slow host takes nobody's place.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from services.fetcher.agenda import Item
from services.fetcher.desk import Desk
from services.fetcher.outcomes import Failed
from services.fetcher.politeness import HostResting
from services.fetcher.requests import Poll, Requests, Visit

SHORT_SECONDS = 0.5
"""A task waits so long for its host; for longer it leaves."""

log = logging.getLogger(__name__)
Take = Callable[[float], None]


class Errands:
    """Sends for what the desk wants and holds the answers until the desk takes them.

    Args:
        desk: Says what is due, and takes the answers.
        requests: Ask.
        clock: Seconds since 1970.
    """

    def __init__(self, desk: Desk, requests: Requests, clock: Callable[[], float]) -> None:
        self._desk = desk
        self._requests = requests
        self._clock = clock
        self._answers: deque[Take] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def launch(self) -> None:
        """Begin with what is due, as far as there are connections."""
        room = self._requests.web.settings.connections - len(self._tasks)
        for host in self._desk.agenda.hosts(self._clock(), room):
            task = asyncio.create_task(self._work(host), name=f"fetch {host}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def hand_in(self, most_bytes: int) -> None:
        """Give the desk the answers that came, until they fill a transaction."""
        size, now = 0, self._clock()
        while self._answers and size < most_bytes:
            before = len(self._desk.messages)
            self._answers.popleft()(now)
            size += sum(len(message.value or b"") for message in self._desk.messages[before:])

    async def close(self) -> None:
        """Leave everything that is under way; it stays due."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, host: str) -> None:
        while (item := self._desk.agenda.take(host)) is not None:
            try:
                take = await (self._poll(item.id) if item.kind == "feed" else self._visit(item.id))
            except HostResting as resting:
                take = self._come_back(item, resting.until)
            if take is not None:
                self._answers.append(take)
            if (free_at := self._requests.web.hosts.free_at(host)) - self._clock() > SHORT_SECONDS:
                self._desk.agenda.leave(host, free_at)
                return

    def _come_back(self, item: Item, until: float) -> Take:
        return lambda _: self._desk.come_back(item, until)

    async def _poll(self, feed: str) -> Take | None:
        if (asked := self._desk.feed_to_poll(feed)) is None:
            return None
        try:
            poll = await self._requests.poll(*asked)
        except HostResting:
            raise
        except Exception:
            log.exception("a poll failed in a way that nobody thought of", extra={"feed": feed})
            poll = Poll("unexpected")
        return lambda now: self._desk.answer_poll(asked[0], poll, now)

    async def _visit(self, article: str) -> Take | None:
        if (asked := self._desk.article_to_visit(article, self._clock())) is None:
            return None
        try:
            visit = await self._requests.visit(asked)
        except HostResting:
            raise
        except Exception:
            log.exception("a page failed in a way that nobody thought of", extra={"article": article})
            visit = Visit(Failed("unexpected"))
        return lambda now: self._desk.answer_visit(asked, visit, now)
