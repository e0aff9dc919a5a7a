"""Lists of links on pages and in JSON: each kind that the catalogue describes, on pages of our own."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.digest import read_feed
from services.fetcher.feeds import structure
from services.fetcher.feeds.feed import ParsedEntry
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.rows import best_title, linked_date, stated_date
from services.fetcher.feeds.source import read_source
from shared.errors import PoisonError

SITE = "https://www.ministry.example"
HASH = "0123456789abcdef0123456789abcdef"
STATIC = f"""<html lang="zh-CN"><head><title> 政策发布 </title><base href="/zcfb/index.html"></head><body>
<nav><a href="/zcfb/wgtzgl/index.html">外国投资管理</a><a href="/">首页</a></nav>
<ul><li><a href="/zcfb/zc/art/2026/art_{HASH}.html" title="关于两用物项出口管制的公告">关于两用物项…</a><span>2026-07-15</span></li>
<li><a href="./zc/art/2026/art_{HASH[::-1]}.html#top">关于稀土出口的公告</a><span>[ 2026年3月6日 ]</span></li>
<li><a href="//www.ministry.example/zcfb/zc/art/2026/art_{"a" * 32}.html">无日期的通知</a></li></ul></body></html>"""
PATTERN = r"^https?://www\.ministry\.example/zcfb/.+/art/\d{4}/art_[0-9a-f]{32}\.html$"


def listed(body: str | bytes, kind: str = "html-listing", url: str = f"{SITE}/zcfb/index.html", **form: Any) -> list[ParsedEntry]:
    raw = body.encode() if isinstance(body, str) else body
    return list(read_source(raw, {}, url, Form(kind, **form))[0].entries)


def seen(entries: list[ParsedEntry]) -> list[tuple[str | None, str | None, str | None]]:
    return [(entry.title, entry.link, entry.published) for entry in entries]


def why(body: str | bytes, kind: str = "html-listing", **form: Any) -> str:
    with pytest.raises(PoisonError) as error:
        listed(body, kind, **form)
    return error.value.reason


def test_a_static_list_gives_absolute_links_whole_titles_and_dates_and_skips_sections() -> None:
    assert seen(listed(STATIC, link_pattern=PATTERN)) == [
        ("关于两用物项出口管制的公告", f"{SITE}/zcfb/zc/art/2026/art_{HASH}.html", "2026-07-15"),
        ("关于稀土出口的公告", f"{SITE}/zcfb/zc/art/2026/art_{HASH[::-1]}.html", "2026-03-06"),
        ("无日期的通知", f"{SITE}/zcfb/zc/art/2026/art_{'a' * 32}.html", None),
    ]


def test_the_list_is_found_by_its_structure_where_no_pattern_is_given() -> None:
    assert seen(listed(STATIC)) == seen(listed(STATIC, link_pattern=PATTERN))


def test_a_list_in_gb2312_is_read_whether_it_says_so_or_not() -> None:
    for meta in ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', ""):
        body = STATIC.replace("<title>", f"{meta}<title>").encode("gb18030")
        assert seen(listed(body, link_pattern=PATTERN)) == seen(listed(STATIC, link_pattern=PATTERN))


def test_an_id_in_the_query_is_part_of_the_link() -> None:
    body = '<ul><li><a href="/web/iteminfo.jsp?id=21245">通知甲</a><li><a href="/web/iteminfo.jsp?id=21246">通知乙</a></ul>'
    entries = listed(body, link_pattern=r"iteminfo\.jsp\?id=\d+$")
    assert [entry.link for entry in entries] == [f"{SITE}/web/iteminfo.jsp?id=21245", f"{SITE}/web/iteminfo.jsp?id=21246"]
    digest = read_feed(body.encode(), {}, SITE, "h", "f", "auto", Form("html-listing", r"iteminfo\.jsp\?id=\d+$"))
    assert len({found.names[0] for found in digest.entries}) == 2


def test_selectors_choose_links_and_dates() -> None:
    body = (
        '<a href="/x/1">Elsewhere</a><ul class="info"><li class="bor"><h5><a href="/n/1">One</a></h5>'
        '<i>2020-01-01</i><span class="date">2026.03.06</span>'
        '<li class="bor"><h5><a href="/n/2">Two</a></h5><time datetime="2026-03-07T08:00:00Z">yesterday</time></ul>'
    )
    entries = listed(body, list_selector="ul.info li.bor h5", date_selector="span.date")
    assert seen(entries) == [("One", f"{SITE}/n/1", "2026-03-06"), ("Two", f"{SITE}/n/2", "2026-03-07T08:00:00Z")]


def test_an_article_linked_twice_is_one_entry_with_its_longest_title() -> None:
    body = (
        '<div><a href="/n/1"><img></a><h3><a href="/n/1">The headline</a></h3><p>March 5, 2026</p></div><div><a href="/n/2">Other</a></div>'
    )
    assert seen(listed(body, link_pattern=r"/n/\d+$")) == [
        ("The headline", f"{SITE}/n/1", "2026-03-05"),
        ("Other", f"{SITE}/n/2", None),
    ]


SHELL = (
    '<div id="list"></div><script parseType="buildstatic" url="/api-gateway/page/build/unit" '
    "queryData=\"{'webId':'abc','pageType':'column','tagId':'当前栏目_list'}\"></script>"
)


def test_a_page_that_loads_its_list_names_the_second_address_and_that_holds_html_in_json() -> None:
    feed, then = read_source(SHELL.encode(), {}, f"{SITE}/zwgk/", Form("html-listing", PATTERN))
    assert (feed.entries, len(then)) == ((), 1)
    parts = urlsplit(then[0])
    assert (parts.netloc, parts.path) == ("www.ministry.example", "/api-gateway/page/build/unit")
    assert dict(parse_qsl(parts.query)) == {"webId": "abc", "pageType": "column", "tagId": "当前栏目_list"}
    answer = json.dumps({"success": True, "data": {"html": STATIC, "more": ["x", {"y": "<b>"}]}})
    assert seen(listed(answer, link_pattern=PATTERN)) == seen(listed(STATIC, link_pattern=PATTERN))


def test_html_inside_json_is_read_at_its_path_with_its_selectors() -> None:
    html = '<ul><li class="t"><a href="/zw/1.html">甲</a></li><li class="d">2026-02-03</li></ul>'
    html += '<ul><li class="t"><a href="/zw/2.html">乙</a></li></ul>'
    answer = json.dumps({"data": {"html": html, "other": f"<a href='/no'>{'x' * 999}</a>"}})
    fields = {"html": "data.html", "item": "li.t > a", "published": "li.d"}
    assert seen(listed(answer, "json-listing", json_fields=fields, link_pattern=r"^/zw/\d\.html$")) == [
        ("甲", f"{SITE}/zw/1.html", "2026-02-03"),
        ("乙", f"{SITE}/zw/2.html", None),
    ]


def test_items_in_json_are_read_at_their_path() -> None:
    rows = [
        {"title": "<em>芯片</em>&amp;政策", "url": "/zc/1.html", "day": "2026-05-06 07:08:09", "id": 7},
        {"url": "/other"},
        {"title": "no link"},
        5,
    ]
    document = {"data": {"results": [{"groups": [{"data": rows}, {"data": {"title": "One", "url": "https://x.example/zc/2.html"}}, {}]}]}}
    fields = {"items": "data.results[].groups[].data", "title": "title", "url": "url", "published": "day", "id": "id"}
    entries = listed(json.dumps(document), "json-listing", json_fields=fields, link_pattern=r"^/zc/\d\.html$")
    assert seen(entries) == [("芯片&政策", f"{SITE}/zc/1.html", "2026-05-06T07:08:09"), ("One", "https://x.example/zc/2.html", None)]
    assert entries[0].guid == "7"
    top = json.dumps([{"T": "a", "U": "https://x.example/1"}])
    assert seen(listed(top, "json-listing", json_fields={"items": "", "title": "T", "url": "U"})) == [("a", "https://x.example/1", None)]


def test_a_list_without_articles_is_an_error_and_so_is_a_page_in_its_way() -> None:
    assert why("<html><a href='/'>Home</a>") == "empty-list"
    assert why(STATIC, link_pattern="^nothing$") == "empty-list"
    assert why("{", "json-listing", json_fields={"items": ""}) == "bad-json"
    assert why("[" * 100_000, "json-listing", json_fields={"items": ""}) == "bad-json"
    assert why('{"a": 1}', "json-listing", json_fields={"items": "a.b[].c", "url": "u"}) == "empty-list"
    for blocked in ("<title>访问被拒绝</title>", "<p>您的访问频繁，请输入验证码"):
        with pytest.raises(PoisonError) as error:
            read_feed(blocked.encode("gb18030"), {}, SITE, "h", "f", "auto", Form("html-listing"))
        assert error.value.reason == "block-page"


def test_links_that_are_no_addresses_are_left_out() -> None:
    body = "".join(
        f'<a href="{link}">A title of some length</a>'
        for link in ("javascript:x()", "data:,n/1", "/n/1", "mailto:n/2@x", "http://[/n/3", "file:///n/4")
    )
    assert [entry.link for entry in listed(body, link_pattern="n/")] == [f"{SITE}/n/1"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-07-15", "2026-07-15"),
        ("发布时间：2026.03.06 来源", "2026-03-06"),
        ("2026年3月6日 09:30", "2026-03-06T09:30:00"),
        ("2026/11/24", "2026-11-24"),
        ("November 5, 2026", "2026-11-05"),
        ("5th Nov. 2026", "2026-11-05"),
        ("2026-02-30", None),
        ("12026-07-151", None),
        ("price 20.26.1", None),
        ("March 35, 2026", None),
        ("Room 5 Blah 2026", None),
    ],
)
def test_dates_are_read_as_lists_write_them(text: str, date: str | None) -> None:
    assert stated_date(text) == date


@pytest.mark.parametrize(
    ("link", "date"),
    [
        ("https://x/xxgk/tz/202609/t20260917_1407686.html", "2026-09-17"),
        ("https://x/2026-06/18/c_178.htm", "2026-06-18"),
        ("https://x/news/202604299557.html", "2026-04-29"),
        ("https://x/recent-actions/20250814_33", "2025-08-14"),
        ("https://x/2026/06/18/name", "2026-06-18"),
        ("https://x/article/202605/1291.html", None),
        ("https://x/n/20269999", None),
        ("https://x/n?d=/2026/06/18/", None),
    ],
)
def test_a_day_in_the_address_is_read_and_a_mere_month_is_not(link: str, date: str | None) -> None:
    assert linked_date(link) == date


def test_the_title_attribute_counts_where_the_text_is_cut() -> None:
    assert best_title("关于…", "关于芯片的通知") == "关于芯片的通知"
    assert best_title("", "T") == "T"
    assert best_title("The headline", "Click to read") == "The headline"


def test_a_pattern_made_of_a_list_fits_its_links_and_no_section() -> None:
    links = [entry.link or "" for entry in listed(STATIC)]
    made = structure.pattern(links)
    assert seen(listed(STATIC, link_pattern=made)) == seen(listed(STATIC))
    assert structure.pattern(["https://x.example/web/item.jsp?id=1&c=2"]) == r"^https?://x\.example/web/item\.jsp[?]id=[^&]+&c=[^&]+$"


@given(st.binary(max_size=400))
def test_any_bytes_give_entries_or_a_reason(body: bytes) -> None:
    for kind in ("html-listing", "json-listing", "sitemap"):
        try:
            entries = listed(body, kind)
        except PoisonError:
            continue
        assert all(entry.link and entry.link.startswith("http") for entry in entries)
