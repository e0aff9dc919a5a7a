"""A floor under the classifier's quality.

`classify.jsonl` holds items in our own words. Its cues were written with these items in sight, and the model is fitted to them, so
it tests regressions and not quality; quality is measured on items that nobody here has seen.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from services.classifier.classify import tag
from services.classifier.pipe import article

HERE = Path(__file__).parent
OWN = HERE / "classify.jsonl"
DATA = Path(os.environ.get("CHIPWIRE_DATA", HERE.parents[1].parent / "shared" / "data"))
DEV = DATA / "classify" / "dev.jsonl"

OWN_FLOOR, DEV_FLOOR, LANGUAGE_FLOOR, INSTRUMENTS_FLOOR = 0.96, 0.95, 0.93, 0.75


def items(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    found = list(pairs)
    hits = sum(want and got for want, got in found)
    return 2 * hits / max(1, sum(want for want, _ in found) + sum(got for _, got in found))


def judged(path: Path) -> list[tuple[dict[str, Any], Any]]:
    return [(item, tag(article({key: item[key] for key in ("title", "text", "lang", "published")})).verdict) for item in items(path)]


def relevance(found: Iterable[tuple[dict[str, Any], Any]]) -> list[tuple[bool, bool]]:
    return [(item["is_semiconductor_policy"], verdict.is_semiconductor_policy) for item, verdict in found]


@pytest.fixture(scope="module")
def own() -> list[tuple[dict[str, Any], Any]]:
    return judged(OWN)


def test_the_own_set_is_half_near_misses_in_three_languages() -> None:
    found = items(OWN)
    assert len(found) >= 200
    assert 0.4 <= sum(item["is_semiconductor_policy"] for item in found) / len(found) <= 0.6
    assert {item["lang"] for item in found} == {"en", "zh-Hans", "zh-Hant"}
    assert len({instrument for item in found for instrument in item["instruments"]}) >= 15


def test_relevance_on_the_own_set_stays_above_its_floor(own: list[tuple[dict[str, Any], Any]]) -> None:
    assert f1(relevance(own)) >= OWN_FLOOR


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_no_language_of_the_own_set_falls_behind(own: list[tuple[dict[str, Any], Any]], lang: str) -> None:
    assert f1(relevance(pair for pair in own if pair[0]["lang"] == lang)) >= LANGUAGE_FLOOR


def test_instruments_on_the_own_set_stay_above_their_floor(own: list[tuple[dict[str, Any], Any]]) -> None:
    policy = [(item, verdict) for item, verdict in own if item["is_semiconductor_policy"]]
    tags = [
        (value in item["instruments"], value in verdict.instruments)
        for item, verdict in policy
        for value in {*item["instruments"], *verdict.instruments}
    ]
    assert f1(tags) >= INSTRUMENTS_FLOOR


def test_relevance_on_the_dev_set_stays_above_its_floor() -> None:
    if not DEV.exists():
        pytest.skip(f"NOT MEASURED: {DEV} is missing; set CHIPWIRE_DATA")
    assert f1(relevance(judged(DEV))) >= DEV_FLOOR
