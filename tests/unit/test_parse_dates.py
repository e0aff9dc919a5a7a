import pytest

from services.parser.page.dates import Candidate, choose, read

NOW = "2031-03-17T12:00:00Z"


@pytest.mark.parametrize(
    ("raw", "value", "precision", "zone"),
    [
        ("2031-03-14", "2031-03-14", "day", None),
        ("2031-03-14T10:15:30+08:00", "2031-03-14T10:15:30+08:00", "second", "+08:00"),
        ("2031-03-14T10:15:30.123Z", "2031-03-14T10:15:30Z", "second", "Z"),
        ("2031-03-14 10:15:30 +0800", "2031-03-14T10:15:30+08:00", "second", "+08:00"),
        ("2031-03-14T10:15", "2031-03-14T10:15", "minute", None),
        ("2031-03", "2031-03", "month", None),
        ("2031", "2031", "year", None),
        ("Fri, 14 Mar 2031 10:00:00 GMT", "2031-03-14T10:00:00Z", "second", "Z"),
        ("Fri, 14 Mar 2031 10:00:00 -0330", "2031-03-14T10:00:00-03:30", "second", "-03:30"),
        ("Published 14th March 2031", "2031-03-14", "day", None),
        ("March 14, 2031 at 3:15 PM EDT", "2031-03-14T15:15-04:00", "minute", "-04:00"),
        ("12:05 a.m. is not here; Mar. 14, 2031", "2031-03-14", "day", None),
        ("14. März 2031, 07:05", "2031-03-14T07:05", "minute", None),
        ("14.03.2031", "2031-03-14", "day", None),
        ("3/14/2031", "2031-03-14", "day", None),
        ("14/3/2031", "2031-03-14", "day", None),
        ("2031/3/14 08:15", "2031-03-14T08:15", "minute", None),
        ("20310314T101010Z", "2031-03-14T10:10:10Z", "second", "Z"),
        ("2031年3月14日", "2031-03-14", "day", None),
        ("2031年03月14日08:30:05", "2031-03-14T08:30:05", "second", None),
        ("２０３１年３月１４日　下午3时05分", "2031-03-14T15:05", "minute", None),
        ("民國120年3月14日", "2031-03-14", "day", None),
        ("2031年3月", "2031-03", "month", None),
        ("民國一二〇年三月十四日", "2031-03-14", "day", None),
        ("119/03/14 08:30", "2030-03-14T08:30", "minute", None),
        ("二〇三一年三月十四日", "2031-03-14", "day", None),
        ("2031年 3月 14日", "2031-03-14", "day", None),
        ("2031年3月14日(五) 14:30", "2031-03-14T14:30", "minute", None),
        ("2031/3/14(五)14:30", "2031-03-14T14:30", "minute", None),
        ("2031/3/14 下午 03:12", "2031-03-14T15:12", "minute", None),
        ("2031-03-14 上午 09:12", "2031-03-14T09:12", "minute", None),
        ("2031-03-14 14:30 (UTC+8)", "2031-03-14T14:30+08:00", "minute", "+08:00"),
        ("2031-03-14 14:30 北京时间", "2031-03-14T14:30+08:00", "minute", "+08:00"),
        ("14 March 2031 15:05 BST", "2031-03-14T15:05+01:00", "minute", "+01:00"),
        ("2031-03-14 14:30 CST", "2031-03-14T14:30", "minute", None),
        ("Updated: 15 Mar 2031 | Published: 14 Mar 2031", "2031-03-14", "day", None),
        ("2031-03-14T10:15:30+99:99", "2031-03-14T10:15:30", "second", None),
        ("2031-03-14T25:15:30", "2031-03-14", "day", None),
    ],
)
def test_a_date_is_read_with_its_precision_and_its_zone_as_written(raw: str, value: str, precision: str, zone: str | None) -> None:
    found = read(raw, "text")
    assert found is not None
    assert (found.value, found.precision, found.zone, found.raw, found.origin) == (value, precision, zone, raw, "text")


@pytest.mark.parametrize(
    "raw", ["", "soon", "0000-01-01", "9999-12-31", "2031-02-31", "2031-13-01", "9" * 40_000, "1,234 views", "12:30", "3.5.1"]
)
def test_what_is_no_date_gives_none(raw: str) -> None:
    assert read(raw, "text") is None


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        ("3小时前", "2031-03-17T09Z", "hour"),
        ("5 分鐘前", "2031-03-17T11:55Z", "minute"),
        ("2 hours ago", "2031-03-17T10Z", "hour"),
        ("an hour ago", "2031-03-17T11Z", "hour"),
        ("yesterday", "2031-03-16", "day"),
        ("前天", "2031-03-15", "day"),
        ("2天前", "2031-03-15", "day"),
        ("三天前", "2031-03-14", "day"),
        ("3周前", "2031-02-24", "day"),
        ("半小时前", "2031-03-17T11Z", "hour"),
        ("3h ago", "2031-03-17T09Z", "hour"),
        ("刚刚", "2031-03-17T12:00Z", "minute"),
        ("今天 08:15", "2031-03-17", "day"),
        ("Posted yesterday at 3:05 PM", "2031-03-16", "day"),
    ],
)
def test_a_relative_date_counts_from_when_the_page_was_fetched(raw: str, value: str, precision: str) -> None:
    found, issues = choose([Candidate(raw, "text")], NOW)
    assert found is not None
    assert (found.value, found.precision, issues) == (value, precision, ())


def test_without_a_time_of_fetching_a_relative_date_stays_raw_and_is_an_issue() -> None:
    found, issues = choose([Candidate("3小时前", "text")], "")
    assert found is None
    assert [(issue.code, issue.detail) for issue in issues] == [("relative-date", "3小时前")]


def test_a_date_in_the_future_gives_way_to_the_next_candidate_and_is_an_issue() -> None:
    found, issues = choose([Candidate("2041-03-14", "json-ld"), Candidate("2031-03-14", "meta")], NOW)
    assert found is not None
    assert (found.value, found.origin) == ("2031-03-14", "meta")
    assert [issue.code for issue in issues] == ["future-date"]


def test_one_day_ahead_is_no_future_since_zones_differ() -> None:
    assert choose([Candidate("2031-03-18", "meta")], NOW)[0] is not None
    assert choose([Candidate("2031-03-19", "meta")], NOW)[0] is None


def test_without_a_time_of_fetching_nothing_is_in_the_future() -> None:
    assert choose([Candidate("2150-03-14", "meta")], "")[1] == ()


@pytest.mark.parametrize(
    "line",
    [
        "Harbour Today",
        "今日海港",
        "The council said yesterday that the quay stays open.",
        "昨天，港务局宣布码头继续开放。",
        "It was two hours ago that the last ship left the quay for good",
    ],
)
def test_a_sentence_or_a_name_that_speaks_of_a_day_is_no_relative_date(line: str) -> None:
    assert choose([Candidate(line, "text")], NOW) == (None, ())


def test_seconds_since_1970_are_a_date_in_metadata_alone() -> None:
    found = read("1931508930", "meta")
    assert found is not None
    assert (found.value, found.zone) == ("2031-03-17T10:15:30Z", "Z")
    assert read("1931508930000", "json-ld") is not None
    assert read("1931508930", "text") is None
