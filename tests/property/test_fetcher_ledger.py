"""Whatever feeds, sites and operators do, the fetcher's books balance; and whatever is lost or doubled in a transaction unbalances them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.fetcher.digest import Found
from services.fetcher.outcomes import Failed, Gone, Unchanged
from shared.stream.transactions import Output
from shared.topics import RAW
from tests.unit.office import FEED, Office, found, page

OTHER = FEED.model_copy(update={"id": "g", "url": "https://e.example/g"})
NUMBERS = st.integers(0, 6)
ENTRY = st.builds(found, NUMBERS, st.sampled_from("abc"), whole=st.booleans(), also=st.none() | st.integers(0, 13))
OUTCOME = st.sampled_from(
    [page("x"), page("y", "2026-01-01"), Unchanged(), Gone(404), Gone(410), Failed("timeout"), Failed("robots-disallowed", final=True)]
)
DOINGS = st.one_of(
    st.tuples(st.just("poll"), st.sampled_from([FEED, OTHER]), st.lists(ENTRY, max_size=5)),
    st.tuples(st.just("visit"), NUMBERS, OUTCOME),
    st.tuples(st.just("take down"), NUMBERS, st.none()),
    st.tuples(st.just("wait"), st.sampled_from([10.0, 1000.0, 90 * 86400.0]), st.none()),
    st.tuples(st.just("commit"), st.none(), st.none()),
)


def do(office: Office, doing: tuple[str, object, object]) -> None:
    what, one, other = doing
    if what == "poll":
        office.poll(*distinct(other), feed=one)  # type: ignore[arg-type]
    elif what == "visit":
        office.visit(name(one), other)  # type: ignore[arg-type]
    elif what == "take down" and office.memory.article(name(one)) is not None:
        office.take_down(name(one))
    elif what == "wait":
        office.now += one  # type: ignore[operator]
    elif what == "commit":
        assert office.settle().wrong == []


def distinct(shown: list[Found]) -> list[Found]:
    """Leave out entries that share a name with one before them, as `identity.names` sees to it."""
    kept: list[Found] = []
    for each in shown:
        if not any(set(each.names) & set(other.names) for other in kept):
            kept.append(each)
    return kept


def name(number: object) -> str:
    shown: Found = found(number)  # type: ignore[arg-type]
    return shown.names[0]


@settings(max_examples=300, deadline=None)
@given(st.lists(DOINGS, max_size=25))
def test_the_books_balance(doings: list[tuple[str, object, object]]) -> None:
    office = Office(FEED, OTHER)
    for doing in doings:
        do(office, doing)
    assert office.settle().wrong == []


@settings(max_examples=150, deadline=None)
@given(st.lists(DOINGS, min_size=5, max_size=25), st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_a_transaction_that_lost_or_doubled_something_does_not(
    doings: list[tuple[str, object, object]], chance: object, loses: bool, doubles: bool
) -> None:
    office = Office(FEED, OTHER)
    for doing in doings:
        do(office, doing)
    outputs = office.outputs()
    documents = [output for output in outputs if output.topic == RAW]
    if len(documents) > 1 and (loses or doubles):
        lost, doubled = chance.sample(documents, 2)  # type: ignore[attr-defined]
        outputs = [output for output in outputs if not (loses and output is lost)]
        assert office.settle(outputs + ([doubled] if doubles else list[Output]())).wrong
