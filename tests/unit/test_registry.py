"""The feeds file and its import."""

import re
from collections import Counter

import pytest

from services.fetcher import registry
from services.fetcher.feeds import form
from services.fetcher.feeds.source import read_source
from services.fetcher.guard import check_url
from services.fetcher.registry import merge, parse
from shared.errors import SetupError
from shared.records.feed import Feed
from shared.records.record import Record
from shared.topics import partition_of
from tests.conftest import ROOT

SHIPPED = ROOT / "deploy" / "feeds.yaml"

FILE = """# Sources
feeds:
  - id: bis
    url: https://www.bis.gov/rss
    name: 36
    language: en
    poll_minutes: 15
  - url: http://www.miit.gov.cn/feed
    kind: html-listing
    enabled: false
    note: for people
"""


def feed_in(change: registry.Change) -> Feed:
    message = change.message
    return Feed.from_record(Record("t", 0, 0, 0, message.key, message.value, message.headers))


def test_a_file_gives_its_feeds_with_a_lasting_id() -> None:
    bis, miit = parse(FILE, "feeds.yaml")
    assert (bis.id, bis.name, bis.poll_seconds, bis.registered_authority) == ("bis", "36", 900, "www.bis.gov")
    assert miit.id == parse(FILE, "other.yaml")[1].id
    assert len(miit.id) == 16


def test_kinds_that_cannot_be_read_yet_are_kept_and_not_polled() -> None:
    feeds = parse(FILE, "feeds.yaml")
    strange = feeds[0].model_copy(update={"kind": "telepathy"})
    assert registry.unsupported([*feeds, strange]) == [strange]
    assert [registry.is_polled(feed) for feed in (*feeds, strange)] == [True, False, False]
    assert not registry.is_polled(feeds[0].model_copy(update={"paused": "410 for a week"}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("feeds: [", "f.yaml:1: not YAML"),
        ("- a", "f.yaml:1: a list called `feeds`"),
        ("", "f.yaml:1: a list called `feeds`"),
        ("feeds:\n  - url: ftp://x", "f.yaml:2: feed 1: url"),
        ("feeds:\n  - url: https://a.example\n  - id: Bad Id\n    url: https://b.example", "f.yaml:3: feed 2: id"),
        ("feeds:\n  - url: https://a.example\n    pol_minutes: 3", "f.yaml:2: feed 1: pol_minutes"),
        ("feeds:\n  - url: https://a.example\n  - url: https://a.example", "f.yaml:3: https://a.example is in line 2"),
        ("feeds:\n  - url: https://a.example:99999/", "f.yaml:2: feed 1: url"),
        ("feeds:\n  - url: http://[", "f.yaml:2: feed 1: url"),
        ("feeds:\n  - 7", "f.yaml: feed 1 is not a mapping"),
        ("feeds:\n  - name: no address", "f.yaml:2: feed 1: url"),
        ("feeds:\n  - url: https://a.example\n    kind: telepathy", "f.yaml:2: feed 1: kind"),
        ("feeds:\n  - url: https://a.example\n    link_pattern: '('", "f.yaml:2: feed 1: link_pattern"),
        ("feeds:\n  - url: https://a.example\n    list_selector: 'li >'", "f.yaml:2: feed 1: list_selector"),
        ("feeds:\n  - url: https://a.example\n    json_fields: {titel: x}", "f.yaml:2: feed 1: json_fields"),
        ("feeds:\n  - url: https://a.example\n    poll_minutes: .nan", "f.yaml:2: feed 1: poll_minutes"),
    ],
)
def test_a_wrong_file_is_one_line_with_its_number(text: str, says: str) -> None:
    with pytest.raises(SetupError) as error:
        parse(text, "f.yaml")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_an_import_writes_new_and_changed_lines_only() -> None:
    feeds = parse(FILE, "feeds.yaml")
    changes = merge({}, feeds, 4)
    assert [feed_in(change) for change in changes] == feeds
    known = {feed.id: feed for feed in feeds}
    assert merge(known, feeds, 4) == []
    edited = parse(FILE.replace("poll_minutes: 15", "poll_minutes: 20"), "feeds.yaml")
    assert [feed_in(change).id for change in merge(known, edited, 4)] == ["bis"]
    noted = parse(FILE.replace("for people", "for other people"), "feeds.yaml")
    assert merge(known, noted, 4) == []


def test_an_import_overwrites_neither_a_pause_nor_the_registered_host() -> None:
    bis = parse(FILE, "feeds.yaml")[0].model_copy(update={"paused": "noisy"})
    moved = parse(FILE.replace("www.bis.gov", "www.bis.example"), "feeds.yaml")[:1]
    change = merge({"bis": bis}, moved, 64)[0]
    assert feed_in(change).paused == "noisy"
    assert feed_in(change).url == "https://www.bis.example/rss"
    assert feed_in(change).registered_authority == "www.bis.gov"
    assert change.partition == partition_of(b"www.bis.gov", 64)


def test_what_a_line_says_by_default_is_no_change() -> None:
    feeds = parse("feeds:\n  - {id: a, url: 'https://a.example'}", "x")
    same = parse("feeds:\n  - {id: a, url: 'https://a.example', enabled: true, poll_minutes: 60}", "x")
    assert merge({"a": feeds[0]}, same, 4) == []


def test_a_listing_is_one_of_html_and_is_polled() -> None:
    (feed,) = parse("feeds:\n  - {url: 'https://a.example/list', kind: listing, link_pattern: '^/n/'}", "x")
    links = "".join(f"<a href='/n/{n}?a=1&amp;id={n}'>Notice {n}</a>" for n in range(3)) + "<a href='/about'>About us and our work</a>"
    entries = read_source(links.encode(), {}, feed.url, form.of(feed))[0].entries
    assert registry.is_polled(feed)
    assert [entry.link for entry in entries] == [f"https://a.example/n/{n}?a=1&id={n}" for n in range(3)]


def test_the_head_of_the_shipped_file_counts_what_is_in_it() -> None:
    text = SHIPPED.read_text()
    feeds = parse(text, "feeds.yaml")
    stated = re.findall(r"^#   ([a-z-]+) +(\d+) / +(\d+) ", text, re.MULTILINE)
    groups = dict.fromkeys(feed.group for feed in feeds)
    on = Counter(feed.group for feed in feeds if feed.enabled)
    every = Counter(feed.group for feed in feeds)
    assert [(group, int(some), int(of)) for group, some, of in stated] == [(group, on[group], every[group]) for group in groups]
    assert text.startswith(f"# Sources for chipwire: {len(feeds)} in {len(groups)} groups, {on.total()} on by default.")


def test_the_shipped_file_is_valid_and_everything_in_it_may_be_asked_for() -> None:
    feeds = registry.read(SHIPPED)
    assert len(feeds) == 188
    for feed in feeds:
        check_url(feed.url)
    assert not {feed.id for feed in registry.unsupported(feeds)} & {feed.id for feed in feeds if registry.is_polled(feed)}
    assert 80 < sum(registry.is_polled(feed) for feed in feeds) < 120
