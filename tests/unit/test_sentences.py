from itertools import pairwise

import pytest

from shared.text.sentences import joins, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["The hall is open.", "It cost 3.2 billion.", "Why?", "Nobody knows!"],
        ["Dr. Quist of Ferrolux Inc. met Mr. Weir in the U.S. on Monday.", "They spoke for an hour."],
        ["“We spent four years,” she said.", "“Now we begin.”", "The hall is open."],
        ["See e.g. the report of J. R. Lund.", "It has No. 5 on it."],
    ],
)
def test_english_sentences_end_at_full_stops_that_end_sentences(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["厂房启用了。", "造价3.2亿克朗！", "为什么？", "没人知道；", "以后再说。"],
        ["“我们开始了。”", "她说：“好！”", "（完。）", "结束"],
        ["「我們開始了。」", "他說『好。』", "結束。"],
    ],
)
def test_chinese_sentences_end_with_their_closing_quotes(parts: list[str]) -> None:
    assert split("".join(parts)) == parts


def test_joined_paragraphs_are_two_sentences() -> None:
    assert split("It countered the sanctions.Chinese yards agreed.“We will,” one said.") == [
        "It countered the sanctions.",
        "Chinese yards agreed.",
        "“We will,” one said.",
    ]


@pytest.mark.parametrize(
    "text", ["01.AI grew", "see www.Example.Com now", "the U.S.Senate", "Node.js and 3.5GHz", "a.m. and p.m.", "v2.The"]
)
def test_names_and_numbers_with_full_stops_are_not_joined_paragraphs(text: str) -> None:
    assert list(joins(text)) == []


def test_new_lines_end_sentences_and_empty_ones_are_left_out() -> None:
    assert split("  A heading\n\n\n A line without an end\n") == ["A heading", "A line without an end"]


def test_spans_are_in_order_and_do_not_overlap() -> None:
    spans = list(sentences("One. Two.Three four. 五。六！ “Seven.” Eight"))
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(start < end for start, end in spans)
