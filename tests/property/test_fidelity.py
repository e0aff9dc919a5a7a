"""The check on any two texts: its places are right, it gives the same again, and it ends."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.parser.fidelity.check import check
from services.parser.loss import losses
from shared.records.article import Text

PIECES = st.sampled_from(
    ["12.5%", "３亿美元", "三成", "£1100 萬", "上升", "fell ", "第二季度", "the first half ", "“独角兽”", "Nvidia", "華為", "A, B and C",
     "：甲、乙和丙。",
     "two and a half million ",
     "2018年9月27日", "May 3, ", ". ", "  ", "\n", "百分之", "点", "1,000,00", "half", "½", "H20", "㍉", "ﬁ", "…"]
)  # fmt: skip
WORDS = st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=30).map("".join)
LANGUAGES = st.sampled_from(["en", "zh-Hans", "zh-Hant", "zh", "und", "de"])
TEXTS = st.builds(lambda words, lang: Text.of(words or "x", lang, losses(words)), WORDS.filter(bool), LANGUAGES)


@given(TEXTS, TEXTS, st.none() | st.sampled_from(["2024-09-27", "2024", "0001-01-01", "9999-12-31", "x"]))
def test_findings_stand_in_their_texts_in_order_and_are_the_same_again(original: Text, summary: Text, published: str | None) -> None:
    found = check(original, summary, published)
    assert found == check(original, summary, published)
    ends = 0
    for one in found:
        assert summary.text[one.start : one.end] == one.surface != ""
        assert one.start >= ends
        ends = one.end
        assert one.original is None or 0 <= one.original.start < one.original.end <= len(original.text)


@given(TEXTS)
def test_a_text_that_is_its_own_original_has_no_findings(text: Text) -> None:
    assert check(text, text, None) == ()


HOSTILE = {
    "digits": "9" * 200_000,
    "numbers": "1 " * 100_000,
    "decimals": "1." * 100_000,
    "commas": "1,111" * 40_000,
    "numerals": "一" * 200_000,
    "hundreds": "百分之" * 60_000,
    "scales": "1万" * 60_000,
    "number words": "one hundred " * 18_000,
    "half": "half a " * 30_000,
    "names": "Aa, " * 50_000,
    "list": "：" + "甲、" * 9_000,
    "colons": "：甲" * 60_000,
    "quotes": "“老虎”" * 50_000,
    "quarters": "first quarter " * 14_000,
    "rising": "rose 5% " * 25_000,
    "spaces": "5 " + " " * 200_000 + "%",
    "companies": "Nvidia " * 30_000,
    "sentences": "Up 5. " * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_hostile_texts_end_within_two_seconds(name: str, lang: str) -> None:
    original = Text.of(HOSTILE[name][:90_000], lang)
    for summary in (HOSTILE[name][:15_000] + "7", "利润上升5%，上半年“独角兽”：英伟达、甲和乙。", "Profit rose 77% in the first half."):
        start = time.process_time()
        check(original, Text.of(summary, lang if summary[0] != "利" else "zh-Hans"), None)
        assert time.process_time() - start < 2
