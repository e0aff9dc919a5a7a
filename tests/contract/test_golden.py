"""Records of every released version: valid under what was promised and what is promised now, and read whole by today's code."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.classifier.__main__ import STAGE as CLASSIFIER
from services.parser.__main__ import STAGE as PARSER
from shared import client
from shared.errors import PoisonError
from shared.reading.letters import Letter
from shared.reading.reader import SliceReader
from shared.records.article import Article
from shared.records.raw import Entry, RawDocument
from shared.records.record import Record
from shared.records.retraction import passes
from shared.records.tagged import TaggedArticle
from shared.schemas import published
from shared.schemas.headers import KINDS
from shared.topics import RAW
from tests.contract.golden import make
from tests.contract.kinds import kind_of, schema_of, texts, value

VERSIONS = published.versions()
NOW = published.generated()
GOLDEN = [(version, record) for version in VERSIONS for record in SliceReader(str(make.FOLDER / f"{version}.jsonl"))]
CASES = pytest.mark.parametrize(("version", "record"), GOLDEN, ids=[f"{version}-{record.address}" for version, record in GOLDEN])


def within(old: Any, new: Any) -> bool:
    """Whether all that `old` says is in `new`, which may say more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and within(each, new[key]) for key, each in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(within, old, new))
    return bool(old == new)


@CASES
def test_a_golden_record_is_valid_then_and_now(version: str, record: Record) -> None:
    promised = {name: json.loads(text) for name, text in published.stored(published.RELEASED / version).items()}
    for schemas in (promised, NOW):
        Draft202012Validator(schemas[f"{kind_of(record)}-headers"]).validate(texts(record))
        if name := schema_of(record):
            Draft202012Validator(schemas[name]).validate(value(record))


@CASES
def test_todays_models_read_all_of_a_golden_record(version: str, record: Record) -> None:
    if name := schema_of(record):
        model = published.MODELS[name].model_validate_json(record.value or b"")
        assert within(value(record), json.loads(model.model_dump_json()))
    elif kind_of(record) in ("page", "entry"):
        message = RawDocument.from_record(record).to_message()
        assert (message.key, message.value) == (record.key, record.value)
        assert set(record.headers) <= set(message.headers)
    else:
        assert passes(record) or Letter.of(record).reason


LATER = {
    "change": (("created", "corrected"), b'"change":"%b"'),
    "precision": (("day", "minute", "second"), b'"precision":"%b"'),
    "origin": (("publisher", "feed", "aggregator"), b'"origin":"%b"'),
    "verdict": (("supported", "contradicted", "unsupported", "unverifiable"), b'"verdict":"%b"'),
}
"""Enumerations in values: the field, and what a later minor version replaces by a word of its own."""


def later(value: bytes, field: str) -> bytes:
    """The value as a later minor version might write it: another word in an enumeration, and a field that today has not."""
    words, form = LATER[field]
    for word in words:
        value = value.replace(form % word.encode(), form % b"reinstated")
    return value.replace(b'"id":', b'"invented":[1],"id":', 1)


@pytest.mark.parametrize("field", LATER)
def test_a_word_of_a_later_version_is_read_as_unknown_and_its_bytes_are_passed_on(field: str) -> None:
    article = next(record for _, record in GOLDEN if record.topic == CLASSIFIER.source.name and record.key == b"1b" * 16)
    finding = b'"findings":[{"start":0,"end":1,"verdict":"supported","code":"c","surface":"s"}]'
    published = b'"published":{"value":"2026-11-24","precision":"day","raw":"24 November 2026","origin":"meta"}'
    value = (article.value or b"").replace(b'"findings":[]', finding).replace(b'"published":null', published)
    changed = later(value, field)
    assert b"reinstated" in changed, "nothing to read"
    record = replace(article, value=changed)
    found = json.dumps(json.loads(Article.from_record(record).model_dump_json()))
    assert f'"{field}": "unknown"' in found
    output = CLASSIFIER.apply(record)
    assert changed in (output.value or b"")
    tagged = replace(article, value=output.value, headers=output.headers)
    event = client.event(tagged, TaggedArticle)
    assert isinstance(event, client.Revision)
    assert f'"{field}": "unknown"' in json.dumps(json.loads(event.content.model_dump_json()))


def test_a_change_of_a_later_version_in_the_headers_is_read_as_unknown() -> None:
    record = next(record for _, record in GOLDEN if record.topic == RAW.name and kind_of(record) == "page")
    headers = tuple((name, b"reinstated" if name == "ce_change" else value) for name, value in record.headers)
    assert RawDocument.from_record(replace(record, headers=headers)).change == "unknown"
    output = PARSER.apply(replace(record, headers=headers))
    assert dict(output.headers)["ce_change"] == b"reinstated"


@CASES
def test_todays_stages_take_a_golden_record(version: str, record: Record) -> None:
    if record.topic == RAW.name and record.key != b"3d" * 16:
        assert PARSER.apply(record).key == record.key
    elif record.topic == RAW.name:
        with pytest.raises(PoisonError):
            PARSER.apply(record)
    elif record.topic == CLASSIFIER.source.name:
        assert CLASSIFIER.apply(record).key == record.key


@pytest.mark.parametrize("version", VERSIONS)
def test_the_golden_records_are_of_every_kind(version: str) -> None:
    assert {kind_of(record) for at, record in GOLDEN if at == version} == set(KINDS)


def test_what_this_code_writes_is_valid_and_its_headers_are_all_listed() -> None:
    for record in make.records():
        listed = NOW[f"{kind_of(record)}-headers"]
        Draft202012Validator(listed).validate(texts(record))
        if kind_of(record) != "dead-letter":
            assert texts(record).keys() <= listed["properties"].keys(), record.address
        if name := schema_of(record):
            Draft202012Validator(NOW[name]).validate(value(record))
        if name := record.header("ce_dataschema"):
            assert name in {schema["$id"] for schema in NOW.values()}
        if entry := record.header("chipwire-entry"):
            Draft202012Validator(NOW["entry-header"]).validate(json.loads(entry))
            assert Entry.model_validate_json(entry)


def test_each_released_version_has_its_golden_records_and_this_one_is_released() -> None:
    assert VERSIONS
    assert sorted(path.stem for path in Path(make.FOLDER).glob("*.jsonl")) == sorted(VERSIONS)
