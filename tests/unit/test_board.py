"""The console: a row for every kind of record on the tagged topic and for dead letters."""

from dataclasses import replace

from services.local.board import COLUMNS, row
from shared.records.record import Record
from shared.topics import RAW, TAGGED
from tests.contract.golden.make import records


def on(topic: str, kind: str | None = None) -> Record:
    return next(each for each in records() if each.topic == topic and kind in (None, each.header("ce_type")))


def test_each_kind_of_record_has_a_row_of_its_own() -> None:
    story = on(TAGGED.name, "chipwire.tagged.v1")
    gone = next(each for each in records() if each.topic == TAGGED.name and each.header("ce_type") == "chipwire.retraction.v1")
    shown = {
        "story": row(TAGGED, story),
        "gone": row(TAGGED, gone),
        "buried": row(TAGGED, replace(story, value=None)),
        "odd": row(TAGGED, replace(story, value=b"{")),
        "dead": row(RAW.dead_letters, on(RAW.dead_letters.name)),
    }
    assert all(set(cells) == set(COLUMNS) for cells in shown.values())
    assert shown["story"]["title"]
    assert shown["story"]["policy"] in ("POLICY", "-")
    assert shown["gone"]["what"] == "gone"
    assert shown["buried"]["change"] == "tombstone"
    assert shown["odd"]["what"].startswith("unreadable: ")
    assert (shown["dead"]["topic"], shown["dead"]["what"]) == ("dead", on(RAW.dead_letters.name).header("dlq-reason"))


def test_a_title_cannot_move_the_cursor_and_a_time_out_of_range_is_left_out() -> None:
    story = on(TAGGED.name, "chipwire.tagged.v1")
    cells = row(TAGGED, replace(story, value=None, timestamp=10**18, headers=(("ce_subject", "a\x1b[2Jb\u202ec".encode()),)))
    assert (cells["time"], cells["title"]) == ("", "a[2Jbc")
