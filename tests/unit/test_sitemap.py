"""Sitemaps: news, plain, an index, gzip; and those that mean ill."""

import gzip
import zlib

import pytest

from services.fetcher.feeds.feed import ParsedFeed
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.sitemap import UNPACKED_LIMIT
from services.fetcher.feeds.source import read_source
from shared.errors import PoisonError

URL = "https://e.example/sitemap.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://e.example/a.jpg</image:loc><image:title>A picture</image:title></image:image>
<loc> https://e.example/a?x=1&amp;y=2 </loc><news:news><news:publication><news:name>E</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2026-11-20T10:00:00Z</news:publication_date><news:title>Chips &amp; more</news:title>
<news:keywords>a, b</news:keywords></news:news></url>
<url><loc>/b</loc><lastmod>2026-11-21</lastmod></url><url><loc>javascript:x</loc></url><url/></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://e.example/1.xml</loc><lastmod>2026-01-01</lastmod></sitemap>
<sitemap><loc>https://e.example/2.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap>
<sitemap><loc>https://e.example/3.xml</loc><lastmod>2026-02-01</lastmod></sitemap>
<sitemap><loc>https://e.example/news.xml</loc></sitemap></sitemapindex>"""


def read(body: str | bytes, pattern: str | None = None) -> tuple[ParsedFeed, tuple[str, ...]]:
    return read_source(body.encode() if isinstance(body, str) else body, {}, URL, Form("sitemap", pattern))


def why(body: str | bytes, pattern: str | None = None) -> str:
    with pytest.raises(PoisonError) as error:
        read(body, pattern)
    return error.value.reason


def test_a_news_sitemap_gives_titles_dates_and_languages_the_newest_first() -> None:
    second, first = read(NEWS)[0].entries
    assert (first.title, first.link, first.published) == ("Chips & more", "https://e.example/a?x=1&y=2", "2026-11-20T10:00:00Z")
    assert (first.language, first.tags) == ("en", ("a", "b"))
    assert (second.link, second.updated) == ("https://e.example/b", "2026-11-21")


def test_a_link_pattern_chooses_and_what_is_left_empty_is_an_error() -> None:
    assert [entry.link for entry in read(NEWS, "/b$")[0].entries] == ["https://e.example/b"]
    assert why(NEWS, "/c$") == "empty-list"


def test_an_index_names_its_news_and_its_newest_parts() -> None:
    feed, then = read(INDEX)
    assert feed.entries == ()
    assert then == ("https://e.example/news.xml", "https://e.example/2.xml.gz", "https://e.example/3.xml")


def test_gzip_is_unpacked_and_a_bomb_is_not() -> None:
    assert len(read(gzip.compress(NEWS.encode()))[0].entries) == 2
    assert why(gzip.compress(bytes(UNPACKED_LIMIT + 1))) == "body-too-large"
    assert why(b"\x1f\x8bnonsense") == "bad-gzip"
    assert why(gzip.compress(NEWS.encode())[:60]) in ("not-a-sitemap", "empty-list")


def test_entities_and_other_documents_are_not_followed() -> None:
    hostile = NEWS.replace("?>", '?><!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "https://e.example/y">]>', 1)
    found = read(hostile.replace("/b</loc>", "/b&x;&y;</loc>"))[0].entries
    assert {entry.link for entry in found} <= {"https://e.example/a?x=1&y=2", "https://e.example/b"}
    laughs = (
        '<!DOCTYPE u [<!ENTITY a "'
        + "x" * 1000
        + '">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    )
    [entry] = read(f"{laughs}]><urlset><url><loc>https://e.example/&i;</loc></url></urlset>")[0].entries
    assert entry.link == "https://e.example/"


def test_what_is_no_sitemap_is_said() -> None:
    for body in ("<rss/>", "", "<html><body>Not found", "{}", "<urlset", zlib.compress(b"x")):
        assert why(body) in ("not-a-sitemap", "empty-list")
