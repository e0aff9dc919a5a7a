"""`chipwire fidelity`: the fixed interface of the pipe."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.main import chipwire
from services.cli.steps import fidelity_line
from services.parser.fidelity.pipe import judged
from shared.errors import PoisonError

LINE = {"original": "Sales of the chip maker rose 5% to $2 billion in the year.", "summary": "销售额下降5%，至20亿美元。"}


def test_a_line_gives_its_findings_with_places_in_both_texts() -> None:
    (found,) = json.loads(judged(LINE))["findings"]
    assert list(found) == ["verdict", "code", "start", "end", "surface", "detail", "original"]
    assert (found["verdict"], found["code"], found["surface"], found["detail"]) == ("contradicted", "direction", "下降", "rose")
    assert LINE["summary"][found["start"] : found["end"]] == "下降"
    assert LINE["original"][found["original"]["start"] : found["original"]["end"]] == "rose"


def test_a_faithful_line_gives_an_empty_list() -> None:
    assert judged(LINE | {"summary": "销售额上升5%，至20亿美元。", "published": "2018-10-15"}) == b'{"findings":[]}'


def test_a_file_is_read_as_one_object(tmp_path: Path) -> None:
    file = tmp_path / "pair.json"
    file.write_text(json.dumps(LINE))
    assert fidelity_line({"path": str(file), "url": file.as_uri()}) == judged(LINE)


@pytest.mark.parametrize("change", [{"original": None}, {"summary": 5}, {"summary": " "}, {"published": 2018}])
def test_a_line_of_the_wrong_kind_is_an_error(change: dict[str, object]) -> None:
    with pytest.raises(PoisonError, match="bad-input"):
        judged(LINE | change)


@pytest.mark.parametrize("content", ["[]", "{"])
def test_a_file_without_an_object_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "pair.json"
    file.write_text(content)
    with pytest.raises(PoisonError, match="bad-json"):
        fidelity_line({"path": str(file), "url": ""})


def test_the_command_is_listed_and_says_what_a_line_holds() -> None:
    assert "fidelity" in CliRunner().invoke(chipwire, ["--help"]).output
    assert '"original", "summary"' in CliRunner().invoke(chipwire, ["fidelity", "--help"]).output
