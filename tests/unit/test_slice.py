"""A slice holds records byte for byte, and says so when it is not whole."""

import json
import shutil
import subprocess
import tracemalloc
from errno import ENOSPC
from pathlib import Path

import pytest

from shared.errors import SetupError
from shared.reading import frames, writer
from shared.reading.reader import SliceReader
from shared.reading.slice import Header, encode_header
from shared.reading.writer import SliceWriter
from shared.records.record import Record

HEADER = Header("news.raw.v1", 4)
RECORDS = [
    Record("news.raw.v1", 0, 5, 1767225600000, b"key", '半导体 \u2028 "quoted"\n'.encode(), (("a", b"1"), ("a", b""), ("a", None))),
    Record("news.raw.v1", 3, 7, -1, None, None),
    Record("news.raw.v1", 3, 8, 0, b"", b""),
    Record("news.raw.v1", 1, 9, 1, b"\xff\x00", b"\x1f\x8b\xed\xa0\x80", (("名", b"\xff"), ("", b"x"))),
]
NAMES = ["slice.zst", "slice.jsonl"]


def written(path: Path, records: list[Record] = RECORDS, *, keep: bool = False) -> Path:
    with SliceWriter(str(path), HEADER, keep=keep) as slices:
        for record in records:
            slices.write(record)
    return path


def lines(path: Path) -> list[bytes]:
    return written(path).read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("name", NAMES)
def test_records_come_back_byte_for_byte(tmp_path: Path, name: str) -> None:
    reader = SliceReader(str(written(tmp_path / name)))
    assert reader.header == HEADER
    assert list(reader) == RECORDS


@pytest.mark.parametrize("name", NAMES)
def test_the_same_records_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    (tmp_path / "again").mkdir()
    assert written(tmp_path / name).read_bytes() == written(tmp_path / "again" / name).read_bytes()


def test_the_lines_are_those_of_the_documentation(tmp_path: Path) -> None:
    first, record, *_, end = map(json.loads, lines(tmp_path / "slice.jsonl"))
    assert first == {"format": "chipwire-slice", "version": 1, "topic": "news.raw.v1", "partitions": 4}
    assert list(record) == ["topic", "partition", "offset", "timestamp", "key", "value", "headers"]
    assert record["headers"] == [["a", "1"], ["a", ""], ["a", None]]
    assert json.loads(lines(tmp_path / "slice.jsonl")[4])["key"] == {"base64": "/wA="}
    assert end["end"]["records"] == 4


def test_an_empty_slice_is_a_slice(tmp_path: Path) -> None:
    assert list(SliceReader(str(written(tmp_path / "empty.zst", [])))) == []


def test_many_frames_are_read_as_one_file(tmp_path: Path) -> None:
    records = [Record("t", 0, offset, 0, b"k", bytes([offset % 256]) * 5000) for offset in range(4000)]
    path = written(tmp_path / "big.zst", records)
    assert path.read_bytes().count(frames.MAGIC) > 4
    assert list(SliceReader(str(path))) == records


def test_the_zstd_command_reads_it_and_is_read(tmp_path: Path) -> None:
    if not shutil.which("zstd"):
        pytest.skip("NO ZSTD: the zstd command is not there")
    path = written(tmp_path / "slice.zst")
    plain = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout
    assert plain == written(tmp_path / "slice.jsonl").read_bytes()
    skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    again = subprocess.run(["zstd", "-19", "--check", "-c"], input=plain, capture_output=True, check=True).stdout
    (tmp_path / "theirs.zst").write_bytes(again + skippable)
    assert list(SliceReader(str(tmp_path / "theirs.zst"))) == RECORDS


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_cut_off_anywhere_is_noticed(tmp_path: Path, name: str) -> None:
    whole = written(tmp_path / name).read_bytes()
    for length in range(len(whole)):
        (tmp_path / name).write_bytes(whole[:length])
        with pytest.raises(SetupError):
            list(SliceReader(str(tmp_path / name)))


def test_a_slice_cut_off_between_lines_says_so(tmp_path: Path) -> None:
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines(tmp_path / "slice.jsonl")[:3]))
    with pytest.raises(SetupError, match=r"cut\.jsonl is cut off: it ends after 2 records without its last line"):
        list(SliceReader(str(tmp_path / "cut.jsonl")))


def test_a_lost_and_a_changed_line_are_noticed(tmp_path: Path) -> None:
    whole = lines(tmp_path / "slice.jsonl")
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join(whole[:1] + whole[2:]))
    with pytest.raises(SetupError, match="says that it holds 4 records and holds 3"):
        list(SliceReader(str(path)))
    path.write_bytes(b"".join(whole).replace(b'"key"', b'"kex"', 1).replace(b'"kex":"key"', b'"key":"kex"'))
    with pytest.raises(SetupError, match=r"line 2 is no record|checksum"):
        list(SliceReader(str(path)))
    path.write_bytes(b"".join(whole).replace(b'"offset":5', b'"offset":6'))
    with pytest.raises(SetupError, match="its checksum is not that of its lines"):
        list(SliceReader(str(path)))
    path.write_bytes(b"".join([*whole, whole[1]]))
    with pytest.raises(SetupError, match="something follows its last line"):
        list(SliceReader(str(path)))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no slice"),
        (b"\n", "is no slice"),
        (b"root:x:0:0\n", "is no slice"),
        (b"\x1f\x8b\x08\x00gzip", "is cut off"),
        (b'{"id": 1}\n', "is no slice"),
        (b"[" * 100_000 + b"\n", "is no slice"),
        (b'{"format":"chipwire-slice","version":1,"topic":7}\n', "names no topic"),
        (b'{"format":"chipwire-slice","version":2,"topic":"t"}\n', "has version 2 of the slice format, this chipwire reads version 1"),
        (frames.MAGIC + b"\xff" * 50, "is corrupt"),
        (frames.compress(b"hello\n"), "is no slice"),
        (frames.compress(encode_header(HEADER)) + b"what", "followed by something else"),
    ],
)
def test_a_foreign_file_gives_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(SetupError, match=sentence) as caught:
        list(SliceReader(str(path)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        b"7",
        b"{}",
        b'{"topic":"t","partition":"0","offset":0,"timestamp":0,"key":null,"value":null,"headers":[]}',
        b'{"topic":"t","partition":true,"offset":0,"timestamp":0,"key":null,"value":null,"headers":[]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":99999999999999999999,"key":null,"value":null,"headers":[]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":0,"key":{"base64":"?"},"value":null,"headers":[]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":0,"key":{},"value":null,"headers":[]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":0,"key":"\\ud800","value":null,"headers":[]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":0,"key":null,"value":null,"headers":[["\\ud800",null]]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":0,"key":null,"value":null,"headers":[["a"]]}',
        b'{"topic":"t","partition":0,"offset":0,"timestamp":0,"key":null,"value":null,"headers":7}',
        b'{"end":{}}',
        b'{"end":{"records":"many"}}',
    ],
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(encode_header(HEADER) + line + b"\n")
    with pytest.raises(SetupError, match=r"odd\.jsonl: line 2 is no"):
        list(SliceReader(str(path)))


def test_a_slice_written_by_hand_needs_no_checksum(tmp_path: Path) -> None:
    path = tmp_path / "hand.jsonl"
    path.write_bytes(b"".join(lines(tmp_path / "slice.jsonl")[:-1]) + b'{"end": {"records": 4}}\n')
    assert list(SliceReader(str(path))) == RECORDS


def test_a_slice_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = written(tmp_path / "slice.zst")
    before = path.read_bytes()

    def fail(writer: SliceWriter) -> None:
        with writer:
            writer.write(RECORDS[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(SliceWriter(str(path), HEADER))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_and_not_replaced() -> None:
    written(Path("/dev/null"))
    assert not Path("/dev/null").is_file()


def test_no_room_gives_one_sentence() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("NO /dev/full: this system has no full disk to write to")
    with pytest.raises(SetupError, match=r"cannot write /dev/full: No space left on device"):
        written(Path("/dev/full"))


def test_nothing_is_written_after_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame that found no room is not followed by smaller ones that did: what is left can be gone on with."""
    put: list[bytes] = []

    def compress(data: bytes) -> bytes:
        put.append(data)
        if len(put) == 2:
            raise OSError(ENOSPC, "No space left on device")
        return data

    monkeypatch.setattr(frames, "compress", compress)
    monkeypatch.setattr(writer, "FRAME_BYTES", 1)
    with pytest.raises(SetupError, match="No space left"):
        written(tmp_path / "full.zst", keep=True)
    assert len(put) == 2
    assert not (tmp_path / "full.zst").exists()
    assert (tmp_path / "full.zst.part").read_bytes() == put[0]


def test_a_missing_file_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"cannot read .*nothing: No such file or directory"):
        SliceReader(str(tmp_path / "nothing"))
    with pytest.raises(SetupError, match=r"cannot write .*slice: No such file or directory"):
        written(tmp_path / "nothing" / "slice")


def test_memory_does_not_grow_with_the_slice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "FRAME_BYTES", 128 * 1024)

    def peak(count: int) -> int:
        tracemalloc.start()
        with SliceWriter(str(tmp_path / "big.zst"), HEADER) as slices:
            for offset in range(count):
                slices.write(Record("t", 0, offset, 0, b"k", b"%08d" % offset * 500))
        assert sum(1 for _ in SliceReader(str(tmp_path / "big.zst"))) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(6000) < 1.5 * peak(1500)
