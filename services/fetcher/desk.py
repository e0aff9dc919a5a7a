"""Where a lane decides: registrations and answers in, states and records out. No I/O, no clock: the time is passed in."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from services.fetcher import polls, registry, revisions, takedown
from services.fetcher.agenda import Agenda, Item
from services.fetcher.box import Box
from services.fetcher.digest import Found
from services.fetcher.feeds.links import absolute
from services.fetcher.identity import authority
from services.fetcher.memory import Memory
from services.fetcher.polling import FUTURE_SLACK
from services.fetcher.requests import Poll, Visit
from services.fetcher.revisions import Policy, Step
from services.fetcher.takedown import Takedown
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState, HostState
from shared.records.record import Message, Record

FORGET_SECONDS = 60 * 86400.0
"""So long after a feed last showed an article its names are forgotten."""


class Desk:
    """One lane's registry, memory and agenda.

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
        self._partition = partition
        self._partitions = partitions
        self._policy = policy
        self._chance = chance
        self.memory = Memory()
        self.agenda = Agenda()
        self.feeds: Box[Feed] = Box(Feed)
        self._conditions: dict[str, str] = {}
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
            if self.memory.article(stated.article) is None:
                raise PoisonError("unknown-article", stated.article)
            return stated
        feed = Feed.from_record(record)
        if not absolute(feed.url, None):
            raise PoisonError("bad-url", feed.url)
        if (right := registry.partition(feed.registered_authority, self._partitions)) != self._partition:
            raise PoisonError("wrong-partition", f"feeds of {feed.registered_authority} belong to partition {right}")
        return feed

    def register(self, record: Record, now: float) -> None:
        """Do what a record on `news.feeds.v1` says; the last one of a key is the truth, so a bad one ends its feed too.

        Raises:
            PoisonError: As `check`.
        """
        key = (record.key or b"").decode("utf-8", "replace")
        self.feeds.pop(key, None)
        self._conditions.pop(key, None)
        self.agenda.drop("feed", key)
        stated = self.check(record)
        if isinstance(stated, Takedown):
            article = self.memory.article(stated.article)
            if article is not None:
                article = takedown.located(article, stated)
                self._step(article, revisions.take_down(article, stated.reason, self._policy, now))
        elif stated is not None:
            self.feeds[stated.id] = stated.model_copy(update={"line_sha256": None, "group": None})
            self._note_condition(stated, now)
            self._plan_feed(stated, now)

    def _plan_feed(self, feed: Feed, now: float) -> None:
        if not registry.is_polled(feed):
            return
        state = self.memory.feeds.get(feed.id)
        located = polls.located(feed, state)
        due = now
        if state is not None and state.url == located.url and not (feed.poll_at and feed.poll_at > state.polled_at):
            due = state.due
            if not state.errors and state.slowest != feed.poll_seconds:
                due = min(due, polls.planned(state, feed, self._policy.poll_floor, state.polled_at).due)
        self.agenda.put(Item("feed", feed.id, authority(located.url)), due)
        for article in self.memory.open_of_feed(feed.id):
            self._plan(article)

    def _plan(self, article: ArticleState) -> None:
        if article.work is None:
            self.agenda.drop("article", article.id)
        else:
            self.agenda.put(Item("article", article.id, authority(article.url) if article.url else article.authority), article.due)

    def feed_to_poll(self, feed: str) -> tuple[Feed, FeedState] | None:
        """Return a feed whose turn it is and its state, None if it is not polled any more."""
        registered = self.feeds.get(feed)
        if registered is None or not registry.is_polled(registered):
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
        feed = self.feeds.get(state.feed)
        return state if feed is not None and registry.is_polled(feed) else None

    def answer_poll(self, asked: Feed, poll: Poll, now: float) -> None:
        """Take what a poll came to."""
        self.counts["polls", poll.outcome] += 1
        self._rest(poll.rests)
        feed = self.feeds.get(asked.id)
        if feed is None:
            return
        before = self.memory.feeds.get(feed.id) or FeedState(id=feed.id, url=feed.url)
        if polls.located(feed, before).url != asked.url:
            self._plan_feed(feed, now)
            return
        state = polls.polled(before, feed, poll, now, self._chance())
        if poll.digest is not None:
            became = self._take_entries(poll.digest.entries, feed, poll.digest.title, now)
            new, changed = became["new"], became["changed"]
            state = polls.informed(before, state, poll, new, changed, now)
            self._count_events(before, state, poll, now)
        if poll.is_good:
            state = polls.planned(state, feed, self._policy.poll_floor, now)
        self._count_turns(before, state)
        self.memory.put(state)
        self._note_condition(feed, now)
        self.agenda.put(Item("feed", feed.id, authority(polls.located(feed, state).url)), state.due)

    def _count_events(self, before: FeedState, state: FeedState, poll: Poll, now: float) -> None:
        """Count what a document reveals: a lie, entries missed, dates in the future (the parser clamps those)."""
        times = poll.digest.times if poll.digest else ()
        self.counts["feed_events", "lie"] += state.lies > before.lies
        self.counts["feed_events", "missed-entries"] += state.hurried_at > before.hurried_at
        self.counts["feed_events", "future-dates"] += any(time > now + FUTURE_SLACK for time in times)

    def _count_turns(self, before: FeedState, state: FeedState) -> None:
        self.counts["feed_events", "moved"] += state.location not in (None, before.location)
        self.counts["feed_events", "moved-back"] += state.location is None and before.location is not None
        self.counts["feed_events", "paused"] += state.paused is not None and before.paused is None
        self.counts["feed_events", "resumed"] += state.paused is None and before.paused is not None

    def _take_entries(self, entries: Sequence[Found], feed: Feed, title: str | None, now: float) -> Counter[str]:
        """Take the entries of a document, the oldest first (feeds begin with the newest), and return what became of how many."""
        claimed = {article.id for found in entries if (article := self.memory.find(found.names[:1], feed.registered_authority))}
        name = feed.name or (title or "")[: polls.TITLE_LIMIT] or None
        taken: set[str] = set()
        became: Counter[str] = Counter()
        for found in reversed(entries):
            step = self._entry(found, feed, name, claimed, taken, now)
            became[step.what if step else "ambiguous"] += 1
            if step is not None:
                taken.add(step.state.id)
                self._step(self.memory.article(step.state.id, feed.registered_authority), step)
        for what, count in became.items():
            self.counts["entries", what] += count
        self._forget_old(feed, taken, now)
        return became

    def _entry(self, found: Found, feed: Feed, name: str | None, claimed: set[str], taken: set[str], now: float) -> Step | None:
        """Return what an entry means; None if another entry of its document is the same article.

        An article that an entry `claimed` by its strongest name is not given to one that only shares a weaker one.
        """
        own = self.memory.find(found.names[:1], feed.registered_authority)
        known = own or self.memory.find(found.names, feed.registered_authority)
        if known is not None and known.id in taken and own is not None:
            return None
        if known is None or (own is None and known.id in claimed | taken):
            return revisions.first_seen(found, feed, name, now)
        return revisions.seen_again(known, found, name, now)

    def _forget_old(self, feed: Feed, shown: set[str], now: float) -> None:
        for article in self.memory.of_feed(feed.id, feed.registered_authority):
            if article.id not in shown and article.work is None and now - article.seen > FORGET_SECONDS:
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

    def health(self) -> Counter[str]:
        """Return how many feeds are ``good``, ``silent``, ``failing``, ``gone``, ``new`` (never polled) and ``off``."""
        return Counter(self._conditions.values())

    def _note_condition(self, feed: Feed, now: float) -> None:
        """Remember how a feed is; looking at all of them anew would take seconds."""
        self._conditions[feed.id] = polls.condition(feed, self.memory.feeds.get(feed.id), now)

    def come_back(self, item: Item, until: float) -> None:
        """Put an item off while its host rests."""
        self.agenda.put(item, until)

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
        registered, state = self.feeds.get(feed), self.memory.feeds.get(feed)
        return (registered.name if registered else None) or (state.title if state else None)


def _stage(state: ArticleState) -> tuple[object, ...]:
    """Return what decides whether an answer still belongs to the question."""
    return state.work, state.due, state.entry_hash, state.retracted_by
