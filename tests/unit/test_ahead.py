"""Making items ahead of their use."""

from collections.abc import Iterator
from contextlib import aclosing

import pytest

from shared.stream.ahead import ahead


async def test_all_items_come_in_their_order() -> None:
    for count in (0, 1, 2, 9):
        assert [item async for item in ahead(iter(range(count)))] == list(range(count))


async def test_one_item_is_made_while_the_one_before_it_is_used_and_no_more() -> None:
    made: list[int] = []

    def noted() -> Iterator[int]:
        for number in range(9):
            made.append(number)
            yield number

    async with aclosing(ahead(noted())) as coming:
        assert await anext(coming) == 0
        assert await anext(coming) == 1
    assert made == [0, 1, 2]


async def test_what_making_one_raises_is_raised_after_all_that_came_before() -> None:
    def broken() -> Iterator[int]:
        yield from range(3)
        raise ZeroDivisionError

    async with aclosing(ahead(broken())) as coming:
        assert [await anext(coming) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(ZeroDivisionError):
            await anext(coming)
