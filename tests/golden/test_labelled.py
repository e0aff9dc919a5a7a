"""Labelled pages of our own words with the faults of the seed: a clone without the common data proves the form too."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.text.sentences import sentences
from tests.golden.labelled_page import differences

FOLDER = Path(__file__).parent / "labelled"


def case(name: str) -> tuple[dict[str, Any], bytes]:
    expected = json.loads((FOLDER / name).with_suffix(".json").read_text(encoding="utf-8"))
    return expected, (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", ["twin.txt", "traditional.txt", "page.html"])
def test_a_labelled_page_gives_every_field_with_its_gaps_and_issues(name: str) -> None:
    expected, body = case(name)
    assert differences(parse(document(expected, body)), expected) == []


@pytest.mark.parametrize("name", ["twin.txt", "traditional.txt", "page.html"])
def test_a_labelled_page_is_recognised_as_the_content_of_a_feed_entry_too(name: str) -> None:
    expected, body = case(name)
    raw = document({"url": expected["url"], "entry": {"title": "译讯：造船芯片", "summary": "海港城市"}}, body)
    entry = parse(type(raw)(**{field: getattr(raw, field) for field in raw.__slots__} | {"kind": "entry"}))
    assert differences(entry, expected) == []


@pytest.mark.parametrize(
    "swap", [(":", "："), (":", "： "), (":", "::"), ("\n", "\r\n"), ("新闻", "\u200b新闻"), ("新闻来源", "【新闻来源】")]
)
def test_width_spaces_and_line_ends_of_the_labels_change_nothing(swap: tuple[str, str]) -> None:
    expected, body = case("twin.txt")
    head, labels, rest = body.decode().partition("新闻来源")
    varied = (head + (labels + rest).replace(*swap, 4)).encode()
    assert differences(parse(document(expected, varied)), expected) == []


def test_labels_in_another_order_give_the_same_fields() -> None:
    expected, body = case("twin.txt")
    lines = body.decode().split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("新闻来源"))
    lines[at : at + 3] = reversed(lines[at : at + 3])
    assert differences(parse(document(expected, "\n".join(lines).encode())), expected) == []


def test_an_abstract_that_is_one_stays_a_summary() -> None:
    expected, body = case("twin.txt")
    start = body.index(b"Lintavia is leaning")
    article = parse(document(expected, body[: start + 60] + b"."))
    assert article.original is None
    assert [summary.body.lang for summary in article.summaries] == ["zh-Hans", "en"]
    assert "label-mismatch original" not in [f"{issue.code} {issue.field}" for issue in article.issues]


def test_an_ordinary_chinese_article_with_source_and_time_lines_is_no_labelled_page() -> None:
    text = "来源:海港纪事报\n时间:2031-03-14\n作者:林一\n\n" + "船厂今天开始测试新的导航芯片。结果将在下个月公布。" * 8
    article = parse(document({"url": "https://news.example/a"}, text.encode()))
    assert article.source.domain == "news.example"
    assert article.summaries[0].origin == "extractive"


def test_one_strong_label_alone_makes_no_labelled_page() -> None:
    text = "新闻来源:海港纪事报\n时间:2031-03-14\n摘要:船厂开始测试。\n\n" + "船厂今天开始测试新的导航芯片。结果将在下个月公布。" * 8
    article = parse(document({"url": "https://news.example/a"}, text.encode()))
    assert (article.source.name, article.summaries[0].origin) == (None, "extractive")


def test_text_after_a_label_of_one_line_belongs_to_no_label() -> None:
    expected, body = case("twin.txt")
    summary, _, rest = body.decode().partition("\n\n\n新闻来源")
    source, _, others = rest.partition("\n")
    article = parse(document(expected, f"新闻来源{source}\n{summary}\n{others}".encode()))
    assert differences(article, expected) == []


def test_the_sentences_of_the_original_end_where_its_paragraphs_were_joined() -> None:
    expected, body = case("twin.txt")
    original = parse(document(expected, body)).original
    assert original is not None
    starts = {start for start, _ in sentences(original.text)}
    assert {gap.end - 1 for gap in original.gaps if gap.kind == "joined-paragraph"} <= starts
