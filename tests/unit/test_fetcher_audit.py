"""A feed or page that nobody would ever ask for is found; whatever has its reason is not."""

import pytest

from services.fetcher.agenda import Item
from services.fetcher.audit import ROUND_SECONDS, Audit, Round
from services.fetcher.outcomes import Failed
from tests.unit.office import FEED, NOW, Office, found, page

PAGE = found(1).names[0]


def looked(office: Office, under_way: frozenset[Item] = frozenset(), now: float = NOW) -> Round:
    done = Audit(office.desk, under_way).look(now)
    assert done is not None
    return done


def opened() -> Office:
    office = Office()
    office.poll(found(1))
    return office


def taken(office: Office, now: float) -> list[Item]:
    items = []
    for host in office.desk.agenda.hosts(now, 100):
        while item := office.desk.agenda.take(host):
            items.append(item)
    return items


def test_what_is_planned_due_or_under_way_is_not_forgotten() -> None:
    office = opened()
    assert looked(office).forgotten == []
    later = NOW + 2 * FEED.poll_seconds
    office.desk.agenda.hosts(later, 0)
    assert looked(office).forgotten == []
    items = taken(office, later)
    assert {item.id for item in items} == {FEED.id, PAGE}
    assert looked(office, frozenset(items)).forgotten == []
    assert sorted(looked(office).forgotten, key=str) == sorted(items, key=str)


@pytest.mark.parametrize(("kind", "name"), [("feed", FEED.id), ("article", PAGE)])
def test_one_that_fell_off_the_agenda_is_forgotten(kind: str, name: str) -> None:
    office = opened()
    office.desk.agenda.drop(kind, name)
    assert [(item.kind, item.id) for item in looked(office).forgotten] == [(kind, name)]


@pytest.mark.parametrize("change", [{"enabled": False}, {"paused": "why"}, {"kind": "telepathy"}, None])
def test_a_feed_that_is_off_or_gone_rests_and_its_pages_with_it(change: dict[str, object] | None) -> None:
    office = opened()
    message = FEED.model_copy(update=change or {}).to_message()
    office.register(message if change else type(message)(message.key, None))
    office.desk.agenda.drop("article", PAGE)
    assert looked(office).forgotten == []


def test_an_article_with_nothing_to_be_done_rests() -> None:
    office = opened()
    office.visit(PAGE, page("a"))
    for _ in range(2):
        office.visit(PAGE, Failed("not-text", final=True))
    office.take_down(PAGE)
    office.desk.agenda.drop("article", PAGE)
    state = office.memory.open_articles[PAGE]
    assert [item.id for item in looked(office).forgotten] == [PAGE]
    office.memory.put(state.model_copy(update={"work": None}))
    assert looked(office).forgotten == []


def test_a_feed_is_overdue_by_its_own_state_unless_its_host_rests() -> None:
    office = opened()
    due = office.memory.feeds[FEED.id].due
    assert looked(office, now=due).overdue == 0
    assert looked(office, now=due + 50).overdue == 50
    assert looked(office, frozenset(taken(office, due + 50)), now=due + 50).overdue == 0
    office.desk._rest(("e.example", due + 30))
    assert looked(office, now=due + 50).overdue == 20


def test_a_round_takes_several_turns_and_the_next_begins_in_its_time() -> None:
    office = Office(*(FEED.model_copy(update={"id": f"f{number}"}) for number in range(10)))
    office.desk.agenda.drop("feed", "f1")
    audit = Audit(office.desk, set())
    assert [audit.look(NOW, 4) for _ in range(2)] == [None, None]
    office.desk.agenda.drop("feed", "f9")
    done = audit.look(NOW, 4)
    assert done is not None
    assert [item.id for item in done.forgotten] == ["f1", "f9"]
    assert audit.look(NOW + ROUND_SECONDS - 1, 99) is None
    assert audit.look(NOW + ROUND_SECONDS, 99) is not None
