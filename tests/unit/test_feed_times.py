"""Times as feeds write them: with the zone that they state, and none that they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.feeds.parse import parse
from services.fetcher.feeds.times import LONGEST, rfc3339, seconds, utc


def read(written: str) -> str | None:
    body = f"<rss version='2.0'><channel><item><title>x</title><pubDate>{written}</pubDate></item></channel></rss>"
    return parse(body.encode(), {}, None).entries[0].published


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("Mon, 03 Nov 2025 10:00:00 +0800", "2025-11-03T10:00:00+08:00"),
        ("Mon,03 Nov 2025 10:00:00 +0800", "2025-11-03T10:00:00+08:00"),
        ("Mon, 03 Nov 2025 10:00:00 GMT", "2025-11-03T10:00:00Z"),
        ("Mon, 03 Nov 2025 10:00:00 -0000", "2025-11-03T10:00:00Z"),
        ("Mon, 03 Nov 2025 10:00:00 EST", "2025-11-03T10:00:00-05:00"),
        ("Mon, 03 Nov 2025 10:00:00 MET", "2025-11-03T09:00:00Z"),
        ("2025-11-03T10:00:00.123+08:00", "2025-11-03T10:00:00+08:00"),
        ("2025-11-03 10:00:00 +0800", "2025-11-03T10:00:00+08:00"),
    ],
)
def test_a_zone_is_kept_as_it_was_written_and_one_that_only_feedparser_knows_gives_utc(written: str, stated: str) -> None:
    assert read(written) == stated


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("2025-11-03 10:00:00", "2025-11-03T10:00:00"),
        ("2025-11-03T10:00", "2025-11-03T10:00:00"),
        ("Mon, 03 Nov 2025 10:00:00", "2025-11-03T10:00:00"),
        ("2025年3月5日 10:00", "2025-03-05T10:00:00"),
        ("2025/03/05 10:00", "2025-03-05T10:00:00"),
        ("2025.03.05", "2025-03-05"),
        ("2025-03-05", "2025-03-05"),
        ("20250305", "2025-03-05"),
    ],
)
def test_a_time_without_a_zone_gets_none_and_a_day_no_time(written: str, stated: str) -> None:
    assert read(written) == stated


@pytest.mark.parametrize("written", ["Mon, 03 Nov 2025 10:00:00 GMT+8", "yesterday", "99/99/9999", "每周一"])
def test_what_nobody_can_read_stays_as_it_was_written(written: str) -> None:
    assert read(written) == written


def test_without_a_zone_utc_is_taken_where_a_point_in_time_is_needed() -> None:
    assert utc("2025-11-03T10:00:00") == utc("2025-11-03T18:00:00+08:00") == "2025-11-03T10:00:00Z"
    assert seconds("2025-11-03") == seconds("2025-11-03T00:00:00Z")
    assert (utc("soon"), seconds("")) == (None, None)


@given(st.text(max_size=200))
def test_any_text_has_a_time_that_can_be_written_or_none(text: str) -> None:
    found = rfc3339(text, None)
    assert found is None or len(found) <= LONGEST
    assert (utc(text) is None) == (seconds(text) is None)
