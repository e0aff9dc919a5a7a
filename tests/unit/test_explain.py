"""Explanations: the sum, the marks, the vetoes, the page, the command."""

import json
import math
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.classifier.explain import Explanation, explain
from services.classifier.model import model
from services.classifier.page import headline, page, stretches, sums, tags
from services.cli.explain import explain as command

POLICY = [
    ("title", "China tells firms to stop buying Nvidia’s H20"),
    ("original", "Chinese regulators issued window guidance against H20 chips, <people> familiar with the matter said."),
    ("summaries[0]", "监管部门以窗口指导劝阻企业采购英伟达H20芯片，转用华为。"),
]
FOOD = [("title", "Potato chips taxed"), ("original", "A long arm: Arm of the law. The tariff on potato chips is ten percent.")]


def test_the_sum_is_the_probability() -> None:
    found = explain(POLICY)
    rows = list(sums(found))
    total = sum(float(row[3]) for row in rows[:-1])
    assert rows[0][0] == "bias"
    assert float(rows[0][3]) == pytest.approx(model().bias, abs=0.001)
    assert found.verdict.probability == pytest.approx(1 / (1 + math.exp(-total)), abs=0.005)
    assert float(rows[-1][3]) == pytest.approx(total, abs=0.02)


def test_a_longer_word_is_named_as_what_kept_a_shorter_one_from_counting() -> None:
    vetoes = {(veto.field, veto.surface): veto for veto in explain(FOOD).vetoes}
    assert vetoes["title", "chips"].by == "“Potato chips”, which speaks for meaning/food"
    assert vetoes["title", "chips"].value == "chip/device"


def test_an_ambiguous_name_without_company_is_named() -> None:
    arm = next(veto for veto in explain(FOOD).vetoes if veto.value == "org/arm")
    assert FOOD[1][1][arm.start : arm.end] == "Arm" == arm.surface
    assert "ambiguous" in arm.by


def test_an_instrument_that_is_not_clear_enough_is_named_with_what_it_lacks() -> None:
    assert ("instruments/tariff", "score 0.30, needs 0.98") in {(veto.value, veto.by) for veto in _body_only().vetoes}


def _body_only() -> Explanation:
    text = "Nvidia’s chips sell well. Its shops are full. Its cars are fast. The tariff of the state is low. It rains in the hills today."
    return explain(
        [("title", "US ban on chip exports to China: export controls on Nvidia"), ("original", f"US export controls. Again. {text}")]
    )


def test_every_veto_stands_where_it_says() -> None:
    for texts in (POLICY, FOOD):
        for veto in explain(texts).vetoes:
            assert dict(texts)[veto.field][veto.start : veto.end] == veto.surface


def test_evidence_that_only_a_summary_has_is_marked() -> None:
    items = explain(POLICY).verdict.evidence
    alone = {(item.facet, item.value) for item in items if item.only_in_summary}
    assert ("entities", "org/huawei") in alone
    assert ("instruments", "procurement_guidance") not in alone
    assert all(item.field == "summaries[0]" for item in items if item.only_in_summary)


def test_without_an_original_nothing_is_marked_as_only_in_a_summary() -> None:
    assert not any(item.only_in_summary for item in explain([POLICY[0], POLICY[2]]).verdict.evidence)


def test_the_stretches_make_up_the_text() -> None:
    found = explain(POLICY)
    for field, text in POLICY:
        assert "".join(words for words, _ in stretches(found, field, text)) == text


def test_the_page_escapes_what_it_shows_and_loads_nothing() -> None:
    found = explain([("title", "Nvidia <script>alert(1)</script> chips"), *POLICY[1:]])
    text = page(found)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"https?://|src=|url\(", text)
    assert headline(found) in text
    assert all(cells[1].split(" ")[0] in text for cells in tags(found))


def test_the_command_takes_json_on_stdin_and_says_what_it_thinks() -> None:
    line = json.dumps({"title": POLICY[0][1], "text": POLICY[1][1]})
    result = CliRunner().invoke(command, ["-"], input=line)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("semiconductor policy, probability ")
    assert "sum of the score" in result.output
    assert "procurement_guidance\t" in result.output


def test_the_command_never_sends_control_characters_to_a_terminal() -> None:
    line = json.dumps({"title": "Chips \x1b[31m\x07\u202e", "text": "Text \x9b5m"})
    result = CliRunner().invoke(command, ["-"], input=line)
    assert result.exit_code == 0, result.output
    assert not set(result.output) & set("\x1b\x07\x9b\u202e")


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    source, target = tmp_path / "article.json", tmp_path / "page.html"
    source.write_text(json.dumps({"title": POLICY[0][1], "text": POLICY[1][1]}))
    result = CliRunner().invoke(command, [str(source), "--html", str(target)])
    assert result.exit_code == 0, result.output
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "procurement_guidance" in target.read_text(encoding="utf-8")


def test_a_list_is_no_article() -> None:
    result = CliRunner().invoke(command, ["-"], input="[1]")
    assert result.exit_code == 1
    assert "a JSON object is needed" in result.output
