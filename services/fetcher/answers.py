"""What comes back from the requests under way, until the desk takes it."""

from dataclasses import dataclass

from services.fetcher.agenda import Item
from services.fetcher.requests import Poll, Visit
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState


@dataclass(frozen=True, slots=True, eq=False)
class Polled:
    """A feed as it was asked for, and what that came to."""

    asked: Feed
    poll: Poll


@dataclass(frozen=True, slots=True, eq=False)
class Visited:
    """An article as its page was asked for, and what that came to."""

    asked: ArticleState
    visit: Visit


@dataclass(frozen=True, slots=True, eq=False)
class PutOff:
    """What was not asked for, since its host rests until then."""

    item: Item
    until: float


Answer = Polled | Visited | PutOff
