"""Articles as rows of bytes: found by any of their names, changed, forgotten, as if each were kept whole."""

import tracemalloc
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.fetcher import row, shelf
from services.fetcher.memory import Memory
from services.fetcher.shelf import Shelf
from shared.errors import PoisonError
from shared.records import fetch_state
from shared.records.fetch_state import ArticleState, FeedState, ShelfState
from shared.records.record import Message, Record


def digits(text: object) -> str:
    return sha256(repr(text).encode()).hexdigest()


def article(number: int, *more: int, feed: str = "f", **fields: object) -> ArticleState:
    names = (digits(number)[:16], *(digits(("name", name))[:16] for name in more))
    stated = {
        "id": digits(number)[:32],
        "names": names,
        "entry_hash": digits(("h", number))[:16],
        "domain": "h",
        "linkhash": digits(number)[:32],
    }
    return ArticleState.model_validate(
        stated | {"feed": feed, "authority": "h", "revision": 1, "form": "page", "seen": 86400.0 * 20000} | fields
    )


def test_a_row_comes_back_as_it_went_in_under_each_of_its_names() -> None:
    made = Shelf("h")
    kept = [article(1), article(2, 7), article(3, 8, 9, feed="g", revision=255, form="none")]
    assert all(made.put(state) for state in kept)
    for state in kept:
        assert [made.find(name) for name in state.names] == [state] * len(state.names)
        assert made.article(state.id) == state
    assert list(made.of_feed("g")) == kept[2:]
    assert made.find(digits("x")) is None
    assert made.article(kept[0].names[0] + digits("x")[:16]) is None


@pytest.mark.parametrize(
    "unusual",
    [
        {"work": "recheck"},
        {"retracted_at": 1.0},
        {"tombstoned": True},
        {"gone": 1},
        {"revision": 256},
        {"names": tuple(digits(n)[:16] for n in (1, 2, 3, 4))},
        {"names": (digits(2)[:16],)},
        {"names": ()},
        {"id": "x" * 32},
        {"entry_hash": "h1"},
    ],
)
def test_what_a_row_cannot_hold_does_not_fit(unusual: dict[str, object]) -> None:
    assert row.fits(article(1))
    assert not row.fits(article(1).model_copy(update=unusual))


def test_bytes_that_look_like_a_name_across_two_fields_are_none() -> None:
    made = Shelf("h")
    made.put(article(1, 7))
    row = digits(1)[:32] + digits(("name", 7))[:16]
    assert made.find(row[8:24]) is None
    assert made.find(row[16:32]) is None


def test_a_host_of_many_articles_is_searched_as_a_small_one() -> None:
    made = Shelf("h")
    kept = [article(number, number + 10**6) for number in range((shelf.SEARCHED + 1) * shelf.BLOCK // row.SIZE)]
    for state in kept:
        made.put(state)
    assert [made.find(state.names[1]) for state in kept] == kept
    made.drop(kept[0].id)
    assert made.find(kept[0].names[1]) is None
    assert made.article(kept[-1].id) == kept[-1]
    made.put(article(10**9, 5))
    assert made.find(digits(("name", 5))) == article(10**9, 5)


numbers = st.integers(0, 12)


class Remembers(RuleBasedStateMachine):
    """A memory, and the compacted topic that it is read back from, against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.model: dict[str, ArticleState] = {}
        self.topic: dict[bytes | None, Message] = {}
        self.block, shelf.BLOCK = shelf.BLOCK, 3 * row.SIZE  # several blocks of few articles

    def teardown(self) -> None:
        shelf.BLOCK = self.block

    @rule(number=numbers, feed=st.sampled_from("fg"), revision=st.integers(1, 300), work=st.sampled_from([None, None, "recheck"]))
    def put(self, number: int, feed: str, revision: int, work: str | None) -> None:
        known = self.model.get(digits(number)[:32])
        state = article(number, number + 100, feed=known.feed if known else feed, revision=revision, work=work)
        self.memory.put(state)
        self.model[state.id] = state

    @rule(number=numbers)
    def forget(self, number: int) -> None:
        if (known := self.model.pop(digits(number)[:32], None)) is not None:
            self.memory.forget(known)

    @rule(reads_it_back=st.booleans())
    def commit(self, reads_it_back: bool) -> None:
        self.topic |= {message.key: message for message in self.memory.drain()}
        assert self.memory.drain() == []
        kept = [record(message) for message in self.topic.values() if message.value is not None]
        own = {message.key for message in kept if (message.key or b"").startswith(b"article:")}
        assert own == {state.key.encode() for state in self.model.values() if not row.fits(state)}
        if reads_it_back:
            self.memory = Memory()
            self.memory.load(kept)
            assert self.memory.unread == 0

    @invariant()
    def both_know_the_same(self) -> None:
        assert self.memory.articles == self.model
        assert self.memory.count == len(self.model)
        assert {state.id for state in self.memory.working()} == {state.id for state in self.model.values() if state.work}
        for number in range(13):
            known = self.model.get(digits(number)[:32])
            assert self.memory.find((digits(("name", number + 100))[:32],), "h") == known
            assert self.memory.article(digits(number)[:32]) == self.memory.article(digits(number)[:32], "h") == known
        for feed in "fg":
            assert {state.id for state in self.memory.of_feed(feed, "h")} == {s.id for s in self.model.values() if s.feed == feed}


TestRemembers = Remembers.TestCase


def blocks(made: Shelf) -> dict[int, ShelfState]:
    states = [fetch_state.from_record(record(message)) for message in made.changes()]
    return {state.number: state for state in states if isinstance(state, ShelfState)}


def test_a_host_of_several_blocks_writes_only_those_that_changed() -> None:
    made = Shelf("h")
    for number in range(130):
        made.put(article(number, feed="fg"[number % 2]))
    written = blocks(made)
    assert sorted(written) == [0, 1, 2]
    assert made.drop(article(70).id)
    assert sorted(blocks(made)) == [1]
    assert not made.drop(article(70).id)
    assert blocks(made) == {}
    made.put(article(1000))
    assert sorted(blocks(made)) == [1], "where there is room"
    for number in (128, 129):
        made.drop(article(number).id)
    assert [(message.key, message.value) for message in made.changes()] == [(b"shelf:h/2", None)]


def test_blocks_come_back_in_any_order_and_without_one_that_is_lost() -> None:
    made, again = Shelf("h"), Shelf("h")
    for number in range(150):
        made.put(article(number, feed=f"f{number // 64}"))
    written = blocks(made)
    for number in (2, 1, 0, 1):
        again.restore(written[number])
    assert list(again.all()) == [article(number, feed=f"f{number // 64}") for number in range(150)]
    again.lose(1)
    again.lose(7)
    assert len(again) == 150 - 64
    assert blocks(again) == {}
    again.put(article(200, feed="f2"))
    assert sorted(blocks(again)) == [1]


@pytest.mark.parametrize(
    "wrong",
    [{"rows": "?"}, {"rows": ""}, {"rows": "AAAA"}, {"feeds": {}}, {"feeds": {0: "f", 1: "g"}}, {"feeds": {1: "f"}}, {"number": 10**6}],
)
def test_a_block_of_no_rows_is_poison_and_leaves_the_shelf_as_it_was(wrong: dict[str, object]) -> None:
    made, again = Shelf("h"), Shelf("h")
    made.put(article(1))
    (block,) = blocks(made).values()
    with pytest.raises(PoisonError, match="bad-rows"):
        again.restore(block.model_copy(update=wrong))
    again.restore(block)
    assert list(again.all()) == [article(1)]


def test_an_id_that_is_the_weaker_name_of_another_is_one_row() -> None:
    for more in (0, (shelf.SEARCHED + 1) * shelf.BLOCK // row.SIZE):
        made = Shelf("h")
        other = article(1)
        first = article(2).model_copy(update={"names": (article(2).names[0], other.id[:16])})
        for state in (first, other, *(article(number + 10) for number in range(more)), other):
            made.put(state)
        assert len(made) == 2 + more
        assert made.article(other.id) == other


@given(st.lists(numbers, max_size=30))
def test_the_same_article_put_often_is_one_row(often: list[int]) -> None:
    made = Shelf("h")

    def states() -> Iterator[ArticleState]:
        yield from (article(number, revision=place) for place, number in enumerate(often))

    for state in states():
        made.put(state)
    assert len(made) == len(set(often))
    assert {state.id: state.revision for state in made.all()} == {state.id: state.revision for state in states()}


def test_a_feed_with_fifty_known_entries_takes_no_more_than_four_kilobytes() -> None:
    written = Memory()
    for feed in range(100):
        state = FeedState(id=f"feed{feed}", url=f"https://www.host{feed}.example/feed", etag='"x"', body_sha256="9" * 64, due=1.0, gap=1.0)
        written.put(state)
        for number in range(50):
            written.put(article(1000 * feed + number, number, number + 50, feed=state.id, authority=f"www.host{feed}.example"))
    given = [record(message) for message in written.drain()]
    assert len(given) == 200
    tracemalloc.start()
    Memory().load(given)  # what is made once is made
    before = tracemalloc.get_traced_memory()[0]
    made = Memory()
    made.load(given)
    assert made.unread == 0
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert made.count == 5000
    assert taken < 100 * 4096 - 100 * 600, f"{taken // 100} bytes a feed; the registration and the agenda take 600"


def record(message: Message) -> Record:
    return Record("t", 0, 0, 0, message.key, message.value, message.headers)
