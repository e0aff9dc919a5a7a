"""Articles as rows of bytes: found by any of their names, changed, forgotten, as if each were kept whole."""

import tracemalloc
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.fetcher import shelf
from services.fetcher.memory import Memory
from services.fetcher.shelf import Shelf
from shared.records import fetch_state
from shared.records.fetch_state import ArticleState, FeedState
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
    assert shelf.fits(article(1))
    assert not shelf.fits(article(1).model_copy(update=unusual))


def test_bytes_that_look_like_a_name_across_two_fields_are_none() -> None:
    made = Shelf("h")
    made.put(article(1, 7))
    row = digits(1)[:32] + digits(("name", 7))[:16]
    assert made.find(row[8:24]) is None
    assert made.find(row[16:32]) is None


def test_a_host_of_many_articles_is_searched_as_a_small_one() -> None:
    made = Shelf("h")
    kept = [article(number, number + 10**6) for number in range(shelf.SEARCHED // shelf.ROW.size + 10)]
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
    """A memory against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.model: dict[str, ArticleState] = {}

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
    def records() -> Iterator[Record]:
        for feed in range(100):
            state = FeedState(
                id=f"feed{feed}", url=f"https://www.host{feed}.example/feed", etag='"x"', body_sha256="9" * 64, due=1.0, gap=1.0
            )
            yield record(fetch_state.to_message(state))
            for number in range(50):
                known = article(1000 * feed + number, number, number + 50, feed=state.id, authority=f"www.host{feed}.example")
                yield record(fetch_state.to_message(known))

    given = list(records())
    tracemalloc.start()
    Memory().load(given)  # what is made once is made
    before = tracemalloc.get_traced_memory()[0]
    made = Memory()
    assert made.load(given) == 0
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert made.count == 5000
    assert taken < 100 * 4096 - 100 * 600, f"{taken // 100} bytes a feed; the registration and the agenda take 600"


def record(message: Message) -> Record:
    return Record("t", 0, 0, 0, message.key, message.value, message.headers)
