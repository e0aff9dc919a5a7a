"""A desk with its books, without topics and requests: answers are put into it, and its transactions looked at."""

from services.fetcher import takedown
from services.fetcher.answers import Answer, Polled, Visited
from services.fetcher.desk import Desk
from services.fetcher.digest import FeedDigest, Found, PageDigest
from services.fetcher.ledger import Ledger, Sheet
from services.fetcher.memory import Memory
from services.fetcher.outcomes import Outcome, Page
from services.fetcher.requests import Poll, Visit
from services.fetcher.revisions import Policy
from shared.records.feed import Feed
from shared.records.raw import Entry
from shared.records.record import Message, Record
from shared.stream.transactions import Output
from shared.topics import FETCH_STATE, RAW

NOW = 1_790_000_000.0
FEED = Feed(id="f", url="https://e.example/feed", poll_seconds=3600)


def found(number: int, fields: str = "h", *, whole: bool = False, also: int | None = None) -> Found:
    """Return an entry with one name, or with the weaker name of another besides."""
    names = tuple(f"{name + 1:032x}"[::-1] for name in (number, also) if name is not None)
    return Found(names, fields * 16, Entry(title=f"{number} {fields}"), "", f"https://e.example/{number}", whole)


def page(text: str, modified: str | None = None) -> Page:
    """Return a page that says something."""
    return Page("https://e.example/a", 200, text.encode(), PageDigest(text, modified))


class Office:
    """One lane's desk and books on a clock that the test moves.

    Attributes:
        desk: May be broken by the test.
    """

    def __init__(self, *feeds: Feed) -> None:
        self.desk = Desk(0, 1, Policy((100.0, 400.0), 1000.0), lambda: 0.5)
        self.ledger = Ledger(self.desk.memory, self.desk.roll)
        self.now = NOW
        self._offset = 0
        self._polls = 0
        for feed in feeds or (FEED,):
            self.register(feed.to_message())

    @property
    def memory(self) -> Memory:
        return self.desk.memory

    def record(self, message: Message) -> Record:
        self._offset += 1
        return Record("news.feeds.v1", 0, self._offset - 1, 0, message.key, message.value, message.headers)

    def register(self, message: Message) -> None:
        record = self.record(message)
        self.ledger.read([record])
        self.desk.register(record, self.now)
        self.ledger.registered(record, at_start=False)

    def take_down(self, article: str) -> None:
        state = self.memory.article(article)
        assert state is not None
        self.register(takedown.command(state, "wrong", "2026-01-01T00:00:00Z", 1)[1])

    def take(self, answer: Answer) -> None:
        """Let an answer come and be taken."""
        self.ledger.came(answer)
        self.desk.take(answer, self.now)
        self.ledger.taken(answer)

    def poll(self, *entries: Found, feed: Feed = FEED) -> None:
        """Let a document come with entries, the newest first."""
        self._polls += 1
        self.take(Polled(feed, Poll("changed", FeedDigest("Title", entries), body_sha256=str(self._polls))))

    def visit(self, article: str, outcome: Outcome) -> None:
        """Let the page of an article come, if one is to be asked for."""
        state = self.memory.article(article)
        if state is not None and state.work is not None:
            self.now = max(self.now, state.due)
        if (asked := self.desk.article_to_visit(article, self.now)) is not None:
            self.take(Visited(asked, Visit(outcome)))

    def outputs(self) -> list[Output]:
        """Return what the next transaction holds."""
        documents, self.desk.messages = self.desk.messages, []
        return [Output(RAW, 0, message) for message in documents] + [Output(FETCH_STATE, 0, state) for state in self.memory.drain()]

    def settle(self, outputs: list[Output] | None = None) -> Sheet:
        """Close the books of a transaction, of what is given or of what there is."""
        return self.ledger.settle(self.outputs() if outputs is None else outputs, self._offset)
