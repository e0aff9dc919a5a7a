"""Ahead: the next items are made in a thread while the last ones are used."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
COUNT = 200
"""Items that are made at a time; twice as many are held at most."""


def ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield the items.

    Raises:
        Exception: What making them raises, after all that were made before.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(_portion, source)
        while True:
            made, error = coming.result()
            if made and error is None:
                coming = thread.submit(_portion, source)
            yield from made
            if error is not None:
                raise error
            if not made:
                return


def _portion(source: Iterator[T]) -> tuple[list[T], Exception | None]:
    """Return the next items, and what broke them off."""
    made: list[T] = []
    try:
        made.extend(islice(source, COUNT))
    except Exception as error:  # whatever it is, the one who iterates gets it
        return made, error
    return made, None
