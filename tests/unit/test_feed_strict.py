"""Our way through feedparser gives what feedparser itself gives."""

import io
import warnings
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.feeds import strict
from services.fetcher.feeds.repair import repair

XHTML = "xmlns='http://www.w3.org/1999/xhtml'"
MATH = "<math xmlns='http://www.w3.org/1998/Math/MathML'><mi>x</mi></math>"
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><title>t</title>"
    "<a xlink:href='/a' viewBox='0 0'>s</a></svg>"
)
DOCUMENTS = {
    "RSS with modules": "<rss version='2.0' xmlns:c='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:m='http://search.yahoo.com/mrss/' xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:own='https://e.example/ns'>"
    "<channel><title>T</title><link>/</link><image><url>/i.png</url><title>I</title></image><i:author>P</i:author>"
    "<item><title>a &lt;b&gt;</title><guid>/1</guid><dc:creator>A B (a@e.example)</dc:creator><category domain='d'>x</category>"
    "<category>y</category><pubDate>Mon, 03 Nov 2025 10:15:00 GMT</pubDate><description>s</description>"
    "<c:encoded><![CDATA[<p>one\n&amp; two</p>\n\n]]></c:encoded><m:content url='/v.mp4' type='video/mp4' m:medium='video'/>"
    "<m:thumbnail url='/t.png'/><enclosure url='/e.mp3' length='1' type='audio/mpeg'/><own:Thing Own:a='1' xmlns:Own='urn:x'>v</own:Thing>"
    "<i:duration>3:00</i:duration></item></channel></rss>",
    "Atom with XHTML": "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://e.example/b/' xml:lang='zh-Hant'>"
    "<title type='html'>&lt;b&gt;T</title><entry xml:lang='en_GB'>"
    f"<title type='xhtml'><div {XHTML}>t <b>u</b> {MATH}</div></title><id>1</id>"
    f"<link href='../x' rel='Alternate'/>"
    f"<content type='xhtml'>\n <div {XHTML} class='c'>a &lt; b <a href='y' title='&quot;'>z</a>\n{SVG}</div>\n</content></entry></feed>",
    "Atom with base64": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='application/x-y'>PGI+eDwvYj4=</content>"
    "<summary>&amp;lt;p&gt; plain</summary><source><title>S</title><id>s</id></source></entry></feed>",
    "old Atom": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' type='text/html'>a&amp;amp;b</title>"
    "<issued>2004-01-02T03:04:05Z</issued><modified>2004-02-02T03:04:05-08:00</modified></entry></feed>",
    "RDF": "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:d='http://purl.org/dc/elements/1.1/'>"
    "<item r:about='https://e.example/1'><title>1</title><d:date>2025-11-03</d:date><d:subject>x</d:subject></item></r:RDF>",
    "RSS 0.90": "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'>"
    "<channel><title>C</title></channel><item><title>1</title><link>https://e.example/1</link></item></r:RDF>",
    "CDF": "<CHANNEL HREF='https://e.example/' LASTMOD='2004-11-03T10:00'><TITLE>C</TITLE>"
    "<ITEM HREF='https://e.example/1' LASTMOD='2004-11-03T10:00'><TITLE>1</TITLE><ABSTRACT>s</ABSTRACT></ITEM></CHANNEL>",
    "a namespace of old RSS": "<rss xmlns='http://backend.userland.com/rss2' version='2.0'><channel>"
    "<item><title>1</title></item></channel></rss>",
    "a document type with entities": "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'https://e.example/rss.dtd' [\n"
    '<!ENTITY hi "there">\n<!ENTITY out SYSTEM "file:///etc/hostname">\n]>'
    "<rss version='0.91'><channel><title>&hi;</title></channel></rss>",
    "Windows-1252 by number": "<rss version='2.0'><channel><item><title>a &#150; 中 \x93b\x94</title></item></channel></rss>",
    "UTF-8 twice over": "<rss version='2.0'><channel><item><title>caf\u00c3\u00a9</title></item></channel></rss>",
    "a prefix without a namespace": "<rss version='2.0'><channel><item><title>1</title><dc:creator>A</dc:creator></item></channel></rss>",
    "an unknown entity": "<rss version='2.0'><channel><item><title>1&nbsp;2 &hellip;</title></item></channel></rss>",
    "tags that do not match": "<rss version='2.0'><channel><item><title>1</b></title><description><![CDATA[x]]></description></item><item>",
    "nothing": "",
}
PARTS = st.sampled_from(
    [part for document in DOCUMENTS.values() for part in document.replace(">", ">\0").split("\0")] + ["&amp;", "&#x9c;", "\x85", "中", "\n"]
)


def plain(value: Any) -> Any:
    """Feedparser's data as built-in types: its dict answers for names that it does not hold."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in dict.items(value)}
    return [plain(item) for item in value] if isinstance(value, list) else value


def readings(text: str) -> list[Any]:
    """What feedparser says of a document, asked as it wishes to be and in our way; the type of what it raises."""
    body, headers = repair(text), {"content-type": "application/xml; charset=utf-8", "content-language": "de"}
    own = {"response_headers": headers, "sanitize_html": False, "resolve_relative_uris": False}
    said: list[Any] = []
    for read in (lambda: feedparser.parse(io.BytesIO(body), **own), lambda: strict.read(body, "de")):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = read()
            said.append({name: plain(found[name]) for name in ("feed", "entries", "version")})
        except Exception as error:
            said.append(type(error))
    return said


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_the_same(name: str) -> None:
    theirs, ours = readings(DOCUMENTS[name])
    assert ours == theirs


@given(st.lists(PARTS, max_size=30).map("".join))
def test_so_does_whatever_its_parts_make(text: str) -> None:
    theirs, ours = readings(text)
    assert ours == theirs


def test_a_text_reaches_it_in_one_piece_however_many_lines_and_references_it_has() -> None:
    pieces = []

    class Listening(strict.Strict):
        def handle_data(self, text: str, escape: int = 1) -> None:
            pieces.append(text)
            super().handle_data(text, escape)

    Listening("", None, "utf-8").parse(b"<rss><channel><title>a\nb &lt;p&gt; &#38;\n<![CDATA[c]]>d</title></channel></rss>")
    assert pieces == ["a\nb <p> &\ncd"]
