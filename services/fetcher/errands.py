"""The requests under way for one lane: one task a host, each of which does what is due there, one thing after the other.

While a host is to be left alone there is no task for it: a slow host takes nobody's place.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from services.fetcher.agenda import Item
from services.fetcher.answers import Answer, Polled, PutOff, Visited
from services.fetcher.desk import Desk
from services.fetcher.ledger import Ledger
from services.fetcher.outcomes import Failed
from services.fetcher.politeness import HostResting
from services.fetcher.requests import Poll, Requests, Visit

SHORT_SECONDS = 0.5
"""A task waits so long for its host; for longer it leaves."""

log = logging.getLogger(__name__)


class Errands:
    """Sends for what the desk wants and holds the answers until the desk takes them.

    Args:
        desk: Says what is due, and takes the answers.
        requests: Ask.
        ledger: Is told of every answer when it comes and when it was taken.
        clock: Seconds since 1970.

    Attributes:
        under_way: What was taken from the agenda and not answered to the desk yet.
    """

    def __init__(self, desk: Desk, requests: Requests, ledger: Ledger, clock: Callable[[], float]) -> None:
        self.under_way: set[Item] = set()
        self._desk = desk
        self._requests = requests
        self._ledger = ledger
        self._clock = clock
        self._answers: deque[tuple[Item, Answer]] = deque()
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
            item, answer = self._answers.popleft()
            self._desk.take(answer, now)
            self.under_way.discard(item)
            self._ledger.taken(answer)
            size += sum(len(message.value or b"") for message in self._desk.messages[before:])

    async def close(self) -> None:
        """Leave everything that is under way; it stays due."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, host: str) -> None:
        while (item := self._desk.agenda.take(host)) is not None:
            self.under_way.add(item)
            if (answer := await self._ask(item)) is None:
                self.under_way.discard(item)
            else:
                self._ledger.came(answer)
                self._answers.append((item, answer))
            if (free_at := self._requests.web.hosts.free_at(host)) - self._clock() > SHORT_SECONDS:
                self._desk.agenda.leave(host, free_at)
                return

    async def _ask(self, item: Item) -> Answer | None:
        try:
            return await (self._poll(item.id) if item.kind == "feed" else self._visit(item.id))
        except HostResting as resting:
            return PutOff(item, resting.until)

    async def _poll(self, feed: str) -> Answer | None:
        if (asked := self._desk.feed_to_poll(feed)) is None:
            return None
        try:
            poll = await self._requests.poll(*asked)
        except HostResting:
            raise
        except Exception:
            log.exception("a poll failed in a way that nobody thought of", extra={"feed": feed})
            poll = Poll("unexpected")
        return Polled(asked[0], poll)

    async def _visit(self, article: str) -> Answer | None:
        if (asked := self._desk.article_to_visit(article, self._clock())) is None:
            return None
        try:
            visit = await self._requests.visit(asked)
        except HostResting:
            raise
        except Exception:
            log.exception("a page failed in a way that nobody thought of", extra={"article": article})
            visit = Visit(Failed("unexpected"))
        return Visited(asked, visit)
