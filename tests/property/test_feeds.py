"""Any bytes whatever are a feed or a reason."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.fetcher.digest import read_feed, read_page
from services.fetcher.feeds.parse import parse
from services.fetcher.feeds.pipe import document
from shared.errors import PoisonError

TAGS = [b"<rss version='2.0'>", b"<channel>", b"<item>", b"</item>", b"<title>", b"</title>", b"<link>", b"<guid>", b"<pubDate>", b"<div>"]
ATOM = [
    b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<entry>",
    b"<content type='xhtml'>",
    b"xml:base='::'",
    b"http://[",
    b"<link>http://e.example:99999/</link>",
]
ODD = [b"<![CDATA[", b"]]>", b"&amp;", b"&#0;", b"&x;", b"\xff\xfe", b"\0", b"\xd6\xd0"]
JSON = [b'{"version":"https://jsonfeed.org/version/1","items":[', b'{"id":1e999,"url":"//["}', b"]}"]
PARTS = st.sampled_from([*TAGS, *ATOM, *ODD, *JSON])
BODIES = st.binary(max_size=300) | st.lists(PARTS | st.binary(max_size=8), max_size=25).map(b"".join)
HEADERS = st.dictionaries(st.sampled_from(["Content-Type", "content-language", "content-location"]), st.text(max_size=30), max_size=3)


def said_of(body: bytes, headers: dict[str, str], url: str | None) -> str | None:
    """The reason why a body is no feed; None if it is one, and can be written down."""
    try:
        json.dumps(document(parse(body, headers, url)))
    except PoisonError as error:
        return error.reason
    return None


@settings(max_examples=400, deadline=None)
@given(BODIES, HEADERS, st.sampled_from([None, "https://e.example/feed", "http://[::1]/"]))
def test_any_bytes_are_a_feed_or_a_poison_with_a_reason(body: bytes, headers: dict[str, str], url: str | None) -> None:
    assert said_of(body, headers, url) in (None, "not-a-feed")


@settings(max_examples=200, deadline=None)
@given(BODIES)
def test_whatever_can_be_read_can_be_compared_and_written(body: bytes) -> None:
    try:
        digest = read_feed(body, {}, "https://e.example/feed", "e.example", "f", "auto")
    except PoisonError:
        return
    for found in digest.entries:
        assert found.names
        found.html.encode()
        found.entry.header()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_have_the_hash_of_a_page_or_stand_in_its_way(body: bytes) -> None:
    try:
        found = read_page(body, None).text_sha256
    except PoisonError as error:
        found = error.reason
    assert len(found) == 64 or found == "block-page"


@pytest.mark.parametrize(
    "body", [b'{"items": [{"id": ' + b"9" * 5000 + b"}]}", b'{"items": [{"title": "\\ud800"}]}', b'{"items": [{"id": NaN}]}']
)
def test_numbers_and_characters_that_json_should_not_have_do_no_harm(body: bytes) -> None:
    assert said_of(body, {}, None) in (None, "not-a-feed")
