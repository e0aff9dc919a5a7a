"""The fetcher's books, kept apart from the code that moves the records: by id, so that a loss and a double do not cancel each other out.

records   every record of `news.feeds.v1` is in force, superseded or a dead letter
answers   every poll and page that came is taken once; what became of each entry and page is told from the states (`fates`)
revisions every document that a change of state promises is in the transaction once, no other is, and the changed state is there with it
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from services.fetcher import fates, written
from services.fetcher.answers import Answer, Polled, Visited
from services.fetcher.digest import Found
from services.fetcher.fates import LOST, Move
from services.fetcher.identity import NAME_DIGITS
from services.fetcher.memory import Memory
from services.fetcher.roll import Roll
from shared.records.fetch_state import ArticleState
from shared.records.record import Message, Record, last
from shared.stream.ledger import Ledger as Offsets
from shared.stream.transactions import Output
from shared.topics import FEEDS, FETCH_STATE, RAW, Topic

T = TypeVar("T")


@dataclass(slots=True)
class Sheet:
    """What the books say of one transaction.

    Attributes:
        settled: How many records of the registry, entries and pages there were, by kind and fate.
        wrong: What was lost or doubled, in words; empty, or there is a fault in this program.
    """

    settled: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def enter(self, kind: str, name: str, fate: str) -> None:
        """Enter what became of one thing that was read."""
        self.settled[kind, fate] += 1
        if fate == LOST:
            self.wrong.append(f"{kind} {name}: lost")

    def compare(self, kind: str, promised: Counter[T], found: Counter[T]) -> None:
        """Enter what was lost and what was doubled."""
        for word, difference in (("lost", promised - found), ("doubled, or of nothing", found - promised)):
            self.wrong += [f"{kind} {name}: {word}" for name in difference.elements()]


class Ledger:
    """The books of a lane from one start to the next.

    Args:
        memory: Tells the states.
        roll: Tells what is registered.
    """

    def __init__(self, memory: Memory, roll: Roll) -> None:
        self._memory = memory
        self._roll = roll
        self._records = Offsets()
        self._in_force: list[int] = []
        self._under_way: set[Answer] = set()
        self._moves: list[Move] = []
        self._sheet = Sheet()

    @property
    def under_way(self) -> int:
        """How many answers came and wait to be taken."""
        return len(self._under_way)

    def read(self, records: Iterable[Record]) -> None:
        """Enter records of `news.feeds.v1` that were read."""
        self._records.take(record.offset for record in records)

    def came(self, answer: Answer) -> None:
        """Enter an answer that came."""
        self._under_way.add(answer)

    def registered(self, record: Record, *, at_start: bool) -> None:
        """Look at what the roll has of a record that it took; `at_start` if it was taken with all that follow it."""
        feed = (record.key or b"").decode("utf-8", "replace")
        fate = "at-start" if at_start else fates.of_record(record, self._roll.feeds.get(feed))
        self._sheet.enter("record", record.address, fate)
        self._in_force.append(record.offset)

    def taken(self, answer: Answer) -> None:
        """Look at what became of an answer, as soon as the desk has taken it."""
        if answer not in self._under_way:
            self._sheet.wrong.append(f"{answer!r:.200}: taken twice")
        self._under_way.discard(answer)
        moves, self._memory.moves = self._memory.moves, []
        self._moves += moves
        if isinstance(answer, Polled):
            self._take_entries(answer, _merged(moves))
        elif isinstance(answer, Visited):
            asked = answer.asked
            state = self._memory.article(asked.id, asked.authority)
            self._sheet.enter("page", asked.id, fates.of_page(answer, state, _merged(moves).get(asked.id)))

    def _take_entries(self, answer: Polled, moved: dict[str, Move]) -> None:
        """Hold the entries of a document to account; a state that does not say that it was processed leaves the feed due."""
        digest = answer.poll.digest
        if digest is None:
            return
        state = self._memory.feeds.get(answer.asked.id)
        if state is None or state.body_sha256 != answer.poll.body_sha256:
            self._sheet.settled["entry", "superseded"] += len(digest.entries)
            return
        host = answer.asked.registered_authority
        shown = [(found, self._meant(found, host, moved)) for found in digest.entries]
        for name, fate in fates.of_entries(shown, moved):
            self._sheet.enter("entry", f"{name} of {answer.asked.id}", fate)

    def _meant(self, found: Found, host: str, moved: Mapping[str, Move]) -> ArticleState | None:
        """Return the article that an entry was taken for; of two that share its name, memory may mean the other one by now."""
        state = self._memory.find(found.names[:1], host)
        if state is not None and fates.says(state, found):
            return state
        name = found.names[0][:NAME_DIGITS]
        named = (move.after for move in moved.values() if move.after is not None and name in move.after.names)
        return next((after for after in named if fates.says(after, found)), state)

    def settle(self, outputs: Sequence[Output], next_offset: int | None) -> Sheet:
        """Close the books of a transaction that is about to be committed.

        Args:
            outputs: All that it holds.
            next_offset: Everything on `news.feeds.v1` before it is dealt with; None if nothing more is.
        """
        sheet, self._sheet = self._sheet, Sheet()
        moves, self._moves, self._memory.moves = self._moves + self._memory.moves, [], []
        promised = Counter(document for move in moves for document in fates.due(move))
        sheet.compare("document", promised, written.documents(_for(RAW, outputs)))
        _settle_states(sheet, _merged(moves), _for(FETCH_STATE, outputs))
        letters = _for(FEEDS.dead_letters, outputs)
        sheet.settled["record", "dead-letter"] += len(letters)
        done = self._in_force + [int(last(letter.headers, "dlq-offset") or -1) for letter in letters]
        self._in_force = []
        if next_offset is not None and (wrong := self._records.settle(next_offset, done)):
            sheet.wrong += [f"a record of {FEEDS.name} before {next_offset}: lost or doubled"] * wrong
        return sheet


def _for(topic: Topic[Any], outputs: Iterable[Output]) -> list[Message]:
    return [output.message for output in outputs if output.topic == topic]


def _merged(moves: Iterable[Move]) -> dict[str, Move]:
    """Return the first state before and the last one after, by article."""
    merged: dict[str, Move] = {}
    for move in moves:
        for state in filter(None, (move.before, move.after)):
            merged[state.id] = replace(merged.get(state.id, move), after=move.after)
    return merged


def _settle_states(sheet: Sheet, moved: Mapping[str, Move], messages: Sequence[Message]) -> None:
    """Each article that changed is stated once, by its own record or a row, and where it was before it is no more."""
    found = written.states(messages, moved)
    own = {article for article, *_, is_own in found if is_own}
    afters = [move.after for move in moved.values() if move.after is not None]
    sheet.compare("state", Counter(written.stated(after, own=after.id in own) for after in afters), found)
    ended, hosts = written.ends(messages)
    for article, move in moved.items():
        is_elsewhere = move.after is None or move.had_own != (article in own)
        if move.before is None or not is_elsewhere:
            continue
        if not (article in ended if move.had_own else move.before.authority in hosts):
            sheet.wrong.append(f"end of {article}: lost")
