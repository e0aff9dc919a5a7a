"""An entry stays the same article whatever its feed does to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher import identity
from services.fetcher.feeds.feed import ParsedEntry
from services.fetcher.identity import authority, fields_hash, linkhash, names, schemeless

SHORT = st.text(min_size=1, max_size=3)
ENTRY = ParsedEntry(guid="tag:x,2026:1", title="A title", link="https://e.example/a?id=7", published="2026-01-02T03:04:05Z")


def of(*entries: ParsedEntry, host: str = "e.example", feed: str = "f") -> list[set[str]]:
    return [set(own) for own in names(entries, host, feed)]


def changed(**fields: str | None) -> ParsedEntry:
    stated = {name: getattr(ENTRY, name) for name in ("guid", "title", "link", "published", "summary", "content", "updated")}
    return ParsedEntry(**{**stated, **fields})


@pytest.mark.parametrize(
    "other",
    [
        changed(guid="tag:x,2026:regenerated"),
        changed(link="http://e.example/a?id=7"),
        changed(link="https://e.example/a?id=7&utm_source=rss&fbclid=x#top", guid=None),
        changed(link="https://e.example/moved", title="Another title"),
        changed(published="2027-01-01T00:00:00Z"),
        changed(guid=None, link=None),
    ],
)
def test_an_entry_that_keeps_one_of_its_names_is_the_same_article(other: ParsedEntry) -> None:
    assert of(ENTRY)[0] & of(other)[0]


def test_two_feeds_of_one_host_share_names_and_two_hosts_do_not() -> None:
    assert of(ENTRY)[0] & of(ENTRY, feed="g")[0]
    assert not of(ENTRY)[0] & of(ENTRY, host="other.example", feed="g")[0]


def test_a_guid_that_is_no_uri_says_nothing_outside_its_own_feed() -> None:
    first, second = changed(guid="17", link="https://e.example/a"), changed(guid="17", link="https://e.example/b", title="Other")
    assert not of(first)[0] & of(second, feed="g")[0]
    assert of(first)[0] & of(second)[0]


def test_a_name_that_two_entries_of_one_document_share_tells_nothing() -> None:
    same_link = of(changed(guid="tag:1", title="One"), changed(guid="tag:2", title="Two"))
    assert not same_link[0] & same_link[1]
    nothing_else = of(ParsedEntry(guid="g", title="One"), ParsedEntry(guid="g", title="Two"))
    assert len(nothing_else[0]) == len(nothing_else[1]) == 1
    assert nothing_else[0] != nothing_else[1]


def test_the_id_is_that_of_the_strongest_name() -> None:
    assert names([ENTRY], "e.example", "f")[0][0] == names([changed(link=None, title=None)], "e.example", "f")[0][0]
    assert all(len(name) == 32 for name in names([ENTRY], "e.example", "f")[0])


def test_copies_of_one_page_share_their_linkhash_whatever_led_to_it() -> None:
    assert linkhash("https://E.example:443/a?b=1&utm_medium=x") == linkhash("http://e.example/a?b=1#frag")
    assert linkhash("https://e.example/a?id=1") != linkhash("https://e.example/a?id=2")
    assert schemeless("https://e.example/#!/a") == "//e.example/#!/a"


def test_a_port_that_is_not_the_scheme_s_own_belongs_to_the_authority() -> None:
    assert authority("http://127.0.0.1:8081/x") == "127.0.0.1:8081"
    assert authority("HTTPS://User.Example.:443/") == "user.example"
    assert authority("http://[::1]:80/") == "[::1]"


def test_only_an_entry_s_own_fields_change_its_hash() -> None:
    assert fields_hash(ENTRY) == fields_hash(changed(guid="other", link=None, published=None))
    for field in ("title", "summary", "content", "updated"):
        assert fields_hash(ENTRY) != fields_hash(changed(**{field: "new"}))
    assert fields_hash(changed(summary="a", content=None)) != fields_hash(changed(summary=None, content="a"))


@given(st.lists(st.builds(ParsedEntry, guid=st.none() | SHORT, title=st.none() | SHORT), max_size=6))
def test_every_entry_has_a_name_and_distinct_ones_never_share_one(entries: list[ParsedEntry]) -> None:
    found = names(entries, "h", "f")
    assert all(found)
    distinct = dict(zip(entries, found, strict=True))
    flat = [name[: identity.NAME_DIGITS] for own in distinct.values() for name in own]
    assert len(flat) == len(set(flat))
