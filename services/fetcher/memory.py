"""A lane's memory: the states of its partition, which article a name means, and what changed since the last transaction."""

from collections.abc import Iterable

from services.fetcher.identity import NAME_DIGITS
from shared.errors import PoisonError
from shared.records import fetch_state
from shared.records.fetch_state import ArticleState, FeedState, HostState, State
from shared.records.record import Message, Record


class Memory:
    """States by their kind and id. Nothing here is taken back: a lane whose transaction failed reads everything anew.

    Most articles only wait to be recognised; those are kept as the bytes of their records, a quarter of the size.
    """

    def __init__(self) -> None:
        self.feeds: dict[str, FeedState] = {}
        self.hosts: dict[str, HostState] = {}
        self.articles: dict[str, ArticleState | bytes] = {}
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
        resting = state.work is None
        self.articles[state.id] = fetch_state.to_message(state).value or b"" if resting else state
        self._of_feed.setdefault(state.feed, set()).add(state.id)
        for name in state.names:
            self._by_name.setdefault(name, state.id)

    def article(self, article: str) -> ArticleState | None:
        """Return an article by its id."""
        known = self.articles.get(article)
        return ArticleState.model_validate_json(known) if isinstance(known, bytes) else known

    def working(self) -> list[ArticleState]:
        """Return the articles that something is to be done about."""
        return [state for state in self.articles.values() if isinstance(state, ArticleState)]

    def forget(self, article: ArticleState) -> None:
        """Drop an article that no feed has shown for long."""
        self.articles.pop(article.id, None)
        self._of_feed.get(article.feed, set()).discard(article.id)
        for name in article.names:
            if self._by_name.get(name) == article.id:
                del self._by_name[name]
        self._changed[article.key] = fetch_state.forget(article.key)

    def find(self, names: Iterable[str]) -> ArticleState | None:
        """Return the article that is known by one of the names, tried from the first to the last."""
        for name in names:
            if (article := self._by_name.get(name[:NAME_DIGITS])) is not None:
                return self.article(article)
        return None

    def of_feed(self, feed: str) -> list[ArticleState]:
        """Return the articles first seen in a feed."""
        return [state for article in self._of_feed.get(feed, ()) if (state := self.article(article))]

    def drain(self) -> list[Message]:
        """Return what changed since the last call, each key once."""
        changed, self._changed = list(self._changed.values()), {}
        return changed

    @property
    def has_changes(self) -> bool:
        """Whether `drain` would return anything."""
        return bool(self._changed)
