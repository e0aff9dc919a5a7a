"""Each format and each encoding of the web's feeds, as one entry that says the same."""

import json

import pytest
from lxml import etree

from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.parse import parse
from services.fetcher.feeds.repair import repair

URL = "https://e.example/feeds/all.xml"
DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
RDF = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
ITEM = "<item><title>One</title><link>https://e.example/1</link>{}</item>"
JSON = {
    "title": "C",
    "home_page_url": "https://e.example/",
    "items": [{"id": "1", "url": "/1", "title": "One", "summary": "s", "date_published": "2025-11-03T10:00:00+09:00"}],
}
FORMATS = {
    "rss090": f"<rdf:RDF {RDF} xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>C</title><link>https://e.example/</link>"
    f"</channel>{ITEM.format('')}</rdf:RDF>",
    "rss091n": "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>"
    f"<rss version='0.91'><channel><title>C</title><link>https://e.example/</link>{ITEM.format('')}</channel></rss>",
    **{
        name: f"<rss version='{version}'><channel><title>C</title><link>https://e.example/</link>"
        f"{ITEM.format('<description>s</description><pubDate>Mon, 03 Nov 2025 10:00:00 +0900</pubDate>')}</channel></rss>"
        for name, version in {"rss091u": "0.91", "rss092": "0.92", "rss093": "0.93", "rss094": "0.94", "rss20": "2.0.1"}.items()
    },
    "rss10": f"<rdf:RDF {RDF} {DC} xmlns='http://purl.org/rss/1.0/'><channel rdf:about='c'><title>C</title><link>https://e.example/</link>"
    "</channel><item rdf:about='https://e.example/1'><title>One</title><link>https://e.example/1</link>"
    "<description>s</description><dc:date>2025-11-03T10:00:00+09:00</dc:date></item></rdf:RDF>",
    "atom03": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>C</title><link rel='alternate' type='text/html' href='/'/>"
    "<entry><title mode='escaped'>One</title><link rel='alternate' type='text/html' href='/1'/><id>1</id><summary>s</summary>"
    "<issued>2025-11-03T10:00:00+09:00</issued></entry></feed>",
    "atom10": "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>C</a:title><a:link href='/'/><a:entry><a:title>One</a:title>"
    "<a:link href='/1'/><a:link rel='edit' href='/edit'/><a:id>1</a:id><a:summary>s</a:summary>"
    "<a:published>2025-11-03T10:00:00+09:00</a:published></a:entry></a:feed>",
    "unknown": "<CHANNEL HREF='https://e.example/'><TITLE>C</TITLE><ITEM HREF='https://e.example/1' LASTMOD='2025-11-03T10:00:00+09:00'>"
    "<TITLE>One</TITLE><ABSTRACT>s</ABSTRACT></ITEM></CHANNEL>",
    "json1": json.dumps({"version": "https://jsonfeed.org/version/1"} | JSON),
}
UNDATED = {"rss090", "rss091n"}


def only(body: str | bytes) -> ParsedEntry:
    (entry,) = parse(body.encode() if isinstance(body, str) else body, {}, URL).entries
    return entry


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same(name: str) -> None:
    feed = parse(FORMATS[name].encode(), {}, URL)
    assert (feed.format, feed.title, feed.link) == (name, "C", "https://e.example/")
    (entry,) = feed.entries
    assert (entry.title, entry.link) == ("One", "https://e.example/1")
    stated = (None, None) if name in UNDATED else ("s", "2025-11-03T10:00:00+09:00")
    assert (entry.summary, entry.published or entry.updated) == stated


def test_what_media_itunes_and_dublin_core_say_fills_what_the_entry_leaves_open() -> None:
    names = f"{DC} xmlns:m='http://search.yahoo.com/mrss/' xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd'"
    film = "<m:group><m:title>M</m:title><m:description>about</m:description><m:keywords>a, b</m:keywords></m:group>"
    sound = "<i:author>H. Ost</i:author><i:summary>sum</i:summary><i:keywords>chips</i:keywords>"
    paper = "<dc:creator>A. Writer</dc:creator><dc:subject>law</dc:subject><dc:date>2025-11-03</dc:date>"
    items = "".join(ITEM.format(more) for more in (film, sound, paper))
    watched, heard, read = parse(f"<rss version='2.0' {names}><channel>{items}</channel></rss>".encode(), {}, URL).entries
    assert (watched.title, watched.summary, watched.tags) == ("One", "about", ("a", "b"))
    assert (heard.title, heard.authors, heard.summary, heard.tags) == ("One", ("H. Ost",), "sum", ("chips",))
    assert (read.authors, read.tags, read.updated) == (("A. Writer",), ("law",), "2025-11-03")


@pytest.mark.parametrize(
    ("feed", "entry", "link"),
    [
        ("https://o.example/a/", "b/", "https://o.example/a/b/1.html"),
        ("https://o.example/a/", "/z/", "https://o.example/z/1.html"),
        ("https://o.example/a/", "", "https://o.example/a/1.html"),
        ("news/", "b/", "https://e.example/feeds/news/b/1.html"),
        ("", "b/", "https://e.example/feeds/b/1.html"),
        ("javascript:x/", "", "https://e.example/feeds/1.html"),
    ],
)
def test_links_are_joined_to_the_bases_around_them_and_those_to_the_address_of_the_feed(feed: str, entry: str, link: str) -> None:
    bases = [f"xml:base='{base}'" if base else "" for base in (feed, entry)]
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom' {bases[0]}><entry {bases[1]}><title>One</title><link href='1.html'/></entry></feed>"
    rss = f"<rss version='2.0' {bases[0]}><channel><item {bases[1]}><title>One</title><link>1.html</link></item></channel></rss>"
    assert (only(atom).link, only(rss).link) == (link, link)


def test_usual_prefixes_need_no_declaration() -> None:
    said = "<dc:creator>A</dc:creator><content:encoded>&lt;p&gt;whole</content:encoded><media:keywords>b</media:keywords>"
    body = f"<rss version='2.0'><channel><atom:link href='/' rel='alternate' type='text/html'/>{ITEM.format(said)}</channel></rss>"
    feed = parse(body.encode(), {}, URL)
    assert feed.link == "https://e.example/"
    (entry,) = feed.entries
    assert (entry.authors, entry.content, entry.tags) == (("A",), "<p>whole", ("b",))


def test_the_references_of_html_are_read_and_those_of_nobody_left_as_they_are() -> None:
    entry = only(
        f"<rss version='2.0'><channel>{ITEM.replace('One', 'A&nbsp;B &rsquo; &hellip; R&D &amp;lt; &no;').format('')}</channel></rss>"
    )
    assert entry.title == "A\xa0B \u2019 \u2026 R&D &lt; &no;"


@pytest.mark.parametrize("text", ["A&nbsp;B &rsquo; R&D", "&eacute;&Eacute; & &copy 2", "<![CDATA[&nbsp; & x]]> & &euro;"])
def test_a_repaired_feed_is_xml(text: str) -> None:
    etree.fromstring(repair(f"<rss version='2.0'><channel><atom:title a='&nbsp;&'>{text}</atom:title></channel></rss>"))


def authors(feed: ParsedFeed) -> list[tuple[str, ...]]:
    return [entry.authors for entry in feed.entries]


def test_an_atom_entry_without_an_author_has_its_source_s_or_the_feed_s() -> None:
    entries = ("<author><name>Own</name></author>", "", "<source><author><name>There</name></author></source>")
    body = "".join(f"<entry><title>One</title>{more}</entry>" for more in entries)
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><author><name>All</name></author>{body}</feed>"
    assert authors(parse(atom.encode(), {}, URL)) == [("Own",), ("All",), ("There",)]


def test_the_editor_of_an_rss_feed_is_no_author_of_its_entries() -> None:
    rss = f"<rss version='2.0'><channel><managingEditor>ed@e.example</managingEditor>{ITEM.format('')}</channel></rss>"
    assert only(rss).authors == ()


@pytest.mark.parametrize("named", [{"author": {"name": "All"}}, {"authors": [{"name": "All"}]}])
def test_an_item_of_a_json_feed_without_an_author_has_the_feed_s(named: dict[str, object]) -> None:
    items = [{"id": "1", "title": "One"}, {"id": "2", "title": "Two", "author": {"name": "Own"}}]
    assert authors(parse(json.dumps({"items": items} | named).encode(), {}, URL)) == [("All",), ("Own",)]


ENCODED = {
    "GB18030": "芯片出口管制新规公布，𠮷野家与㐂等字",
    "GBK": "朱镕基与芯片产业",
    "GB2312": "芯片出口管制",
    "Big5": "宏碁與晶片出口管制，碁峯",
    "Shift_JIS": "①半導体㈱の輸出規制",
    "EUC-JP": "半導体の輸出規制",
    "EUC-KR": "반도체 수출 통제",
    "windows-1250": "Šťastné čipy — „nový zákon“",
    "windows-1251": "Экспортный контроль «чипов»",
    "windows-1252": "naïve “chips” – 5 €",
    "windows-1253": "Έλεγχος εξαγωγών",
    "windows-1254": "İhracat denetimi ğş",
    "windows-1255": "פיקוח על יצוא",
    "windows-1256": "ضوابط التصدير",
    "windows-1257": "Mikroshēmu eksports",
    "windows-1258": "Xuất khẩu".replace("ấ", "â\u0301").replace("ẩ", "â\u0309"),
    "ISO-8859-2": "Šťastné čipy",
    "KOI8-R": "Экспортный контроль",
    "UTF-16": "芯片 chips",
    "UTF-16LE": "芯片 chips",
    "UTF-16BE": "芯片 chips",
    "UTF-8": "芯片 𠮷",
}
CODECS = {"GB2312": "gb18030", "GBK": "gb18030", "Big5": "big5hkscs", "Shift_JIS": "cp932"}


def encoded(name: str, declared: str | None) -> bytes:
    declaration = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    text = f"{declaration}<rss version='2.0'><channel>{ITEM.replace('One', ENCODED[name]).format('')}</channel></rss>"
    return text.encode(CODECS.get(name, name))


@pytest.mark.parametrize("name", ENCODED)
def test_every_encoding_is_read_by_its_declaration_and_by_what_http_says(name: str) -> None:
    assert only(encoded(name, name)).title == ENCODED[name]
    headers = {"Content-Type": f"text/xml; charset={name}"}
    for declared in (None, "UTF-8", "ISO-8859-1"):
        assert parse(encoded(name, declared), headers, URL).entries[0].title == ENCODED[name]
