"""Damage to any one record of an archive costs that record."""

import io
import random
from collections.abc import Callable
from typing import Literal, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.fetcher.archive import Step, steps
from services.fetcher.warc import BAD_LENGTH, DAMAGED, ArchiveError
from tests.integration.warc import packed, record, response

KINDS = [b"".join, packed]


def body(number: int) -> bytes:
    """Return a page, every third of it larger than a reader's buffer and hard to compress."""
    filler = random.Random(number).randbytes(90_000).hex() if number % 3 == 2 else "rule " * 300
    return f"<html><p>{number} {filler}</p></html>".encode()


BODIES = [body(number) for number in range(6)]
RECORDS = [
    each
    for number, one in enumerate(BODIES)
    for each in (
        record("request", f"https://example.org/{number}", b"GET / HTTP/1.1\r\n\r\n"),
        response(f"https://example.org/{number}", one),
    )
]


def read(archive: bytes) -> tuple[list[Step], str]:
    """Return the steps of an archive, and the error that it ends with."""
    found: list[Step] = []
    error = ""
    try:
        found.extend(steps(io.BytesIO(archive)))
    except ArchiveError as end:
        error = str(end)
    return found, error


class Hurt(NamedTuple):
    """What is done to which record: a bit turned, bytes put in or taken out, by its beginning, by its end, or anywhere."""

    record: int
    how: Literal["turned", "put in", "taken out"]
    near: Literal["beginning", "end", "anywhere"]
    at: float
    bit: int
    junk: bytes
    taken: int

    def done(self, one: bytes) -> bytes:
        place = {"beginning": int(self.at * 400), "end": len(one) - 1 - int(self.at * 30), "anywhere": int(self.at * len(one))}[self.near]
        place = min(max(place, 0), len(one) - 1)
        if self.how == "turned":
            return one[:place] + bytes([one[place] ^ 1 << self.bit]) + one[place + 1 :]
        return one[:place] + (self.junk + one[place:] if self.how == "put in" else one[place + self.taken :])


HURTS = st.builds(
    Hurt,
    st.integers(0, len(RECORDS) - 1),
    st.sampled_from(["turned", "put in", "taken out"]),
    st.sampled_from(["beginning", "end", "anywhere"]),
    st.floats(0, 1),
    st.integers(0, 7),
    st.binary(min_size=1, max_size=40),
    st.integers(1, 2000),
)


@pytest.mark.parametrize("pack", KINDS, ids=["plain", "gzip"])
@settings(deadline=None)
@given(HURTS)
def test_all_pages_but_the_hurt_one_arrive_once_and_in_order(pack: Callable[[list[bytes]], bytes], hurt: Hurt) -> None:
    archive = b"".join(hurt.done(pack([each])) if number == hurt.record else pack([each]) for number, each in enumerate(RECORDS))
    found, _ = read(archive)
    others = [one for number, one in enumerate(BODIES) if number != hurt.record // 2 or hurt.record % 2 == 0]
    bodies = [step.message.value for step in found if step.message]
    assert [each for each in bodies if each in others] == others
    assert len(bodies) <= len(others) + 1
    assert sum(step.reason in (DAMAGED, BAD_LENGTH) for step in found) <= 2


@pytest.mark.parametrize("pack", KINDS, ids=["plain", "gzip"])
@given(st.integers(0, len(RECORDS)), st.binary(min_size=1, max_size=3000))
@settings(deadline=None)
def test_what_lies_between_records_costs_none(pack: Callable[[list[bytes]], bytes], place: int, junk: bytes) -> None:
    found, error = read(pack(RECORDS[:place]) + junk + pack(RECORDS[place:]))
    assert [step.message.value for step in found if step.message] == BODIES
    reasons = [step.reason for step in found if step.reason not in ("", "request")]
    assert reasons in ([], [DAMAGED]), (reasons, error)
