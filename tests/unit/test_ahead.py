"""Making records ahead of their use."""

from collections.abc import Iterator

import pytest

from shared.reading.ahead import PORTION_BYTES, ahead
from shared.records.record import Record

BIG = b"x" * (PORTION_BYTES // 4)


def some(count: int, value: bytes = BIG) -> Iterator[Record]:
    return (Record("t", 0, offset, 0, None, value) for offset in range(count))


@pytest.mark.parametrize("count", [0, 1, 4, 5, 50])
def test_all_records_come_in_their_order(count: int) -> None:
    assert list(ahead(some(count))) == list(some(count))
    assert list(ahead(some(count, b""))) == list(some(count, b""))


def test_no_more_than_two_portions_are_made_before_they_are_used() -> None:
    made: list[int] = []

    def noted() -> Iterator[Record]:
        for record in some(100):
            made.append(record.offset)
            yield record

    coming = ahead(noted())
    next(coming)
    coming.close()  # type: ignore[attr-defined]  # waits for the thread
    assert len(made) == 8


def test_what_making_them_raises_is_raised_after_all_that_came_before() -> None:
    def broken() -> Iterator[Record]:
        yield from some(6)
        raise ZeroDivisionError

    got: list[Record] = []
    with pytest.raises(ZeroDivisionError):
        got.extend(ahead(broken()))
    assert got == list(some(6))
