"""Whether an entry is used as it is or its page is fetched: `full_text`, and what the entry carries."""

from html import escape

import pytest

from services.fetcher.digest import WHOLE_TEXT, WHOLE_TEXT_CJK, Found, read_feed

ENGLISH = "The ministry put nine more makers of lithography parts on its list on Monday. "
CHINESE = "商务部周一将九家光刻零部件制造商列入管制名单。"


def prose(text: str, characters: int) -> str:
    return (text * (characters // len(text) + 1))[:characters]


def found(content: str, full_text: str = "auto", summary: str = "In short.") -> Found:
    names = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    parts = f"<link>https://e.example/1</link><description>{summary}</description><content:encoded>{escape(content)}</content:encoded>"
    body = f"<rss version='2.0' {names}><channel><item>{parts}</item></channel></rss>"
    (entry,) = read_feed(body.encode(), {}, "https://e.example/feed", "e.example", "f", full_text).entries
    return entry


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (f"<p>{prose(ENGLISH, WHOLE_TEXT + 10)}</p>", True),
        (f"<p>{prose(CHINESE, WHOLE_TEXT_CJK + 10)}</p>", True),
        (f"<p>{prose(ENGLISH, WHOLE_TEXT // 2)}</p>", False),
        (f"<p>{prose(CHINESE, WHOLE_TEXT_CJK // 2)}</p>", False),
        (f"<p>{prose(ENGLISH, WHOLE_TEXT * 2)} [&hellip;]</p>", False),
        (f"<p>{prose(ENGLISH, WHOLE_TEXT * 2)}</p><a href='/1'>Continue reading</a>", False),
        (f"<p>{prose(CHINESE, WHOLE_TEXT_CJK * 2)}</p><a href='/1'>阅读全文</a>", False),
        (f"<p>{prose(CHINESE, WHOLE_TEXT_CJK * 2)}……閱讀全文</p>", False),
        (f"<img alt='{'x' * 2 * WHOLE_TEXT}'>", False),
        ("", False),
    ],
)
def test_auto_uses_an_entry_that_carries_its_whole_text(content: str, whole: bool) -> None:
    assert found(content).whole == whole


def test_a_long_summary_is_no_whole_text() -> None:
    assert not found("", summary=prose(ENGLISH, WHOLE_TEXT * 2)).whole


@pytest.mark.parametrize("content", [f"<p>{prose(ENGLISH, WHOLE_TEXT * 2)}</p>", "<p>Short.</p>", ""])
def test_always_fetches_the_page_and_never_never_does(content: str) -> None:
    assert not found(content, "always").whole
    never = found(content, "never")
    assert (never.whole, never.html) == (True, content or "In short.")
