"""Any record goes into a slice and comes back, and any bytes are a slice or give one sentence."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import SetupError
from shared.reading.reader import SliceReader
from shared.reading.slice import Header, decode_line, encode_header, encode_record
from shared.reading.writer import SliceWriter
from shared.records.record import Record

NULLABLE = st.none() | st.binary(max_size=200) | st.text(max_size=100).map(str.encode)
RECORDS = st.builds(
    Record,
    topic=st.from_regex(r"[a-zA-Z0-9._-]{1,30}", fullmatch=True),
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
    timestamp=st.integers(-1, 2**63 - 1),
    key=NULLABLE,
    value=NULLABLE,
    headers=st.lists(st.tuples(st.text(max_size=20), NULLABLE), max_size=5).map(tuple),
)
IN_ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(RECORDS)
def test_any_record_round_trips_through_its_line(record: Record) -> None:
    line = encode_record(record)
    assert line.count(b"\n") == 1
    assert decode_line(line) == record


@IN_ONE_FOLDER
@given(records=st.lists(RECORDS, max_size=20), name=st.sampled_from(["a.zst", "a.jsonl"]))
def test_any_records_round_trip_through_a_file(tmp_path: Path, records: list[Record], name: str) -> None:
    with SliceWriter(str(tmp_path / name), Header("t", 4)) as writer:
        for record in records:
            writer.write(record)
    assert list(SliceReader(str(tmp_path / name))) == records


@IN_ONE_FOLDER
@given(content=st.binary(max_size=300), headed=st.booleans(), compressed=st.booleans())
def test_any_bytes_give_one_sentence(tmp_path: Path, content: bytes, headed: bool, compressed: bool) -> None:
    path = tmp_path / "any"
    path.write_bytes((encode_header(Header("t")) if headed else b"\x28\xb5\x2f\xfd" if compressed else b"") + content)
    with pytest.raises(SetupError) as caught:
        list(SliceReader(str(path)))
    assert "\n" not in str(caught.value)
