"""Floors under the fidelity check: on measured pairs where they are there, and on pairs of our own everywhere.

The own pairs are in our own words: an original, and summaries of which each is faithful or wrong in one stretch.
"""

import json
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.parser.fidelity.check import check
from services.parser.loss import losses
from shared.records.article import Finding, Text
from shared.text.language import language

OWN = Path(__file__).parent / "fidelity.json"
WRONG = ("contradicted", "unsupported")
FLAGGED_CEILING = 0.008
FLOORS = {"digit": 0.93, "unit": 1.0, "currency": 1.0, "direction": 0.85}
P95_SECONDS = 0.030


def findings(original: Text, summary: str) -> list[Finding]:
    return [one for one in check(original, Text.of(summary, language(summary)), "2018-10-15") if one.verdict in WRONG]


def overlaps(found: list[Finding], span: tuple[int, int]) -> bool:
    return any(one.start <= span[1] + 1 and one.end >= span[0] - 1 for one in found)


@cache
def shares(folder: Path) -> tuple[dict[tuple[str, str], float], float]:
    """Return the share of pairs found in their stretch (of faithful ones: flagged at all) by script and label, and the p95 in seconds."""
    originals = json.loads((folder / "originals.json").read_text(encoding="utf-8"))
    texts = {name: Text.of(text, language(text), losses(text)) for name, text in originals.items()}
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    times = []
    for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        start = time.process_time()
        flagged = findings(texts[pair["doc"]], pair["summary"])
        times.append(time.process_time() - start)
        found[pair["lang"], pair["label"]].append(overlaps(flagged, pair["span"]) if pair["span"] else bool(flagged))
    return {key: sum(rows) / len(rows) for key, rows in found.items()}, sorted(times)[len(times) * 95 // 100]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
def test_faithful_translations_are_hardly_ever_flagged(data: Path, lang: str) -> None:
    assert shares(data / "fidelity")[0][lang, "faithful"] <= FLAGGED_CEILING


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("label", FLOORS)
def test_changed_facts_are_found_where_they_were_changed(data: Path, lang: str, label: str) -> None:
    assert shares(data / "fidelity")[0][lang, label] >= FLOORS[label]


def test_a_check_takes_less_than_its_share_of_time(data: Path) -> None:
    assert shares(data / "fidelity")[1] <= P95_SECONDS


def own() -> list[tuple[str, dict[str, Any]]]:
    stories = json.loads(OWN.read_text(encoding="utf-8"))
    return [(story["original"], summary) for story in stories for summary in story["summaries"]]


@pytest.mark.parametrize(("original", "summary"), own(), ids=[summary["text"][:16] for _, summary in own()])
def test_each_own_pair_gives_exactly_its_errors(original: str, summary: dict[str, Any]) -> None:
    found = findings(Text.of(original, language(original), losses(original)), summary["text"])
    assert [f"{one.code} {one.surface}" for one in found] == summary["errors"]
