"""The fetcher's books balance, and every way to lose, double or forget something shows in them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.fetcher import entries, revisions
from services.fetcher.answers import Polled, Visited
from services.fetcher.outcomes import Failed, Gone, Unchanged
from services.fetcher.requests import Poll, Visit
from services.fetcher.revisions import MOST_REVISIONS, Step
from shared.errors import PoisonError
from shared.records.dead_letter import dead_letter
from shared.records.record import Message
from shared.stream.transactions import Output
from shared.topics import FEEDS, RAW
from tests.unit.office import FEED, NOW, Office, found, page

FIRST, SECOND = found(1).names[0], found(2).names[0]


def fates(office: Office) -> dict[tuple[str, str], int]:
    sheet = office.settle()
    assert sheet.wrong == []
    return {name: count for name, count in sheet.settled.items() if count}


def test_every_entry_is_written_owed_known_or_left_out_for_a_reason() -> None:
    office = Office()
    office.poll(found(3), found(2, whole=True), found(1, whole=True))
    assert fates(office) == {("record", "registered"): 1, ("entry", "written"): 2, ("entry", "owed"): 1}
    office.poll(found(3), found(2, "new", whole=True), found(1, whole=True))
    assert fates(office) == {("entry", "known"): 2, ("entry", "written"): 1}
    office.take_down(FIRST)
    assert fates(office) == {("record", "takedown"): 1}
    office.poll(found(4, whole=True), found(4, "x", whole=True), found(1, "more", whole=True))
    assert fates(office) == {("entry", "written"): 1, ("entry", "ambiguous"): 1, ("entry", "withheld"): 1}


def test_an_article_that_changed_too_often_is_left_out_for_that() -> None:
    office = Office()
    for number in range(MOST_REVISIONS + 1):
        office.poll(found(1, f"{number:x}", whole=True))
    assert fates(office) == {("record", "registered"): 1, ("entry", "written"): MOST_REVISIONS, ("entry", "too-many-revisions"): 1}


def test_every_page_is_written_owed_or_left_out_for_a_reason() -> None:
    office = Office()
    office.poll(found(2), found(1))
    office.settle()
    office.visit(FIRST, page("a", "2026-01-01"))
    office.visit(SECOND, Failed("timeout"))
    assert fates(office) == {("page", "written"): 2}, "the second as an entry for want of its page"
    office.visit(SECOND, Failed("timeout"))
    office.visit(FIRST, page("b", "2026-01-01"))
    assert fates(office) == {("page", "owed"): 1, ("page", "same-text"): 1}
    office.visit(FIRST, Unchanged())
    office.visit(SECOND, Failed("robots-disallowed", final=True))
    assert fates(office) == {("page", "unchanged"): 1, ("page", "robots-disallowed"): 1}


def test_a_retraction_and_its_tombstone_are_in_the_books() -> None:
    office = Office()
    office.poll(found(1))
    office.visit(FIRST, page("a"))
    office.visit(FIRST, Gone(404))
    assert fates(office)["page", "http-404"] == 1
    office.visit(FIRST, Gone(404))
    assert fates(office) == {("page", "written"): 1}, "the retraction"
    office.visit(FIRST, Gone(404))
    assert fates(office) == {("page", "http-404"): 1}
    office.visit(FIRST, Gone(404))
    assert fates(office) == {("page", "written"): 1}, "the tombstone"
    state = office.memory.article(FIRST)
    assert state is not None
    assert state.tombstoned


def test_an_answer_that_came_too_late_is_superseded() -> None:
    office = Office()
    office.poll(found(1))
    asked = office.desk.article_to_visit(FIRST, NOW)
    assert asked is not None
    office.poll(found(1, "new"))
    office.now += 1
    office.poll(found(1, "newer"))
    office.settle()
    office.take(Visited(asked, Visit(page("a"))))
    office.register(Message(FEED.id.encode(), None))
    office.poll(found(2))
    assert fates(office) == {("page", "superseded"): 1, ("record", "removed"): 1, ("entry", "superseded"): 1}


def test_answers_wait_until_they_are_taken() -> None:
    office = Office()
    answer = Polled(FEED, Poll("unchanged"))
    office.ledger.came(answer)
    assert office.ledger.under_way == 1
    office.ledger.taken(answer)
    assert office.ledger.under_way == 0
    assert office.settle().wrong == []
    office.ledger.taken(answer)
    assert len(office.settle().wrong) == 1, "taken twice"


def test_a_record_is_in_force_or_a_dead_letter() -> None:
    office = Office()
    bad = office.record(Message(b"x", b"{"))
    office.ledger.read([bad])
    letter = dead_letter(bad, "fetcher", PoisonError("bad-json"), _at())
    sheet = office.settle([Output(FEEDS.dead_letters, 0, letter)])
    assert (sheet.settled["record", "dead-letter"], sheet.wrong) == (1, [])
    office.ledger.read([office.record(Message(b"y", b"{"))])
    assert len(office.settle().wrong) == 1, "neither"


def _at() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def ready() -> Office:
    """An office with something of everything in its next transaction: documents, articles at rest and such with work."""
    office = Office()
    office.poll(found(5), found(4, whole=True), found(3, whole=True), found(2), found(1))
    office.visit(FIRST, page("a"))
    office.settle()
    office.visit(SECOND, page("b"))
    office.visit(FIRST, Failed("robots-disallowed", final=True))
    office.visit(FIRST, Failed("robots-disallowed", final=True))
    office.poll(found(6), found(5, "new", whole=True), found(4, "new"), found(3, "new", whole=True), found(1))
    return office


def is_tracked(output: Output) -> bool:
    return output.topic == RAW or (output.message.key or b"").startswith((b"article:", b"shelf:"))


def test_the_loss_or_double_of_any_record_shows_and_they_do_not_cancel() -> None:
    count = len([output for output in ready().outputs() if is_tracked(output)])
    assert count > 8
    for place in range(count):
        office = ready()
        outputs = sorted(office.outputs(), key=is_tracked, reverse=True)
        rest = outputs[:place] + outputs[place + 1 :]
        assert office.settle(rest).wrong, f"{outputs[place].message.key!r} was lost"
    for place in range(count):
        office = ready()
        outputs = sorted(office.outputs(), key=is_tracked, reverse=True)
        if outputs[place].message.value is not None:
            other = outputs[place - 1]
            swapped = [output for output in outputs if output is not other] + [outputs[place]]
            assert office.settle(swapped).wrong, f"{outputs[place].message.key!r} for {other.message.key!r}"
    assert ready().settle().wrong == []


Break = Callable[[pytest.MonkeyPatch, Office], None]


def loses_an_entry(patch: pytest.MonkeyPatch, _: Office) -> None:
    steps = entries.steps
    patch.setattr(entries, "steps", lambda memory, shown, *rest: steps(memory, shown[1:], *rest))


def takes_an_entry_for_another(patch: pytest.MonkeyPatch, _: Office) -> None:
    steps = entries.steps
    patch.setattr(entries, "steps", lambda memory, shown, *rest: steps(memory, [*shown[1:], shown[1]], *rest))


def forgets_an_owed_page(patch: pytest.MonkeyPatch, _: Office) -> None:
    take = revisions.first_seen

    def first_seen(*given: object) -> Step:
        step = take(*given)  # type: ignore[arg-type]
        return replace(step, state=step.state.model_copy(update={"work": None}))

    patch.setattr(revisions, "first_seen", first_seen)


def throws_a_page_away(patch: pytest.MonkeyPatch, _: Office) -> None:
    fetched = revisions.fetched
    patch.setattr(revisions, "fetched", lambda state, *rest: replace(fetched(state, *rest), message=None))


def believes_a_page_sent(patch: pytest.MonkeyPatch, _: Office) -> None:
    def fetched(state: object, *_: object) -> Step:
        return Step(revisions._rested(state), "page")  # type: ignore[arg-type]

    patch.setattr(revisions, "fetched", fetched)


def does_not_take_a_page(patch: pytest.MonkeyPatch, office: Office) -> None:
    patch.setattr(office.desk, "answer_visit", lambda *_: None)


def sends_twice(patch: pytest.MonkeyPatch, office: Office) -> None:
    step = office.desk._step
    patch.setattr(office.desk, "_step", lambda *given: [step(*given), step(*given)])


def sends_and_does_not_remember(patch: pytest.MonkeyPatch, office: Office) -> None:
    patch.setattr(office.memory, "put", lambda _: None)


def does_not_register(patch: pytest.MonkeyPatch, office: Office) -> None:
    patch.setattr(office.desk.roll, "put", lambda *_: None)


@pytest.mark.parametrize(
    "broken",
    [
        loses_an_entry,
        takes_an_entry_for_another,
        forgets_an_owed_page,
        throws_a_page_away,
        believes_a_page_sent,
        does_not_take_a_page,
        sends_twice,
        sends_and_does_not_remember,
        does_not_register,
    ],
)
def test_code_that_loses_doubles_or_forgets_is_found_out(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(office: Office) -> list[str]:
        office.register(FEED.model_copy(update={"id": "g", "url": "https://e.example/g"}).to_message())
        office.poll(found(3), found(2, whole=True), found(1))
        office.visit(FIRST, page("a"))
        return office.settle().wrong

    assert work(Office()) == []
    office = Office()
    broken(monkeypatch, office)
    assert work(office)
