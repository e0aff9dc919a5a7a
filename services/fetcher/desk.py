"""Where a lane decides: registrations and answers in, states and records out. No I/O, no clock: the time is passed in."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from services.fetcher import entries, polls, registry, revisions, takedown
from services.fetcher.agenda import Agenda, Item
from services.fetcher.answers import Answer, Polled, PutOff
from services.fetcher.digest import Found
from services.fetcher.identity import authority
from services.fetcher.memory import Memory
from services.fetcher.requests import Poll, Visit
from services.fetcher.revisions import Policy, Step
from services.fetcher.roll import Roll
from services.fetcher.takedown import Takedown
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState, HostState
from shared.records.record import Message, Record

FORGET_SECONDS = 60 * 86400.0
"""So long after a feed last showed an article its names are forgotten."""
FORGET_SHARED_SECONDS = 400 * 86400.0
"""So long if another feed of the host may show it yet: one that does not change says nothing of what it shows."""


class Desk:
    """One lane's roll of feeds, memory and agenda.

    Args:
        partition: Of the lane.
        partitions: How many there are.
        policy: When pages are looked at again.
        chance: Returns from 0 to 1, uniform.

    Attributes:
        messages: Documents for `news.raw.v1` since the last transaction; `memory` has the states that go with them.
        counts: What happened since, for the metrics: ``(metric, label)``.
    """

    def __init__(self, partition: int, partitions: int, policy: Policy, chance: Callable[[], float]) -> None:
        self._policy = policy
        self._chance = chance
        self.memory = Memory()
        self.agenda = Agenda()
        self.roll = Roll(partition, partitions, self.memory)
        self.messages: list[Message] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def resume(self, feeds: Iterable[Record], now: float) -> None:
        """Take the last record of every key on `news.feeds.v1`, once `memory` holds the states."""
        for record in feeds:
            with contextlib.suppress(PoisonError):  # its dead letter is written when the lane reads it in its turn
                self.register(record, now)

    def plan_pages(self) -> None:
        """Plan whatever is to be done about articles, their feeds known or not, once `memory` holds the states."""
        for article in self.memory.working():
            self._plan(article)

    def register(self, record: Record, now: float) -> None:
        """Do what a record on `news.feeds.v1` says; the last one of a key is the truth, so a bad one ends its feed too.

        Raises:
            PoisonError: As `Roll.check`.
        """
        key = (record.key or b"").decode("utf-8", "replace")
        self.roll.drop(key)
        self.agenda.drop("feed", key)
        stated = self.roll.check(record)
        if isinstance(stated, Takedown):
            article = self.memory.article(stated.article)
            if article is not None:
                article = takedown.located(article, stated)
                self._step(article, revisions.take_down(article, stated.reason, self._policy, now))
        elif stated is not None:
            state = self.memory.feeds.get(stated.id)
            self.roll.put(stated, state, now)
            self._plan_feed(stated, state, now)

    def _plan_feed(self, feed: Feed, state: FeedState | None, now: float) -> None:
        if not registry.is_polled(feed):
            return
        located = polls.located(feed, state)
        due = now
        if state is not None and state.url == located.url and not (feed.poll_at and feed.poll_at > state.polled_at):
            due = state.due
            if not state.errors and state.slowest != feed.poll_seconds:
                due = min(due, polls.planned(state, feed, self._policy.poll_floor, state.polled_at).due)
        self.agenda.put(feed_item(located), due)
        for article in self.memory.open_of_feed(feed.id):
            self._plan(article)

    def _plan(self, article: ArticleState) -> None:
        if article.work is None:
            self.agenda.drop("article", article.id)
        else:
            self.agenda.put(article_item(article), article.due)

    def feed_to_poll(self, feed: str) -> tuple[Feed, FeedState] | None:
        """Return a feed whose turn it is and its state, None if it is not polled any more."""
        if (registered := self.roll.polled(feed)) is None:
            return None
        state = self.memory.feeds.get(feed)
        return polls.located(registered, state), state or FeedState(id=feed, url=registered.url)

    def article_to_visit(self, article: str, now: float) -> ArticleState | None:
        """Return an article whose turn it is; None if its feed is not polled any more, or if it is only to be buried."""
        state = self.memory.article(article)
        if state is None or state.work is None or state.due > now:
            return None
        if state.work == "tombstone" and state.retracted_by == "operator":
            self._step(state, revisions.bury(state))
            return None
        return state if self.roll.polled(state.feed) is not None else None

    def take(self, answer: Answer, now: float) -> None:
        """Take what came of something that was due."""
        if isinstance(answer, PutOff):
            self.agenda.put(answer.item, answer.until)
        elif isinstance(answer, Polled):
            self.answer_poll(answer.asked, answer.poll, now)
        else:
            self.answer_visit(answer.asked, answer.visit, now)

    def answer_poll(self, asked: Feed, poll: Poll, now: float) -> None:
        """Take what a poll came to."""
        self.counts["polls", poll.outcome] += 1
        self._rest(poll.rests)
        feed = self.roll.feeds.get(asked.id)
        if feed is None:
            return
        before = self.memory.feeds.get(feed.id) or FeedState(id=feed.id, url=feed.url)
        if polls.located(feed, before).url != asked.url:
            self._plan_feed(feed, before, now)
            return
        state = polls.polled(before, feed, poll, now, self._chance())
        if poll.digest is not None:
            became = self._take_entries(poll.digest.entries, feed, poll.digest.title, now)
            new, changed = became["new"], became["changed"]
            state = polls.informed(before, state, poll, new, changed, now)
        if poll.is_good:
            state = polls.planned(state, feed, self._policy.poll_floor, now)
        self.counts.update(("feed_events", event) for event in polls.events(before, state, poll, now))
        self.memory.put(state)
        self.roll.note(feed, state, now)
        self.agenda.put(feed_item(polls.located(feed, state)), state.due)

    def _take_entries(self, found: Sequence[Found], feed: Feed, title: str | None, now: float) -> Counter[str]:
        """Take the entries of a document, and return what became of how many."""
        name = feed.name or (title or "")[: polls.TITLE_LIMIT] or None
        shown: set[str] = set()
        became: Counter[str] = Counter()
        for taken in entries.steps(self.memory, found, feed, name, now):
            if taken is None:
                became["ambiguous"] += 1
                continue
            before, step = taken
            became[step.what] += 1
            shown.add(step.state.id)
            self._step(before, step)
        for what, count in became.items():
            self.counts["entries", what] += count
        self._forget_old(feed, shown, now)
        return became

    def _forget_old(self, feed: Feed, shown: set[str], now: float) -> None:
        longest = FORGET_SHARED_SECONDS if self.roll.is_shared(feed.registered_authority) else FORGET_SECONDS
        for article in self.memory.of_feed(feed.id, feed.registered_authority):
            if article.id not in shown and article.work is None and now - article.seen > longest:
                self.memory.forget(article)

    def answer_visit(self, asked: ArticleState, visit: Visit, now: float) -> None:
        """Take what a request for a page came to, unless the article has moved on meanwhile."""
        self._rest(visit.rests)
        state = self.memory.article(asked.id, asked.authority)
        if state is None:
            return
        if _stage(state) != _stage(asked):
            self._plan(state)
            return
        step = revisions.fetched(state, visit.outcome, self._name(state.feed), self._policy, now)
        self.counts["pages", step.what] += 1
        self._step(state, step)

    def _step(self, before: ArticleState | None, step: Step) -> None:
        if step.state != before:
            self.memory.put(step.state)
            self._plan(step.state)
        if step.message is not None:
            self.messages.append(step.message)

    def _rest(self, rests: tuple[str, float] | None) -> None:
        if rests is not None:
            self.memory.put(HostState(authority=rests[0], rest_until=rests[1]))

    def _name(self, feed: str) -> str | None:
        registered, state = self.roll.feeds.get(feed), self.memory.feeds.get(feed)
        return (registered.name if registered else None) or (state.title if state else None)


def _stage(state: ArticleState) -> tuple[object, ...]:
    """Return what decides whether an answer still belongs to the question."""
    return state.work, state.due, state.entry_hash, state.retracted_by


def feed_item(located: Feed) -> Item:
    """Return the errand of a poll, at the host that the feed is asked for at."""
    return Item("feed", located.id, authority(located.url))


def article_item(article: ArticleState) -> Item:
    """Return the errand of what is to be done about an article."""
    return Item("article", article.id, authority(article.url) if article.url else article.authority)
