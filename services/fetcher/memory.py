"""A lane's memory: the states of its partition, which article a name means, and what changed since the last transaction.

Most articles only wait to be recognised; those are rows on the shelf of their host, and written with it. The others, with work to do or
a history, are kept as the bytes of the records that they have for themselves.
"""

from collections.abc import Iterable, Iterator

from services.fetcher import row
from services.fetcher.box import Box
from services.fetcher.fates import Move
from services.fetcher.identity import NAME_DIGITS
from services.fetcher.shelf import Shelf
from shared.errors import PoisonError
from shared.records import fetch_state
from shared.records.fetch_state import ARTICLE, HOST, SHELF, ArticleState, FeedState, HostState, ShelfState
from shared.records.record import Message, Record


class Memory:
    """States by their kind and id. Nothing here is taken back: a lane whose transaction failed reads everything anew.

    Attributes:
        moves: What changed of articles, for the books to take.
        unread: How many records held no state.
    """

    def __init__(self) -> None:
        self.feeds: Box[FeedState] = Box(FeedState)
        self.hosts: dict[str, HostState] = {}
        self._open: Box[ArticleState] = Box(ArticleState)
        self._shelves: dict[str, Shelf] = {}
        self._by_name: dict[str, str] = {}
        self._of_feed: dict[str, set[str]] = {}
        self._changed: dict[str, Message] = {}
        self._changed_shelves: set[str] = set()
        self.moves: list[Move] = []
        self.unread = 0

    def load(self, records: Iterable[Record]) -> None:
        """Take states as they were written, in that order; those that cannot be read are counted."""
        for record in records:
            try:
                self._lose(record) if record.value is None else self._recall(record)
            except PoisonError:
                self.unread += 1

    def _recall(self, record: Record) -> None:
        state = fetch_state.from_record(record)
        if isinstance(state, ShelfState):
            self._shelf(state.authority).restore(state)
        elif isinstance(state, ArticleState):
            self._close(state.id)
            self._open_article(state)
        elif isinstance(state, FeedState):
            self.feeds.take(state.id, record.value or b"")
        else:
            self.hosts[state.authority] = state

    def _lose(self, record: Record) -> None:
        kind, name = fetch_state.parse_key(record)
        if kind == SHELF:
            authority, _, number = name.rpartition("/")
            if number.isdecimal():
                self._shelf(authority).lose(int(number))
        elif kind == ARTICLE:
            self._close(name)
        else:
            (self.hosts if kind == HOST else self.feeds).pop(name, None)

    def put(self, state: FeedState | HostState | ArticleState) -> None:
        """Take a new state; it is written with the next transaction."""
        if isinstance(state, ArticleState):
            self._put_article(state)
            return
        message = self._changed[state.key] = fetch_state.to_message(state)
        if isinstance(state, FeedState):
            self.feeds.take(state.id, message.value or b"")
        else:
            self.hosts[state.authority] = state

    def _put_article(self, state: ArticleState) -> None:
        """Keep an article in one place, and so its record: on the shelf of its host, or by itself."""
        before = self.article(state.id, state.authority)
        was_open = self._close(state.id)
        self.moves.append(Move(before, state, was_open))
        if row.fits(state) and self._shelf(state.authority).put(state):
            self._changed_shelves.add(state.authority)
            if was_open:
                self._changed[state.key] = fetch_state.forget(state.key)
        else:
            self._unshelve(state)
            self._open_article(state)
            self._changed[state.key] = fetch_state.to_message(state)

    def _open_article(self, state: ArticleState) -> None:
        self._open[state.id] = state
        self._of_feed.setdefault(state.feed, set()).add(state.id)
        for name in state.names:
            if state.id.startswith(name[:NAME_DIGITS]):
                self._by_name[name[:NAME_DIGITS]] = state.id
            else:
                self._by_name.setdefault(name[:NAME_DIGITS], state.id)

    def _shelf(self, authority: str) -> Shelf:
        if authority not in self._shelves:
            self._shelves[authority] = Shelf(authority)
        return self._shelves[authority]

    def _unshelve(self, state: ArticleState) -> None:
        if state.authority in self._shelves and self._shelves[state.authority].drop(state.id):
            self._changed_shelves.add(state.authority)

    def _close(self, article: str) -> bool:
        """Take an article from those that are kept by themselves, and say whether it was one; its names go with it."""
        if (before := self._open.pop(article, None)) is None:
            return False
        if articles := self._of_feed.get(before.feed):
            articles.discard(before.id)
            if not articles:
                del self._of_feed[before.feed]
        for name in before.names:
            if self._by_name.get(name[:NAME_DIGITS]) == before.id:
                del self._by_name[name[:NAME_DIGITS]]
        return True

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

    @property
    def open_articles(self) -> Box[ArticleState]:
        """Those that are more than rows, among them every one that something is to be done about."""
        return self._open

    def working(self) -> Iterator[ArticleState]:
        """Yield the articles that something is to be done about."""
        return (state for state in self._open.values() if state.work is not None)

    def forget(self, article: ArticleState) -> None:
        """Drop an article that no feed has shown for long."""
        if was_open := self._close(article.id):
            self._changed[article.key] = fetch_state.forget(article.key)
        self._unshelve(article)
        self.moves.append(Move(article, None, was_open))

    def find(self, names: Iterable[str], authority: str) -> ArticleState | None:
        """Return the article of a host that is known by one of the names, tried from the first to the last.

        An article that has its id from a name comes before others that share it.
        """
        shelved = self._shelves.get(authority)
        for name in names:
            article = self._by_name.get(name[:NAME_DIGITS])
            if article is not None and article.startswith(name[:NAME_DIGITS]):
                return self._open[article]
            state = shelved.find(name) if shelved is not None else None
            if state is not None and (article is None or state.id.startswith(name[:NAME_DIGITS])):
                return state
            if article is not None:
                return self._open[article]
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
        shelves, self._changed_shelves = self._changed_shelves, set()
        return changed + [message for authority in sorted(shelves) for message in self._shelves[authority].changes()]
