"""`docs/consumers.md` and the AsyncAPI document against what the pipeline really writes, and the reverse."""

import json
import re

from jsonschema import Draft202012Validator

from services.classifier.__main__ import STAGE as CLASSIFIER
from services.parser.__main__ import STAGE as PARSER
from shared.records.record import Record
from shared.schemas import asyncapi, published
from shared.schemas.headers import HEADERS, KINDS
from shared.topics import FEEDS, RAW, TOPICS
from tests.conftest import ROOT
from tests.contract.golden.make import records
from tests.contract.kinds import kind_of, texts

TEXT = (ROOT / "docs" / "consumers.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| `")]
DOCUMENTED = {row[0].strip("`"): row for row in ROWS}
WRITTEN = records()


def kinds(cell: str) -> set[str]:
    return set(cell.split(", ")) if cell else set()


def test_every_header_that_is_written_is_documented_with_its_kinds() -> None:
    for record in WRITTEN:
        for name in texts(record):
            if kind_of(record) != "dead-letter" or name.startswith("dlq-"):
                row = DOCUMENTED[name]
                assert kind_of(record) in kinds(row[1]) | kinds(row[2]), (name, record.address)


def test_every_documented_header_is_always_written_where_it_says_always() -> None:
    rows = {name: row for name, row in DOCUMENTED.items() if re.match(r"ce_|chipwire-|dlq-|content-type", name)}
    assert rows.keys() == {header.name for header in HEADERS}
    for name, row in rows.items():
        assert kinds(row[1]) | kinds(row[2]) <= set(KINDS)
        for record in WRITTEN:
            assert kind_of(record) not in kinds(row[1]) or name in texts(record), (name, record.address)


def test_every_documented_header_is_written_by_something() -> None:
    seen = {name for record in WRITTEN for name in texts(record)}
    assert {header.name for header in HEADERS} <= seen


def test_the_topics_are_those_of_the_picture_and_those_that_the_stages_write() -> None:
    named = set(re.findall(r"`(news\.[a-z.-]+v1(?:\.dlq)?)`", TEXT))
    assert named == {topic.name for topic in TOPICS}
    assert {record.topic for record in WRITTEN} <= named
    channels = asyncapi.document()["channels"]
    for record in WRITTEN:
        [channel] = [each for each in channels.values() if each["address"] == record.topic]
        kind = kind_of(record)
        assert kind in channel["messages"] or (kind == "fetch-state" and record.topic == "news.fetch-state.v1")
    assert {PARSER.source.name, PARSER.sink.name, CLASSIFIER.sink.name, FEEDS.name, RAW.name} <= named


def test_the_examples_are_valid_and_read_as_they_say() -> None:
    tagged, retraction = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
    schemas = published.generated()
    Draft202012Validator(schemas["tagged"]).validate(tagged)
    Draft202012Validator(schemas["retraction"]).validate(retraction)
    for evidence in tagged["verdict"]["evidence"]:
        text = tagged["article"][evidence["field"]]["text"]
        assert text[evidence["start"] : evidence["end"]] == evidence["surface"]


def test_the_header_table_says_what_the_schemas_say() -> None:
    for header in HEADERS:
        row = DOCUMENTED[header.name]
        assert (kinds(row[1]), kinds(row[2])) == (set(header.on), set(header.may))
        assert row[3] == header.says


def test_one_article_keeps_its_key_and_partition_on_every_topic() -> None:
    places: dict[bytes, set[int]] = {}
    for record in WRITTEN:
        if record.header("ce_subject"):
            assert (record.header("ce_subject") or "").encode() == record.key
            places.setdefault(record.key or b"", set()).add(record.partition)
    assert places
    assert all(len(partitions) == 1 for partitions in places.values())


def test_ids_are_unique_within_their_type() -> None:
    def identity(record: Record) -> tuple[str | None, ...]:
        return record.topic, record.header("ce_type"), record.header("ce_id"), str(record.value is None)

    events = [identity(record) for record in WRITTEN if record.header("ce_id") and not record.topic.endswith(".dlq")]
    assert len(set(events)) == len(events)
