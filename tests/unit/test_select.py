"""Which records a selection means, and how people write times and offsets."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.reading.names import full_name, known, parse_address
from shared.reading.select import Selection, parse_offsets, parse_time
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import RAW

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON = 1772366400000
ARTICLE = Record(
    "news.tagged.v1",
    1,
    10,
    1000,
    b"0a" * 16,
    b"{}",
    (("ce_feed", b"wire"), ("ce_lang", b"zh-Hans"), ("ce_policy", b"true"), ("ce_instruments", b"export-control,tariff")),
)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T20:00:00.250+08:00", NOON + 250),
        ("2026-03-01t12:00:00z", NOON),
        ("2026-03-01 12:00:00Z", NOON),
        ("2026-03-01", NOON - 12 * 3_600_000),
        ("45s", NOON - 45_000),
        ("30m", NOON - 1_800_000),
        ("2h", NOON - 7_200_000),
        ("3d", NOON - 3 * 86_400_000),
        ("1w", NOON - 7 * 86_400_000),
    ],
)
def test_a_time_is_a_moment_a_day_or_a_while_ago(text: str, milliseconds: int) -> None:
    assert parse_time(text, NOW) == milliseconds


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2h ago", "-2h", "2 h", "2026-03-01T12:00:00", "2026-13-01", "1969-12-31", "999999w", "20260301", "٢h"]
)
def test_what_is_no_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no time|is before 1970"):
        parse_time(text, NOW)


@pytest.mark.parametrize(("text", "offsets"), [("3..9", (3, 9)), ("3..", (3, None)), ("..9", (0, 9)), ("7", (7, 8)), ("..", (0, None))])
def test_offsets_are_a_range_whose_end_is_not_included(text: str, offsets: tuple[int, int | None]) -> None:
    assert parse_offsets(text) == offsets


@pytest.mark.parametrize("text", ["", "a..b", "9..3", "3..3", "-1..4", "1...4", "1..2..3", "9" * 30])
def test_what_is_no_range_of_offsets_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no range|holds no offset"):
        parse_offsets(text)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(since=1000),
        Selection(until=1001),
        Selection(offsets=(10, 11)),
        Selection(partition=1),
        Selection(ids=frozenset(["0a" * 16, "other"])),
        Selection(feeds=frozenset(["wire"])),
        Selection(langs=frozenset(["zh"])),
        Selection(langs=frozenset(["ZH-hans"])),
        Selection(tags=frozenset(["tariff"])),
        Selection(tags=frozenset(["policy"])),
        Selection(since=1000, offsets=(0, 20), feeds=frozenset(["wire"]), tags=frozenset(["policy", "none"])),
    ],
)
def test_a_record_is_meant(selection: Selection) -> None:
    assert selection.matches(ARTICLE)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(since=1001),
        Selection(until=1000),
        Selection(offsets=(11, None)),
        Selection(offsets=(0, 10)),
        Selection(partition=0),
        Selection(ids=frozenset(["0a"])),
        Selection(feeds=frozenset(["wires"])),
        Selection(langs=frozenset(["z"])),
        Selection(langs=frozenset(["zh-Hant"])),
        Selection(tags=frozenset(["export"])),
        Selection(feeds=frozenset(["wire"]), langs=frozenset(["en"])),
    ],
)
def test_a_record_is_not_meant(selection: Selection) -> None:
    assert not selection.matches(ARTICLE)


@pytest.mark.parametrize("change", [{"value": None}, {"headers": (("ce_change", b"retracted"), ("ce_feed", b"wire"))}])
def test_whoever_filters_by_tag_and_language_hears_of_retractions_and_tombstones(change: dict[str, object]) -> None:
    withdrawn = replace(ARTICLE, **{"headers": (("ce_feed", b"wire"),)} | change)  # type: ignore[arg-type]
    assert Selection(tags=frozenset(["tariff"]), langs=frozenset(["en"])).matches(withdrawn)
    assert not Selection(feeds=frozenset(["other"])).matches(withdrawn)


def test_a_feed_topic_is_selected_by_its_key() -> None:
    assert Selection(feeds=frozenset(["wire"])).matches(Record("news.feeds.v1", 0, 0, 0, b"wire", b"{}"))


def test_null_keys_and_undecodable_headers_are_handled() -> None:
    odd = Record("t", 0, 0, -1, None, b"", (("ce_lang", None), ("ce_feed", b"\xff"), ("ce_instruments", b"\xff")))
    assert Selection().matches(odd)
    assert not Selection(ids=frozenset(["x"]), feeds=frozenset(["x"]), langs=frozenset(["en"]), tags=frozenset(["policy"])).matches(odd)


def test_only_a_partition_and_a_limit_leave_everything_selected() -> None:
    assert Selection(partition=1, limit=3, uncommitted=True).everything
    assert not Selection(since=1).everything
    assert not Selection(offsets=(0, None)).everything
    assert not Selection(ids=frozenset("a")).everything


@pytest.mark.parametrize("text", ["raw.dlq", "news.raw.v1.dlq", "shadow.news.raw.v1.dlq"])
def test_a_topic_has_a_short_name_a_name_and_a_name_on_the_cluster(text: str) -> None:
    assert full_name(text, KafkaSettings(topic_prefix="shadow.")) == "shadow.news.raw.v1.dlq"


def test_a_foreign_topic_is_taken_as_it_is() -> None:
    assert full_name("their.topic", KafkaSettings(topic_prefix="shadow.")) == "their.topic"
    assert known("their.topic") is None
    assert known("shadow.news.raw.v1") == RAW


@pytest.mark.parametrize("text", ["", "a b", "a/b", "x" * 250, "ä"])
def test_what_cannot_be_a_topic_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no name of a topic"):
        full_name(text, KafkaSettings())


def test_an_address_is_topic_partition_and_offset() -> None:
    assert parse_address("news.raw.v1/3/17") == ("news.raw.v1", 3, 17)


@pytest.mark.parametrize("text", ["news.raw.v1", "a/b/c", "a/1/", "/1/2", "a/1/2/3", "a/-1/2", "a/1/2\n"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        parse_address(text)
