"""OPML in and out, and YAML out."""

import pytest

from services.fetcher import export, opml, registry
from services.fetcher.registry import merge
from shared.errors import SetupError

FILE = """feeds:
  - {id: bis, url: 'https://www.bis.gov/rss?a=1&b=2', name: '36 <氪>', language: en, group: us, poll_minutes: 15}
  - {id: miit, url: 'http://www.miit.gov.cn/list', kind: html-listing, link_pattern: '^https?://x/\\d+$', enabled: false, full_text: never}
  - {id: api, url: 'https://x.example/api', kind: json-listing, json_fields: {items: 'data[].rows', title: t, url: u}, poll_minutes: 7.5}
  - {url: 'https://plain.example/feed'}
"""
FOREIGN = b"""<?xml version="1.0"?>
<opml version="1.0"><head><title>My feeds</title></head><body>
 <outline text="Chips" title="Chips"><outline text="One" type="rss" xmlUrl=" https://one.example/feed " htmlUrl="https://one.example/"/>
  <outline text="Deep"><outline title="Two" text="2" xmlUrl="feed://two.example/rss"/></outline></outline>
 <outline text="One again" xmlUrl="https://one.example/feed"/><outline text="no feed"/>
 <outline type="rss" xmlurl="feed:https://three.example/rss"/></body></opml>"""


def test_a_registry_goes_out_and_comes_back_unchanged_in_both_forms() -> None:
    feeds = registry.parse(FILE, "x")
    assert opml.parse(opml.write(feeds), "x") == feeds
    assert registry.parse(export.to_yaml(feeds), "x") == feeds
    known = {feed.id: feed for feed in feeds}
    assert merge(known, opml.parse(opml.write(feeds), "x"), 4) == []


def test_a_pause_is_no_part_of_a_file() -> None:
    feed = registry.parse(FILE, "x")[0].model_copy(update={"paused": "noisy"})
    assert "noisy" not in export.to_yaml([feed]) + opml.write([feed]).decode()


def test_what_readers_export_is_read_with_its_folders_as_groups() -> None:
    found = [(feed.url, feed.name, feed.group) for feed in opml.parse(FOREIGN, "x")]
    assert found == [
        ("https://one.example/feed", "One", "Chips"),
        ("http://two.example/rss", "Two", "Deep"),
        ("https://three.example/rss", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "f.opml:1: not XML"),
        (b"<opml>\n<body>", "f.opml:2: not XML"),
        (b"<rss/>", "f.opml:1: not OPML: the root is 'rss'"),
        (b"<opml><body>\n\n<outline text='a' xmlUrl='gopher://x'/></body></opml>", "f.opml:3: url"),
        (b"<opml xmlns:c='urn:chipwire:opml'><body>\n<outline xmlUrl='http://x/' c:kind='telepathy'/></body></opml>", "f.opml:2: kind"),
    ],
)
def test_a_wrong_file_is_one_line_with_its_number(text: bytes, says: str) -> None:
    with pytest.raises(SetupError) as error:
        opml.parse(text, "f.opml")
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_a_file_that_means_ill_reads_no_other_file_and_nests_no_deeper_than_it_may() -> None:
    outside = b"<!DOCTYPE o [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><opml><body><outline text='&x;' xmlUrl='http://x/'/></body></opml>"
    with pytest.raises(SetupError):
        opml.parse(outside, "f.opml")
    deep = b"<outline text='a'>" * 200 + b"<outline xmlUrl='http://x/'/>" + b"</outline>" * 200
    assert opml.parse(b"<opml><body>" + deep + b"</body></opml>", "f.opml") == []
