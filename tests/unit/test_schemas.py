"""The checked-in schemas are those of the models, are schemas, and keep every promise that was released."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from services.cli.asyncapi import asyncapi as asyncapi_command
from services.cli.schema import schema
from shared.records.article import Article
from shared.schemas import asyncapi, published
from shared.schemas.examples import EXAMPLES, VERDICT, WORDS
from shared.schemas.generate import OPEN
from shared.schemas.headers import HEADERS, KINDS
from shared.topics import TOPICS
from tests.conftest import ROOT
from tests.unit.test_records import article

NOW = published.generated()


def test_the_checked_in_schemas_are_those_of_the_models() -> None:
    assert published.drift() == [], "run `make schemas`"


def test_no_released_schema_is_broken() -> None:
    assert [f"{name}: {found}" for name, found in published.broken_promises()] == []


@pytest.mark.parametrize("name", NOW)
def test_a_schema_is_one_of_its_dialect_open_and_under_its_name(name: str) -> None:
    found = NOW[name]
    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"urn:chipwire:schema:{name}:v1"
    text = json.dumps(found)
    assert '"enum"' not in text
    assert '"additionalProperties": false' not in text


def test_known_values_are_listed_and_others_are_allowed() -> None:
    change = NOW["article"]["properties"]["change"]
    assert set(change[OPEN]) == {"created", "completed", "corrected", "retracted", "restored", "unknown"}
    given = json.loads(article().value()) | {"change": "merged", "mood": 1}
    Draft202012Validator(NOW["article"]).validate(given)


def test_an_article_without_any_text_is_not_valid() -> None:
    given = json.loads(Article.value(article())) | {"original": None}
    assert not Draft202012Validator(NOW["article"]).is_valid(given)
    assert not Draft202012Validator(NOW["tagged"]).is_valid({"article": given, "verdict": {}})


def test_every_header_is_on_some_kind_of_record_and_its_example_is_valid() -> None:
    assert len({header.name for header in HEADERS}) == len(HEADERS)
    for header in HEADERS:
        assert (header.on | header.may) <= set(KINDS), header.name
        kind = sorted(header.on | header.may)[0]
        Draft202012Validator(NOW[f"{kind}-headers"]["properties"][header.name]).validate(header.example)


def test_the_asyncapi_document_is_the_one_checked_in_and_names_every_topic() -> None:
    made = asyncapi.document()
    assert (ROOT / "docs" / "asyncapi.yaml").read_text() == asyncapi.encode(made), "run `make schemas`"
    assert {channel["address"] for channel in made["channels"].values()} == {topic.name for topic in TOPICS}


def test_every_reference_of_the_asyncapi_document_leads_somewhere_and_every_example_is_valid() -> None:
    made = asyncapi.document()
    for reference in set(re.findall(r'"\$ref": "(#/[^"]+)"', json.dumps(made))):
        at = made
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]
    for kind, model in EXAMPLES.items():
        Draft202012Validator(NOW[kind]).validate(model.model_dump(mode="json"))
    for message in made["components"]["messages"].values():
        name = message["headers"]["$ref"].rpartition("/")[2]
        Draft202012Validator(NOW[name]).validate(message["examples"][0]["headers"])


def test_the_example_of_evidence_is_where_it_says() -> None:
    [evidence] = VERDICT.evidence
    assert WORDS[evidence.start : evidence.end] == evidence.surface


def test_the_commands_list_show_and_check() -> None:
    listed = CliRunner().invoke(schema, ["ls", "-o", "jsonl"])
    assert {json.loads(line)["name"] for line in listed.stdout.splitlines()} == NOW.keys()
    shown = CliRunner().invoke(schema, ["show", "urn:chipwire:schema:tagged:v1"])
    assert json.loads(shown.stdout) == NOW["tagged"]
    assert CliRunner().invoke(schema, ["show", "nonsense"]).exit_code == 2
    assert CliRunner().invoke(schema, ["check"]).exit_code == 0
    assert (
        CliRunner().invoke(asyncapi_command, ["-o", "json"]).stdout == json.dumps(asyncapi.document(), ensure_ascii=False, indent=2) + "\n"
    )


def test_check_ends_with_3_and_says_what_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    promised = json.loads(json.dumps(NOW["article"]))
    promised["properties"]["subtitle"] = {"type": "string"}
    (tmp_path / "0.0.1").mkdir()
    (tmp_path / "0.0.1" / "article.v1.json").write_bytes(published.encode(promised))
    monkeypatch.setattr(published, "RELEASED", tmp_path)
    checked = CliRunner().invoke(schema, ["check", "-o", "jsonl"])
    assert checked.exit_code == 3
    assert json.loads(checked.stdout) == {"schema": "0.0.1/article", "path": "subtitle", "kind": "removed", "detail": "the field"}
