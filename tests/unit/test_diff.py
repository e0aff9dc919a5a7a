"""What two slices say differently: by article, tag, sentence; nothing for versions and hashes; a page that runs nothing."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.cli.diff import diff
from shared.reading.compare import Change, compare
from shared.reading.difference import Difference, difference
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.record import Record
from shared.schemas.examples import EXAMPLES, ID

VALUE = EXAMPLES["tagged"].model_dump(mode="json")


def record(value: Any = VALUE, key: str = ID, revision: int = 2, **changes: Any) -> Record:
    content = None if value is None else json.dumps(value).encode()
    made = Record("news.tagged.v1", 0, 0, 0, key.encode(), content, (("ce_revision", b"%d" % revision),))
    return replace(made, **changes)


def having(**changes: Any) -> Record:
    """The example with fields of its verdict or, if it has none of that name, of its article changed."""
    verdict = {name: value for name, value in changes.items() if name in VALUE["verdict"]}
    article = {name: value for name, value in changes.items() if name not in verdict}
    return record({"article": VALUE["article"] | article, "verdict": VALUE["verdict"] | verdict})


WORDS = VALUE["article"]["original"]["text"]
CHANGES: dict[str, tuple[Record, list[Change]]] = {
    "a tag is gained": (having(instruments=["export_control", "tariff"]), [Change("instruments", "gained", None, "tariff")]),
    "a tag is lost": (
        having(instruments=[]),
        [Change("instruments", "lost", "export_control", None, "“export controls” by cue:export_control")],
    ),
    "an entity is gained": (
        having(entities=[*VALUE["verdict"]["entities"], {"id": "x", "role": "target"}]),
        [Change("entities", "gained", None, "x (target)")],
    ),
    "a scalar changes": (having(direction="loosen"), [Change("direction", "changed", "tighten", "loosen")]),
    "the verdict turns": (having(is_semiconductor_policy=False), [Change("is_semiconductor_policy", "changed", True, False)]),
    "a probability moves far": (having(probability=0.6), [Change("probability", "changed", 0.97, 0.6)]),
    "another rule finds the tag": (
        having(evidence=[VALUE["verdict"]["evidence"][0] | {"rule": "cue:other"}]),
        [
            Change(
                "evidence of instruments",
                "changed",
                "“export controls” by cue:export_control",
                "“export controls” by cue:other",
                "export_control",
            )
        ],
    ),
    "a sentence is added": (
        having(original={"text": WORDS + " It takes effect soon."}),
        [Change("original", "gained", None, "It takes effect soon.")],
    ),
    "a sentence changes": (having(original={"text": "Nothing."}), [Change("original", "changed", WORDS, "Nothing.")]),
    "a date changes": (having(published=None), [Change("published", "changed", VALUE["article"]["published"], None)]),
    "an issue is gained": (having(issues=[{"code": "no-date"}]), [Change("issues", "gained", None, "no-date")]),
    "a field that nobody knows": (having(mood="glad"), [Change("mood", "changed", None, "glad")]),
    "a value that is no JSON": (
        replace(record(), value=b"{"),
        [Change("value", "changed", f"{len(record().value or b'')} bytes", "1 bytes")],
    ),
}
SAME = {
    "versions": having(classifier="2", lexicon="2", model="2", taxonomy="2"),
    "hashes and sketches": having(sketch=[1], provenance={"parser": "2", "raw_sha256": "x"}),
    "a probability moves a little": having(probability=0.95),
    "the order of fields": record({"verdict": VALUE["verdict"], "article": VALUE["article"]}),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_is_said(case: str) -> None:
    new, changes = CHANGES[case]
    assert compare(record(), new) == changes


@pytest.mark.parametrize("case", SAME)
def test_what_means_the_same_is_no_change(case: str) -> None:
    assert SAME[case].value != record().value
    assert compare(record(), SAME[case]) == []


def between(old: list[Record], new: list[Record]) -> Difference:
    return difference(lambda: old, lambda: new)


def test_slices_are_held_against_each_other_by_key_revision_and_kind_whatever_their_order() -> None:
    other = record(key="b" * 32)
    found = between(
        [record(), other, record(revision=1)], [having(direction="loosen"), record(revision=1), record(key="c" * 32), record(None)]
    )
    assert {(each.id[:1], each.revision, each.kind) for each in found.articles} == {
        ("0", "2", "changed"),
        ("b", "2", "lost"),
        ("c", "2", "gained"),
        ("0", "2", "gained"),
    }
    assert (found.old, found.new, found.compared) == (3, 4, 5)
    assert between([record(), other], [other, record()]).articles == []


def test_of_several_records_of_a_revision_the_last_counts() -> None:
    loosened = having(direction="loosen")
    assert between([record()], [loosened, record()]).articles == []
    assert [each.kind for each in between([loosened, record()], [loosened]).articles] == ["changed"]
    assert between([loosened, record(), loosened], [loosened]).articles == []


def write(path: Path, records: list[Record]) -> str:
    with SliceWriter(str(path), Header("news.tagged.v1", 4)) as writer:
        for each in records:
            writer.write(each)
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(diff, arguments)


@pytest.fixture
def slices(tmp_path: Path) -> tuple[str, str]:
    """Ten revisions, of which one changed; and a dead letter that is new."""
    many = [record(key=f"{number:032x}") for number in range(9)]
    old, new = write(tmp_path / "old.zst", [record(), *many]), write(tmp_path / "new.zst", [*many, having(title="<b>New</b>")])
    write(tmp_path / "old.zst.dlq", [])
    write(tmp_path / "new.zst.dlq", [record(headers=(("dlq-reason", b"no-text"),))])
    return old, new


@pytest.mark.parametrize(("budget", "status"), [("0", 3), ("1", 0), ("9.9%", 3), ("10%", 0), ("x", 2), ("1 %", 2)])
def test_over_budget_is_status_3(slices: tuple[str, str], budget: str, status: int) -> None:
    assert run(*slices, "--max-changed", budget).exit_code == status


def test_json_is_one_document_and_jsonl_a_line_each(slices: tuple[str, str]) -> None:
    whole = json.loads(run(*slices, "-o", "json").stdout)
    assert (whole["compared"], whole["different"]) == (10, 1)
    assert whole["facets"] == [{"facet": "title", "changed": 1}]
    assert whole["dead_letters"] == [{"reason": "no-text", "kind": "gained", "count": 1}]
    [line] = [json.loads(line) for line in run(*slices).stdout.splitlines()]
    assert line["changes"][0]["new"] == "<b>New</b>"
    table = run(*slices, "-o", "table")
    assert "dead letter no-text" in table.stdout
    assert table.stderr == "1 of 10 revisions differ; dead letters: 1 gained\n"


def test_the_page_is_whole_and_what_it_shows_is_escaped(slices: tuple[str, str], tmp_path: Path) -> None:
    assert run(*slices, "--html", str(tmp_path / "page.html")).exit_code == 0
    page = (tmp_path / "page.html").read_text()
    assert "<h1>1 of 10 revisions differ</h1>" in page
    assert "&lt;b&gt;New&lt;/b&gt;" in page
    assert not any(sign in page for sign in ("<b>", "http://", "https://", "<script", "src="))
