"""Labelled pages of any make end in time, and no label is lost in what surrounds it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.parser.labelled import TAGS_LIMIT, read_labelled
from services.parser.labels import KINDS, parts
from services.parser.loss import GAPS_LIMIT, losses, without_trailer

LABELS = st.sampled_from(sorted(name for name in KINDS if len(name) > 2))
FRAMES = st.sampled_from(
    ["{}：", "{}:", "{}::", "【{}】", "【{}】：", "**{}：** ", "**{}**：", "3.{}: ", "📰 {}：", "> {}: ", "- {}：", "「{}」:", "  {} ： "]
)
VALUES = st.text("abc 甲乙丙1", min_size=1, max_size=20).map(str.strip).filter(bool)
LONG = 1_000_000


@given(LABELS, FRAMES, VALUES)
def test_a_label_in_any_frame_gives_its_kind_and_its_value(label: str, frame: str, value: str) -> None:
    (found,) = parts(frame.format(label) + value)
    assert (found.kind, found.label, found.text) == (KINDS[label.lower()], label, value)


@given(
    st.lists(
        st.sampled_from(["  ", "a", ".", "B", " ,", ", ", "\n", "”", "Read More: ", "The us was so far ahead of it. "]), max_size=40
    ).map("".join)
)
def test_the_gaps_of_a_text_stand_in_it_in_order(text: str) -> None:
    gaps = losses(text)
    assert all(0 <= gap.start < gap.end <= len(text) for gap in gaps)
    assert [gap.start for gap in gaps] == sorted(gap.start for gap in gaps)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("Read More: The US government banned it from selling chips there.", ["[ T]"]),
        ("Read More: Nvidia Falls as the US Weighs New Limits on China.", []),
        ("He left.  She stayed in the town.", []),
        ("made by  and  Earlier", ["[  ]", "[  ]"]),
    ],
)
def test_a_lost_link_is_told_from_a_headline_and_from_two_spaces_after_a_sentence(text: str, gaps: list[str]) -> None:
    assert [f"[{text[gap.start : gap.end]}]" for gap in losses(text) if gap.kind == "stripped-link"] == gaps


def test_every_line_that_a_theme_added_is_cut() -> None:
    text, cuts = without_trailer("The end.\n\n上一篇：甲\n下一篇：乙\n\nVerified by MonsterInsights")
    assert text == "The end."
    assert cuts == ("Verified by MonsterInsights", "下一篇：乙", "上一篇：甲")


HOSTILE = {
    "labels on one line": "新闻来源：a；" * (LONG // 7),
    "boxes": "【" * LONG,
    "stars": "新闻来源" + "*" * LONG,
    "read more": "新闻来源:x\n新闻日期:y\n原文摘要:" + "Read More: A b " * (LONG // 15),
    "trailers": "新闻来源:x\n新闻日期:y\n原文摘要:z" + "\nShare this" * (LONG // 11),
    "quotes": "新闻来源:x\n新闻日期:y\n原文摘要:\n" + "> a\n" * (LONG // 4),
    "paragraphs": "新闻来源:x\n新闻日期:y\n原文全文:\n" + "a\n\n" * (LONG // 30),
    "links": "新闻来源:[" + "a](" * (LONG // 3),
    "nested": "<div>" * 2_000 + "<p>新闻来源：x<p>原文标题：y<p>新闻日期：z" + "</div>" * 2_000,
    "elements": "<p>新闻来源：x</p>" * (TAGS_LIMIT // 2),
    "cells": "<td>新闻来源" * TAGS_LIMIT,
    "more elements than are read": "<p>新闻来源：x</p>" * (LONG // 30),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_within_two_seconds(name: str) -> None:
    start = time.process_time()
    draft = read_labelled(HOSTILE[name], "<" in HOSTILE[name], "https://x.example/", "")
    assert draft is None or len(draft.gaps) <= GAPS_LIMIT
    assert time.process_time() - start < 2
