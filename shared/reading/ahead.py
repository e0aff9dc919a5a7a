"""Ahead: the next records are made in a thread while the last ones are used."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from shared.records.record import Record
from shared.stream.transactions import size_of

PORTION_BYTES = 8 * 1024 * 1024
"""Bytes of records that are made at a time (and one record); twice as many are held at most."""


def ahead(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records.

    Raises:
        Exception: What making them raises, after all that were made before.
    """
    source = iter(records)
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


def _portion(source: Iterator[Record]) -> tuple[list[Record], Exception | None]:
    """Return the next records, and what broke them off."""
    made: list[Record] = []
    size = 0
    try:
        for record in source:
            made.append(record)
            size += size_of(record)
            if size >= PORTION_BYTES:
                break
    except Exception as error:  # whatever it is, the one who iterates gets it
        return made, error
    return made, None
