"""A lane's memory: the states of its partition, which article a name means, and what changed since the last transaction.

Most articles only wait to be recognised; those are rows on the shelf of their host. The others, with work to do or a history, are kept
as the bytes of their records.
"""

from collections.abc import Iterable, Iterator

from services.fetcher import shelf
from services.fetcher.box import Box
from services.fetcher.identity import NAME_DIGITS
from services.fetcher.shelf import Shelf
from shared.errors import PoisonError
from shared.records import fetch_state
from shared.records.fetch_state import ArticleState, FeedState, HostState, State
from shared.records.record import Message, Record


class Memory:
    """States by their kind and id. Nothing here is taken back: a lane whose transaction failed reads everything anew."""

    def __init__(self) -> None:
        self.feeds: Box[FeedState] = Box(FeedState)
        self.hosts: dict[str, HostState] = {}
        self._open: Box[ArticleState] = Box(ArticleState)
        self._shelves: dict[str, Shelf] = {}
        self._by_name: dict[str, str] = {}
        self._of_feed: dict[str, set[str]] = {}
        self._changed: dict[str, Message] = {}

    def load(self, records: Iterable[Record]) -> int:
        """Take the states in records and return how many could not be read."""
        unread = 0
        for record in records:
            try:
                self._take(fetch_state.from_record(record))
            except PoisonError:
                unread += 1
        for each in self._shelves.values():
            each.trim()
        return unread

    def put(self, state: State) -> None:
        """Take a new state; it is written with the next transaction."""
        self._take(state)
        self._changed[state.key] = fetch_state.to_message(state)

    def _take(self, state: State) -> None:
        if isinstance(state, FeedState):
            self.feeds[state.id] = state
        elif isinstance(state, HostState):
            self.hosts[state.authority] = state
        else:
            self._take_article(state)

    def _take_article(self, state: ArticleState) -> None:
        self._drop(state)
        if shelf.fits(state) and self._shelf(state.authority).put(state):
            return
        self._open[state.id] = state
        self._of_feed.setdefault(state.feed, set()).add(state.id)
        for name in state.names:
            self._by_name.setdefault(name[:NAME_DIGITS], state.id)

    def _shelf(self, authority: str) -> Shelf:
        if authority not in self._shelves:
            self._shelves[authority] = Shelf(authority)
        return self._shelves[authority]

    def _drop(self, state: ArticleState) -> None:
        """Take an article from where it is; its names stay as they are unless they are its own."""
        if (before := self._open.pop(state.id, None)) is None:
            if not shelf.fits(state) and state.authority in self._shelves:
                self._shelves[state.authority].drop(state.id)
            return
        if articles := self._of_feed.get(before.feed):
            articles.discard(before.id)
            if not articles:
                del self._of_feed[before.feed]
        for name in before.names:
            if self._by_name.get(name[:NAME_DIGITS]) == before.id:
                del self._by_name[name[:NAME_DIGITS]]

    def article(self, article: str, authority: str | None = None) -> ArticleState | None:
        """Return an article by its id, quickly if the registered authority of its feed is given."""
        if article in self._open:
            return self._open[article]
        shelves = self._shelves.values() if authority is None else filter(None, [self._shelves.get(authority)])
        return next((state for each in shelves if (state := each.article(article))), None)

    @property
    def articles(self) -> dict[str, ArticleState]:
        """Every article by its id, unpacked: for looking, not for working."""
        found = dict(self._open)
        return found | {state.id: state for each in self._shelves.values() for state in each.all()}

    @property
    def count(self) -> int:
        """How many articles are known."""
        return len(self._open) + sum(map(len, self._shelves.values()))

    def working(self) -> Iterator[ArticleState]:
        """Yield the articles that something is to be done about."""
        return (state for state in self._open.values() if state.work is not None)

    def forget(self, article: ArticleState) -> None:
        """Drop an article that no feed has shown for long."""
        self._drop(article)
        if article.authority in self._shelves:
            self._shelves[article.authority].drop(article.id)
        self._changed[article.key] = fetch_state.forget(article.key)

    def find(self, names: Iterable[str], authority: str) -> ArticleState | None:
        """Return the article of a host that is known by one of the names, tried from the first to the last."""
        shelved = self._shelves.get(authority)
        for name in names:
            if (article := self._by_name.get(name[:NAME_DIGITS])) is not None:
                return self._open[article]
            if shelved is not None and (state := shelved.find(name)) is not None:
                return state
        return None

    def open_of_feed(self, feed: str) -> list[ArticleState]:
        """Return the articles first seen in a feed that are more than rows."""
        return [self._open[article] for article in self._of_feed.get(feed, ())]

    def of_feed(self, feed: str, authority: str) -> list[ArticleState]:
        """Return the articles first seen in a feed."""
        shelved = self._shelves.get(authority)
        return self.open_of_feed(feed) + (list(shelved.of_feed(feed)) if shelved else [])

    def drain(self) -> list[Message]:
        """Return what changed since the last call, each key once."""
        changed, self._changed = list(self._changed.values()), {}
        return changed

    @property
    def has_changes(self) -> bool:
        """Whether `drain` would return anything."""
        return bool(self._changed)
