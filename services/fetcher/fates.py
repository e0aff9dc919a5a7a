"""What became of each thing that was read, as the states tell afterwards, whatever the code that moves it says. Pure.

written   a document of it is due in this transaction        owed      its page is still to be had
known     it says nothing new                                lost      none of these, and no reason: a fault of this program
Everything else is left out, and the fate is the reason.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.fetcher import takedown
from services.fetcher.answers import Visited
from services.fetcher.digest import Found
from services.fetcher.outcomes import Failed, Gone, Page
from services.fetcher.revisions import MOST_REVISIONS
from services.fetcher.row import HASH_DIGITS
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState
from shared.records.record import Record

LOST = "lost"
OWED = ("fetch", "retry")
Due = tuple[str, int, bool]
"""A document that has to be sent: article, revision, whether it is the tombstone that follows it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of an article's state.

    Attributes:
        before: None if it was not known.
        after: None if it is forgotten.
        had_own: Whether it had a record for itself before, and not a row among others.
    """

    before: ArticleState | None
    after: ArticleState | None
    had_own: bool


def due(move: Move) -> Iterator[Due]:
    """Yield the documents that a change of state promises."""
    before, after = move.before, move.after
    if after is None:
        return
    sent, buried = (before.revision, before.tombstoned) if before else (0, False)
    yield from ((after.id, revision, False) for revision in range(sent + 1, after.revision + 1))
    if after.tombstoned and not buried and after.revision:
        yield after.id, after.revision, True


def of_entries(shown: Sequence[tuple[Found, ArticleState | None]], moved: Mapping[str, Move]) -> Iterator[tuple[str, str]]:
    """Yield the id and the fate of every entry of a document.

    Args:
        shown: The entries, each with the article that its strongest name means now.
        moved: What changed of which articles when they were taken.
    """
    at_home = {state.id for found, state in shown if state is not None and says(state, found)}
    settled: Counter[str] = Counter()
    for found, state in shown:
        if state is None or state.id not in at_home:
            yield found.names[0], LOST
        elif settled[state.id] or not says(state, found):
            yield state.id, "ambiguous"
        else:
            settled[state.id] += 1
            yield state.id, _of_entry(moved.get(state.id))


def says(state: ArticleState, found: Found) -> bool:
    """Say whether an article is as an entry has it."""
    return state.entry_hash[:HASH_DIGITS] == found.fields_hash[:HASH_DIGITS]


def _of_entry(move: Move | None) -> str:
    if move is None:
        return "known"
    before, after = move.before, move.after
    if any(due(move)):
        return "written"
    if after is None:
        return LOST
    if before is not None and before.entry_hash[:HASH_DIGITS] == after.entry_hash[:HASH_DIGITS]:
        return "known"
    if after.work in OWED:
        return "owed"
    return _withheld(after) or LOST


def of_page(answer: Visited, state: ArticleState | None, move: Move | None) -> str:
    """Return the fate of a page that was asked for, or of the errand where none came.

    Args:
        answer: What it came to.
        state: Of the article now.
        move: What changed of it when the answer was taken.
    """
    asked, outcome = answer.asked, answer.visit.outcome
    if state is None or move is None:
        is_as_asked = state is not None and (state.work, state.due) == (asked.work, asked.due)
        return LOST if is_as_asked else "superseded"
    if any(due(move)):
        return "written"
    if state.work in OWED:
        return "owed"
    if isinstance(outcome, Page):
        return _withheld(state) or (LOST if asked.work in OWED else "same-text")
    if isinstance(outcome, Failed):
        return outcome.reason
    return f"http-{outcome.status}" if isinstance(outcome, Gone) else "unchanged"


def _withheld(state: ArticleState) -> str | None:
    if state.retracted_by == "operator":
        return "withheld"
    return "too-many-revisions" if state.revision >= MOST_REVISIONS else None


def of_record(record: Record, registered: Feed | None) -> str:
    """Return the fate of a record on `news.feeds.v1` that is no dead letter.

    Args:
        record: As read.
        registered: The feed that is registered under its key now.
    """
    if record.value is None or takedown.is_takedown(record):
        fate, right = ("removed" if record.value is None else "takedown"), None
    else:
        try:
            fate, right = "registered", Feed.from_record(record).url
        except PoisonError:
            return LOST
    return fate if right == (registered.url if registered else None) else LOST
