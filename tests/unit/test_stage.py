from dataclasses import replace

import pytest

import shared
from services.parser.__main__ import STAGE as PARSER
from shared.errors import PoisonError
from shared.records.record import Message, Record
from shared.records.retraction import Retraction, tombstone
from shared.topics import partition_of
from tests.unit.test_records import ID, raw, stored

RETRACTION = Retraction(id=ID, revision=4, reason="gone", at="2026-01-01T00:00:00Z", source="publisher").to_message("wire", "h", "l")
STORY = b"<html><h1>A ministry weighs a rule</h1><p>" + b"The ministry said on Monday that it weighs a rule for chip tools. " * 9


def document() -> Message:
    return raw(body=STORY, content_type="text/html; charset=utf-8").to_message()


def test_an_output_carries_the_attributes_of_its_input_its_own_type_and_where_it_came_from() -> None:
    record = stored(document())
    output = PARSER.apply(record)
    headers, before = dict(output.headers), dict(record.headers)
    for name in ("ce_id", "ce_source", "ce_subject", "ce_time", "ce_revision", "ce_change", "ce_feed", "ce_domain", "ce_traceparent"):
        assert headers[name] == before[name]
    assert headers["ce_type"] == b"chipwire.article.v1"
    assert headers["content-type"] == b"application/json"
    assert headers["ce_lang"] == b"en"
    assert headers["chipwire-from"] == b"news.raw.v1/2/7"
    assert headers["chipwire-version"] == shared.__version__.encode()
    assert "chipwire-url" not in headers
    assert len(headers) == len(output.headers)
    assert output.timestamp == record.timestamp


@pytest.mark.parametrize("message", [RETRACTION, tombstone(RETRACTION)])
def test_retractions_and_tombstones_pass_with_their_value_and_attributes(message: Message) -> None:
    output = PARSER.apply(stored(message))
    assert (output.key, output.value) == (message.key, message.value)
    assert [pair for pair in output.headers if not pair[0].startswith("chipwire-")] == list(message.headers)


def test_a_record_in_the_wrong_partition_is_poison() -> None:
    right = partition_of(ID.encode(), 4)
    message = document()
    placed = replace(PARSER, partitions=4)
    for partition in range(4):
        record = Record("news.raw.v1", partition, 0, 0, message.key, message.value, message.headers)
        if partition == right:
            assert placed.apply(record).key == ID.encode()
            continue
        with pytest.raises(PoisonError, match="wrong-partition"):
            placed.apply(record)


def test_a_null_key_is_poison_even_on_a_null_value() -> None:
    with pytest.raises(PoisonError, match="bad-key"):
        PARSER.apply(Record("t", 0, 0, 0, None, None))


def test_the_same_record_gives_the_same_bytes() -> None:
    assert PARSER.apply(stored(document())) == PARSER.apply(stored(document()))
