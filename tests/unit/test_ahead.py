"""Making items ahead of their use."""

from collections.abc import Iterator

import pytest

from shared.reading.ahead import COUNT, ahead


def test_all_items_come_in_their_order() -> None:
    for count in (0, 1, COUNT, 3 * COUNT + 1):
        assert list(ahead(range(count))) == list(range(count))


def test_no_more_than_two_portions_are_made_before_they_are_used() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10 * COUNT):
            made.append(number)
            yield number

    coming = ahead(items())
    next(coming)
    coming.close()  # type: ignore[attr-defined]  # waits for the thread
    assert len(made) == 2 * COUNT


def test_what_making_them_raises_is_raised_after_all_that_came_before() -> None:
    def items() -> Iterator[int]:
        yield from range(COUNT + 5)
        raise ZeroDivisionError

    got: list[int] = []
    with pytest.raises(ZeroDivisionError):
        got.extend(ahead(items()))
    assert got == list(range(COUNT + 5))
