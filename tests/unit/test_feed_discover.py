"""What a page offers to follow."""

from services.fetcher.feeds.discover import Offer, offers, sitemaps

URL = "https://e.example/news/"
PAGE = """<html><head><title>News</title>
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="All" href="/feed">
<link rel="ALTERNATE stylesheet" type="application/atom+xml" href="atom"><link rel="alternate" type="text/html" hreflang="zh" href="/zh">
<link rel="alternate" type="application/rss+xml" href="javascript:x"></head><body><a href="/rss.xml">RSS</a><a href="/feed">again</a>
<a href="/about">About</a>{}</body></html>"""
LIST = "".join(f"<p><a href='/news/{n}'>A headline of some length, number {n}</a>" for n in range(4))


def found(body: str) -> list[tuple[str, str]]:
    return [(offer.url, offer.kind) for offer in offers(body.encode(), {}, URL)]


def test_named_feeds_come_first_then_links_that_look_like_feeds_then_the_list_itself() -> None:
    assert found(PAGE.format(LIST)) == [
        ("https://e.example/feed", "feed"),
        ("https://e.example/news/atom", "feed"),
        ("https://e.example/rss.xml", "feed"),
        (URL, "html-listing"),
    ]
    assert offers(PAGE.format(LIST).encode(), {}, URL)[-1].link_pattern == r"^https?://e\.example/news/\d+$"


def test_a_feed_offers_itself() -> None:
    rss = b"<rss version='2.0'><channel><title>T</title><item><title>x</title></item></channel></rss>"
    assert offers(rss, {}, URL) == [Offer(URL, "feed", "is one", "T")]


def test_a_page_that_offers_nothing_offers_nothing() -> None:
    assert found("<html><body><p>Hello") == []
    assert found("") == []


def test_a_list_that_a_script_loads_is_said() -> None:
    script = """<script url="/api/unit" querydata="{'a':'b'}"></script>"""
    assert offers(script.encode(), {}, URL) == [Offer(URL, "html-listing", "its script loads a list")]


def test_robots_txt_names_sitemaps_those_of_news_first() -> None:
    text = "User-agent: *\nDisallow: /x\nSitemap: https://e.example/a.xml\n sitemap:/news.xml\nSitemap: ftp://no\nSitemap: https://e.example/a.xml"
    assert [offer.url for offer in sitemaps(text, URL)] == ["https://e.example/news.xml", "https://e.example/a.xml"]
