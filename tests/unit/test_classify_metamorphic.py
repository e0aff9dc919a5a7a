"""What a change to an article that leaves its sense must leave of its verdict, over the whole own set."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.classifier.classify import classify
from shared.lexicon.load import scripts
from shared.lexicon.variants import WIDE
from shared.records.tagged import Verdict

OWN = Path(__file__).parents[1] / "eval" / "classify.jsonl"
ITEMS = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
TRADITIONAL, SIMPLIFIED = scripts()
SWAPS = {
    "Nvidia": "英伟达",
    "英伟达": "Nvidia",
    "輝達": "英伟达",
    "Huawei": "华为",
    "华为": "Huawei",
    "華為": "Huawei",
    "SMIC": "中芯国际",
    "中芯国际": "SMIC",
    "TSMC": "Taiwan Semiconductor Manufacturing",
    "台積電": "TSMC",
    "台积电": "TSMC",
    "阿斯麦": "ASML",
    "艾司摩爾": "ASML",
}
MARKET = {
    "en": " Stocks in New York closed higher on Tuesday. The Dow rose 0.4 percent. Nvidia shares gained 2 percent before its earnings.",
    "zh-Hans": "美股周二收高，道指涨0.4%，纳指涨0.9%。英伟达股价上涨2%，投资者等待财报。",
    "zh-Hant": "美股週二收高，道瓊漲0.4%，那斯達克漲0.9%。輝達股價上漲2%，投資人等待財報。",
}
FILLER = {
    "en": "The talks were held in a hotel by the lake. Nobody took questions.",
    "zh-Hans": "会场设在湖边的一家酒店，没有安排提问。",
    "zh-Hant": "會場設在湖邊的一家飯店，沒有安排提問。",
}


def to_traditional(text: str) -> str:
    return "".join(TRADITIONAL[letter][0] if letter in TRADITIONAL else letter for letter in text)


def to_simplified(text: str) -> str:
    return "".join(SIMPLIFIED.get(letter, letter) for letter in text)


def to_wide(text: str) -> str:
    return "".join(letter.translate(WIDE) if letter.isalnum() else letter for letter in text)


def swapped(text: str) -> str:
    return re.sub("|".join(map(re.escape, SWAPS)), lambda match: SWAPS[match[0]], text)


def verdict(item: dict[str, Any], change: Callable[[str], str] = str) -> Verdict:
    return classify([("title", change(item["title"])), ("original", change(item["text"]))])


BEFORE = [verdict(item) for item in ITEMS]


def turned(change: Callable[[dict[str, Any]], Verdict], langs: tuple[str, ...] = ("en", "zh-Hans", "zh-Hant")) -> tuple[float, float]:
    """Return the share of items that became policy by a change, and of those that ceased to be."""
    pairs = [(before, change(item)) for item, before in zip(ITEMS, BEFORE, strict=True) if item["lang"] in langs]
    became = sum(after.is_semiconductor_policy and not before.is_semiconductor_policy for before, after in pairs)
    ceased = sum(before.is_semiconductor_policy and not after.is_semiconductor_policy for before, after in pairs)
    return became / len(pairs), ceased / len(pairs)


@pytest.mark.parametrize(
    ("change", "lang", "most"), [(to_traditional, "zh-Hans", 0.02), (to_simplified, "zh-Hant", 0.02), (to_wide, "zh-Hant", 0.1)]
)
def test_script_and_width_leave_the_probability_alone(change: Callable[[str], str], lang: str, most: float) -> None:
    pairs = [(before, verdict(item, change)) for item, before in zip(ITEMS, BEFORE, strict=True) if item["lang"] == lang]
    assert len(pairs) > 100
    assert max(abs(after.probability - before.probability) for before, after in pairs) <= most


def test_the_other_script_gets_the_same_tags() -> None:
    pairs = [(before, verdict(item, to_traditional)) for item, before in zip(ITEMS, BEFORE, strict=True) if item["lang"] == "zh-Hans"]
    assert [after.instruments for _, after in pairs] == [before.instruments for before, _ in pairs]
    assert [after.jurisdictions for _, after in pairs] == [before.jurisdictions for before, _ in pairs]


def test_another_name_of_the_same_firm_leaves_the_verdict() -> None:
    assert sum(turned(lambda item: verdict(item, swapped))) < 0.01


def test_a_paragraph_on_the_market_makes_nothing_policy_and_seldom_hides_it() -> None:
    def change(item: dict[str, Any]) -> Verdict:
        return classify([("title", item["title"]), ("original", item["text"] + MARKET[item["lang"]])])

    became, ceased = turned(change)
    assert became < 0.005
    assert ceased < 0.045  # 3.0 % of the first 664 items; the newest are two sentences, oblique, and the paragraph as long as they


def test_a_title_alone_makes_nothing_policy_and_most_policy_is_seen_in_it() -> None:
    became, ceased = turned(lambda item: classify([("title", item["title"])]))
    assert became < 0.01
    assert ceased < 0.25  # every other headline of batches o to q is oblique and says nothing of chips


def test_a_paragraph_without_any_sense_changes_next_to_nothing() -> None:
    def change(item: dict[str, Any]) -> Verdict:
        return classify([("title", item["title"]), ("original", f"{item['text']}\n{FILLER[item['lang']]}")])

    assert sum(turned(change)) < 0.02


def test_the_order_of_the_paragraphs_behind_the_beginning_does_not_matter() -> None:
    rng = random.Random(1)
    for item in rng.sample(ITEMS, 60):
        lead = item["text"] + f"\n{FILLER[item['lang']]}" * 20
        tail = [MARKET[item["lang"]].strip(), *rng.sample([other["text"] for other in ITEMS], 2)]
        shuffled = rng.sample(tail, len(tail))
        one, two = (classify([("title", item["title"]), ("original", "\n".join([lead, *rest]))]) for rest in (tail, shuffled))
        assert one.probability == pytest.approx(two.probability, abs=0.001)
        assert set(one.instruments) == set(two.instruments)


def test_a_text_twice_as_another_summary_changes_nothing() -> None:
    for item, before in list(zip(ITEMS, BEFORE, strict=True))[::7]:
        again = classify([("title", item["title"]), ("original", item["text"]), ("summaries[0]", item["text"])])
        assert again.probability == before.probability
        assert again.instruments == before.instruments
        assert not any(evidence.only_in_summary for evidence in again.evidence)
