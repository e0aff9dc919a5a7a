"""The seed, the page that the records are modelled on, read from the common data: every field, every gap, every issue."""

import os
from pathlib import Path

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.records.article import Article
from tests.golden.labelled_page import differences

DATA = Path(os.environ.get("CHIPWIRE_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
SEED = DATA / "seed.txt"
EXPECTED = {
    "title": "China Urges Local Companies to Stay Away From Nvidia’s AI Chips",
    "domain": "www.bloomberg.com",
    "name": None,
    "canonical_url": None,
    "published": {"value": "2024-09-27", "precision": "day", "zone": None, "raw": "2024-09-27", "origin": "label"},
    "language": "en",
    "original_from": "Beijing is stepping up",
    "original_to": "to please Beijing.",
    "summaries": [{"lang": "zh-Hans", "origin": "aggregator", "from": "北京加大对中企购", "to": "自有品牌的芯片。", "paragraphs": 7}],
    "gaps": [
        "stripped-link instead of[  ]products",
        "joined-paragraph sanctions[.C]hinese",
        "joined-paragraph private[.T]he move",
        "stripped-link include[  ]and",
        "stripped-link and[  ]Earlier",
        "stripped-link Beijing[  ]local",
        "stripped-link Read More:[ T]he US",
        "stripped-link customers[ ,] part",
        "joined-paragraph criteria[.I]n recent",
        "stripped-link Officer[  ] that",
        "stripped-link Officer [  ]that",
        "joined-paragraph restrictions[.“]The first",
        "joined-paragraph them.[”N]vidia",
        "joined-paragraph earlier[.“]Our data",
        "stripped-link Officer[  ] during",
        "stripped-link Officer [  ]during",
        "stripped-link likes of[ ,] OpenAI",
        "stripped-link OpenAI and[  ]have been",
        "stripped-link have been[  ]to scoop",
        "stripped-link Ltd.,[  ]Nvidia",
        "joined-paragraph effect[.C]hinese",
        "stripped-link offered[  ]to the",
        "joined-paragraph fare[.C]hina",
        "stripped-link ByteDance and[  ]have been",
        "joined-paragraph Zhipu[.S]ome of",
    ],
    "issues": ["label-mismatch title", "label-mismatch original", "plugin-trailer Verified by MonsterInsights"],
    "findings": [
        "contradicted period 上半年 | July quarter",
        "unverifiable name 阿里巴巴 |",
        "contradicted term 独角兽 | tigers",
        "contradicted name 月光射线 | Moonshot",
        "contradicted name 步飞烟 | Stepfun",
        "contradicted name 致朴 | Zhipu",
    ],
}
CORRECTIONS = {
    "今年上半年": "在截至7月的财季",
    "字节跳动、阿里巴巴等公司": "字节跳动等公司",
    "“独角兽”企业": "所谓的“老虎”企业",
    "月光射线": "月之暗面",
    "步飞烟": "阶跃星辰",
    "致朴": "智谱",
}
"""What the seed's summary says wrongly, or cannot say, and what it should say."""


@pytest.fixture
def body() -> bytes:
    if not SEED.exists():
        pytest.skip(f"The seed is not at {SEED}: set CHIPWIRE_DATA to the folder that holds seed.txt; the twin is tested all the same.")
    return SEED.read_bytes()


def seed(body: bytes) -> Article:
    return parse(document({}, body))


def test_the_seed_gives_every_field_with_its_gaps_and_issues(body: bytes) -> None:
    assert differences(seed(body), EXPECTED) == []


def test_the_seeds_original_and_summary_are_word_for_word_what_the_page_holds(body: bytes) -> None:
    page, article = body.decode(), seed(body)
    summary, _, rest = page.partition("\n\n\n新闻来源")
    assert article.summaries[0].body.text == summary
    assert article.original is not None
    assert article.original.text == rest.partition("原文摘要:\n\n")[2].partition("\n\nVerified by")[0]


def test_a_corrected_summary_has_no_findings(body: bytes) -> None:
    page = body.decode()
    for wrong, right in CORRECTIONS.items():
        assert page.count(wrong) == 1
        page = page.replace(wrong, right)
    assert seed(page.encode()).summaries[0].findings == ()


@pytest.mark.parametrize("wrong", [wrong for wrong in CORRECTIONS if "阿里" not in wrong])
def test_each_error_left_in_a_corrected_summary_is_the_one_that_is_found(body: bytes, wrong: str) -> None:
    page = body.decode()
    for other, right in CORRECTIONS.items():
        page = page if other == wrong else page.replace(other, right)
    (finding,) = seed(page.encode()).summaries[0].findings
    assert finding.verdict == "contradicted"
    assert finding.surface in wrong


def test_the_seed_gives_the_same_bytes_again(body: bytes) -> None:
    assert seed(body).value() == seed(body).value()
