import contextlib
import dataclasses
import time
from typing import Any

import pytest

from services.parser.page.address import absolute
from services.parser.parse import parse
from services.parser.pipe import document
from shared.errors import PoisonError
from shared.records.article import Article
from shared.topics import TEXT_LIMIT

BODY = "<html><head><title>A hall opens at the port</title></head><body><p>" + "The hall is open to all. " * 20 + "</p></body></html>"
URL = "https://ledger.example/2031/a"
ENTRY = {"title": "A hall opens", "summary": "The hall for navigation chips is open."}


def step(body: str | bytes, **line: Any) -> Article:
    return parse(document({"url": URL} | line, body.encode() if isinstance(body, str) else body))


def reason(body: str | bytes, **line: Any) -> str:
    with pytest.raises(PoisonError) as caught:
        step(body, **line)
    return caught.value.reason


@pytest.mark.parametrize("body", ["", " \n ", "<html></html>", "<script>x()</script>", "<!-- nothing -->", "<p></p>"])
def test_a_document_without_text_is_poison(body: str) -> None:
    assert reason(body) == "no-text"


def test_a_title_alone_is_no_text() -> None:
    assert reason("", entry={"title": "A hall opens"}) == "no-text"


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"\x89PNG\r\n", "image/png"), (b"%PDF-1.7", "text/html"), (b"<p>words</p>", "application/pdf")]
)
def test_a_file_that_is_no_page_is_poison(body: bytes, content_type: str) -> None:
    assert reason(body, content_type=content_type) == "not-a-page"


def test_a_file_that_is_no_page_gives_way_to_its_entry() -> None:
    article = step(b"%PDF-1.7", content_type="application/pdf", entry=ENTRY)
    assert (article.title, article.original, article.summaries[0].origin) == ("A hall opens", None, "feed")
    assert [issue.code for issue in article.issues] == ["not-a-page"]


def test_bytes_that_are_no_text_give_way_to_the_entry() -> None:
    assert reason(bytes(range(16)) * 99) == "undecodable"
    assert [issue.code for issue in step(bytes(range(16)) * 99, entry=ENTRY).issues] == ["undecodable"]


def test_a_change_of_a_later_version_is_read_as_unknown() -> None:
    article = parse(dataclasses.replace(document({"url": URL}, BODY.encode()), change="renamed"))  # type: ignore[arg-type]
    assert article.change == "unknown"


def test_what_the_fetcher_left_out_is_passed_on() -> None:
    raw = dataclasses.replace(document({"url": URL}, BODY.encode()), issues=("body-too-large",), feed_name="The Ledger", feed="ledger")
    article = parse(raw)
    assert [issue.code for issue in article.issues] == ["body-too-large"]
    assert (article.source.name, article.source.feed, article.source.domain) == ("The Ledger", "ledger", "ledger.example")
    assert (article.id, article.revision, article.change) == (raw.id, 1, "created")
    assert article.provenance.raw_sha256 == raw.sha256
    assert article.provenance.fetched_at is None


def test_a_text_over_the_limit_is_cut_between_characters_and_marked() -> None:
    article = step("<p>" + "厂房启用了。" * 80_000 + "</p>")
    assert article.original is not None
    size = len(article.original.text.encode())
    assert TEXT_LIMIT - 3 < size <= TEXT_LIMIT
    assert [gap.kind for gap in article.original.gaps] == ["truncated"]
    assert [issue.code for issue in article.issues] == ["truncated"]


def test_titles_hold_no_markup_no_controls_and_no_bidi_overrides() -> None:
    article = step(BODY, entry={"title": "A &lt;b&gt;hall&lt;/b&gt;\u202e <script>alert(1)</script>\x1b[31m opens"})
    assert article.title == "A hall [31m opens"


def test_plain_text_keeps_its_paragraphs_and_its_angle_brackets() -> None:
    article = step("One paragraph, a < b.\n\nAnother one,\nin two lines.", content_type="text/plain")
    assert article.original is not None
    assert article.original.text == "One paragraph, a < b.\n\nAnother one,\nin two lines."


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "file://ledger.example/etc/passwd",
        "java\tscript:x",
        "http://user:pw@x.example/",
        "data:text/html,x",
        "http://[",
    ],
)
def test_a_link_that_is_no_web_address_is_not_taken(href: str) -> None:
    assert absolute(href, "javascript:x") is None


def test_a_canonical_address_loses_its_tracking_and_nothing_else() -> None:
    assert absolute("/a?b=1&utm_source=x&c=%E5%8E%82#top", "https://Ledger.Example/z") == "https://ledger.example/a?b=1&c=%E5%8E%82"
    assert absolute("?q=a+b&empty=", "https://ledger.example/z") == "https://ledger.example/z?q=a+b&empty="


HOSTILE = {
    "50,000 nested elements": "<div>" * 50_000 + "The hall is open. " * 9,
    "20,000 attributes": "<p " + " ".join(f"a{i}=1" for i in range(20_000)) + ">" + "The hall is open. " * 9,
    "a token of 4 MB": "<p>" + "x" * 4_000_000,
    "10,000 combining marks": "<p>a" + "\u0301\u0316" * 5_000,
    "300,000 paragraphs": "<p>a" * 300_000,
    "150,000 links": "<a href=x>y</a> " * 150_000,
    "full stops": "<p>" + "U." * 1_000_000,
    "spaces on a labelled page": "新闻来源:x.example\n新闻日期:2031-01-01\n原文摘要:a" + " " * 2_000_000 + "b",
    "joined paragraphs on a labelled page": "新闻来源:x.example\n新闻日期:2031-01-01\n原文摘要:" + "end.The " * 200_000,
    "200,000 labels": "新闻来源:x.example\n" * 200_000 + "新闻日期:2031-01-01\n原文摘要:x",
    "deep JSON-LD": '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>" + "The hall is open. " * 9,
    "a digit for a date": '<script type="application/ld+json">{"@type":"Article","datePublished":' + "9" * 100_000 + "}</script><p>Open.",
    "an author of dots": '<meta name=author content="a@' + "a." * 100_000 + '!"><p>' + "The hall is open. " * 9,
    "brackets": ("<p>" + "(" * 230) * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["page", "entry"])
def test_a_hostile_document_ends_within_two_seconds(name: str, kind: Any) -> None:
    raw = dataclasses.replace(document({"url": URL, "fetched_at": "2031-03-17T12:00:00Z"}, HOSTILE[name].encode()), kind=kind)
    start = time.process_time()
    with contextlib.suppress(PoisonError):
        assert len(parse(raw).value()) < 3 * 1024 * 1024
    assert time.process_time() - start < 2
