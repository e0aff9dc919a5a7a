"""What a dead letter says of itself, when it may come back, and what settles it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.errors import PoisonError
from shared.reading.letters import Letter, restored, settled, settlement
from shared.reading.settle import at_source
from shared.records.dead_letter import dead_letter, rounds
from shared.records.record import Message, Record
from shared.topics import FEEDS, RAW, partition_of
from tests.unit.test_records import ID, raw, stored

AT = datetime(2026, 1, 2, tzinfo=UTC)


def letter(source: Record, offset: int = 5) -> Record:
    message = dead_letter(source, "parser", PoisonError("no-text", "why"), AT)
    return Record(source.topic + ".dlq", source.partition, offset, message.timestamp or 0, message.key, message.value, message.headers)


def again(record: Record) -> Record:
    """The record of a letter after it was put back."""
    message = restored(record)
    return Record("news.raw.v1", record.partition, 99, message.timestamp or 0, message.key, message.value, message.headers)


FIRST = letter(stored(raw().to_message()))


def test_a_letter_says_where_its_record_lay_and_why_it_died() -> None:
    found = Letter.of(FIRST)
    assert (found.address, found.partition, found.offset) == ("news.raw.v1.dlq/2/5", 2, 7)
    assert (found.stage, found.reason, found.error, found.round, found.revision) == ("parser", "no-text", "why", 0, 3)


def test_a_record_comes_back_byte_for_byte_with_its_history() -> None:
    message = restored(FIRST)
    assert (message.key, message.value, message.timestamp) == (FIRST.key, FIRST.value, FIRST.timestamp)
    assert message.headers == FIRST.headers


def test_rounds_are_counted_until_a_letter_is_worn_out() -> None:
    record, seen = FIRST, []
    for _ in range(4):
        seen.append((Letter.of(record).round, Letter.of(record).worn_out))
        record = letter(again(record))
    assert seen == [(0, False), (1, False), (2, False), (3, True)]
    assert rounds(record) == 5


@pytest.mark.parametrize(
    ("change", "overtaken"),
    [
        ({"offset": 8}, True),
        ({"offset": 7}, False),
        ({"offset": 6}, False),
        ({"offset": 8, "key": b"f" * 32}, False),
        ({"offset": 0, "partition": 1}, False),
        ({"offset": 0, "partition": 1, "headers": (("ce_revision", b"4"),)}, True),
        ({"offset": 8, "value": None}, True),
    ],
)
def test_a_newer_record_of_the_key_overtakes_a_letter(change: dict[str, object], overtaken: bool) -> None:
    source = stored(raw().to_message())
    assert Letter.of(FIRST).superseded_by(replace(source, **change)) is overtaken  # type: ignore[arg-type]


def test_a_settlement_names_its_letter_and_a_letter_never_counts_as_one() -> None:
    message = settlement(FIRST, "retry", AT)
    mark = Record(FIRST.topic, 2, 6, 0, message.key, message.value, message.headers)
    assert settled(mark) == FIRST.address
    assert mark.header("dlq-settled-at") == "2026-01-02T00:00:00.000Z"
    assert settled(FIRST) is None
    forged = Message(ID.encode(), None, (("dlq-settled", b"news.raw.v1.dlq/2/5"),))
    assert settled(letter(stored(forged))) is None


def test_a_letter_goes_back_where_its_key_belongs_but_a_feed_where_it_was() -> None:
    assert at_source(RAW, "x.news.raw.v1", FIRST, 4).partition == partition_of(ID.encode(), 4)
    assert at_source(FEEDS, "news.feeds.v1", FIRST, 4).partition == 2
    assert at_source(RAW, "x.news.raw.v1", FIRST, 4).address == f"x.news.raw.v1/{partition_of(ID.encode(), 4)}/7"


def test_nonsense_in_headers_is_no_error() -> None:
    odd = Record("t.dlq", 0, 0, 0, None, None, (("dlq-offset", "²".encode()), ("dlq-round", b"9" * 30)))
    assert (Letter.of(odd).offset, Letter.of(odd).round, Letter.of(odd).reason) == (-1, 0, "")
