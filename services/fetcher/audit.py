"""Rounds past every feed and every open article: is it on the agenda, under way, or at rest for a reason?

What is none of these is forgotten for ever. And how long the feed is due that waits longest, by its own state and not by the agenda.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import islice

from services.fetcher import polls
from services.fetcher.agenda import Item
from services.fetcher.desk import Desk, article_item, feed_item
from shared.records.fetch_state import FeedState

LOOKS = 20
"""At a turn, some 0.4 milliseconds: 20,000 feeds in about as long as a round is meant to take."""
ROUND_SECONDS = 300.0
"""From the beginning of a round to the next."""


@dataclass(slots=True)
class Round:
    """What a round found.

    Attributes:
        forgotten: Errands that nobody will do: none, or there is a fault in this program.
        overdue: Seconds for which the feed is due that waits longest, while its host does not rest; 0 if none waits.
    """

    forgotten: list[Item] = field(default_factory=list)
    overdue: float = 0.0


class Audit:
    """The rounds of one lane.

    Args:
        desk: Has the roll, the memory and the agenda.
        under_way: What is asked for now.
    """

    def __init__(self, desk: Desk, under_way: Set[Item]) -> None:
        self._desk = desk
        self._under_way = under_way
        self._now = 0.0
        self._next = 0.0
        self._round = Round()
        self._looks: Iterator[None] | None = None

    def look(self, now: float, most: int = LOOKS) -> Round | None:
        """Go on by at most so many; return what the round found if that ended it."""
        self._now = now
        if self._looks is None:
            if now < self._next:
                return None
            self._next, self._round, self._looks = now + ROUND_SECONDS, Round(), self._walk()
        if sum(1 for _ in islice(self._looks, most)) == most:
            return None
        self._looks = None
        return self._round

    def _walk(self) -> Iterator[None]:
        for feed in tuple(self._desk.roll.feeds):
            self._feed(feed)
            yield
        for article in tuple(self._desk.memory.open_articles):
            self._article(article)
            yield

    def _feed(self, name: str) -> None:
        if (feed := self._desk.roll.polled(name)) is None:
            return
        state = self._desk.memory.feeds.get(name)
        item = feed_item(polls.located(feed, state))
        self._keep(item)
        if state is not None and item not in self._under_way:
            self._round.overdue = max(self._round.overdue, self._now - self._due(state, item.host))

    def _due(self, state: FeedState, host: str) -> float:
        rest = self._desk.memory.hosts.get(host)
        return max(state.due, rest.rest_until if rest else 0)

    def _article(self, name: str) -> None:
        if self._desk.agenda.is_planned("article", name) or (article := self._desk.memory.open_articles.get(name)) is None:
            return
        if article.work is not None and self._desk.roll.polled(article.feed) is not None:
            self._keep(article_item(article))

    def _keep(self, item: Item) -> None:
        agenda = self._desk.agenda
        if not (agenda.is_planned(item.kind, item.id) or agenda.is_queued(item) or item in self._under_way):
            self._round.forgotten.append(item)
