"""``chipwire tail | show | dump | load`` on a real broker: what goes in comes out byte for byte, and what is wrong is one sentence."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from itertools import pairwise
from pathlib import Path

import pytest
from confluent_kafka import Producer

from services.cli.main import main
from shared.client import tagged
from shared.reading import load as loading
from shared.reading.reader import SliceReader, fingerprint
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import provision
from shared.topics import ARTICLES, TAGGED, partition_of
from tests.integration.ledger import read_all

pytestmark = pytest.mark.kafka
NOON = 1_767_225_600_000
HELD_AT = 1_769_868_131_000
COUNT = 400


def chipwire(settings: KafkaSettings, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in this process, where a connection left open fails the test."""
    out, err, given = BytesIO(), BytesIO(), BytesIO(stdin)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(settings).items():
            patch.setenv(name, value)
        for name, stream in (("stdout", out), ("stderr", err), ("stdin", given)):
            patch.setattr(sys, name, TextIOWrapper(stream, "utf-8", write_through=True))
        patch.setattr(sys, "argv", ["chipwire", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return subprocess.CompletedProcess(arguments, ended.value.code, out.getvalue(), err.getvalue())


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "services.cli.main", *arguments]


def environment(settings: KafkaSettings) -> dict[str, str]:
    given = {"CHIPWIRE_BOOTSTRAP_SERVERS": settings.bootstrap_servers, "CHIPWIRE_TOPIC_PREFIX": settings.topic_prefix}
    return {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")} | given


def lines(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def records(topic: str) -> list[Record]:
    """Every kind of record: JSON, text, bytes, empty, tombstones, null keys, headers of all sorts; times out of order."""
    values = [b'{"title":"\\u534a"}', "半导体\n".encode(), b"\xff\x00\x1f\x8b", b"", None]
    made: list[Record] = []
    offsets = [0, 0, 0, 0]
    for number in range(COUNT):
        key = None if number % 50 == 7 else f"{number % 90:032x}".encode()
        partition = number % 4 if key is None else partition_of(key, 4)
        language = b"en" if number % 2 else b"zh-Hans"
        headers = (
            ("ce_feed", b"f%d" % (number % 3)),
            ("ce_lang", language),
            ("x", None),
            ("x", b""),
            ("content-type", b"application/json"),
        )
        made.append(
            Record(topic, partition, offsets[partition], NOON + number * 1000 - number % 7 * 3000, key, values[number % 5], headers)
        )
        offsets[partition] += 1
    return made


def unplaced(found: list[Record]) -> list[Record]:
    return [replace(record, topic="", offset=0) for record in found]


def by_place(found: list[Record]) -> list[Record]:
    return sorted(found, key=lambda record: (record.partition, record.offset))


@pytest.fixture
def loaded(cluster: KafkaSettings, tmp_path: Path) -> KafkaSettings:
    """A cluster whose tagged topic holds `records`, put there by ``load``."""
    with SliceWriter(str(tmp_path / "given.zst"), Header("news.tagged.v1", 4)) as writer:
        for record in records("news.tagged.v1"):
            writer.write(record)
    run = chipwire(cluster, "load", str(tmp_path / "given.zst"))
    assert run.returncode == 0, run.stderr
    return cluster


@pytest.fixture
def open_transaction(loaded: KafkaSettings) -> Iterator[None]:
    """Three records on partition 0 whose transaction nobody has ended."""
    producer = Producer({"bootstrap.servers": loaded.bootstrap_servers, "transactional.id": uuid.uuid4().hex})
    producer.init_transactions(30)
    producer.begin_transaction()
    for _ in range(3):
        producer.produce(loaded.topic(TAGGED), key=b"held", value=b"back", partition=0, timestamp=HELD_AT)
    assert producer.flush(30) == 0
    yield
    producer.abort_transaction(30)


def test_a_load_puts_back_every_byte_in_its_partition_and_order(loaded: KafkaSettings) -> None:
    assert unplaced(by_place(read_all(loaded, TAGGED))) == unplaced(by_place(records("")))


def test_a_dump_of_a_load_of_a_dump_is_the_same_but_for_addresses(loaded: KafkaSettings, tmp_path: Path) -> None:
    other = loaded.model_copy(update={"topic_prefix": f"t{uuid.uuid4().hex[:8]}."})
    asyncio.run(provision.apply(other))
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert chipwire(loaded, "dump", "tagged", str(first)).returncode == 0
    assert chipwire(other, "load", str(first), "tagged").returncode == 0
    assert chipwire(other, "dump", "news.tagged.v1", str(second)).returncode == 0
    renamed = second.read_bytes().replace(other.topic_prefix.encode(), loaded.topic_prefix.encode())
    assert renamed.splitlines()[:-1] == first.read_bytes().splitlines()[:-1]
    assert len(list(SliceReader(str(first)))) == COUNT


def test_two_dumps_are_byte_equal_in_the_order_of_time(loaded: KafkaSettings, tmp_path: Path) -> None:
    for name in ("one.zst", "two.zst"):
        assert chipwire(loaded, "dump", "tagged", str(tmp_path / name)).returncode == 0
    assert (tmp_path / "one.zst").read_bytes() == (tmp_path / "two.zst").read_bytes()
    found = list(SliceReader(str(tmp_path / "one.zst")))
    assert max(before.timestamp - after.timestamp for before, after in pairwise(found)) <= 7 * 3000


def test_a_dump_through_a_pipe_is_loaded_from_it(loaded: KafkaSettings) -> None:
    slice_of = chipwire(loaded, "dump", "tagged", "-", "-n", "10")
    assert slice_of.returncode == 0, slice_of.stderr
    assert (
        chipwire(loaded, "load", "-", "articles", stdin=slice_of.stdout).stderr
        == f"10 records are on {loaded.topic_prefix}news.articles.v1\n".encode()
    )


MEANT: list[tuple[str, Callable[[Record], bool]]] = [
    ("--since 2026-01-01T00:02:00Z", lambda record: record.timestamp >= NOON + 120_000),
    ("--until 2026-01-01T00:02:00Z", lambda record: record.timestamp < NOON + 120_000),
    ("--offset 5..9", lambda record: 5 <= record.offset < 9),
    ("-p 2 --offset 3", lambda record: record.partition == 2 and record.offset == 3),
    (f"--id {5:032x} --id {6:032x}", lambda record: record.key in (b"%032x" % 5, b"%032x" % 6)),
    ("--feed f1 --lang en", lambda record: record.headers[0][1] == b"f1" and (record.value is None or record.headers[1][1] == b"en")),
]


def test_a_selection_means_the_same_on_the_broker(loaded: KafkaSettings) -> None:
    given = records(loaded.topic(TAGGED))
    for options, meant in MEANT:
        found = [line["address"] for line in lines(chipwire(loaded, "tail", *options.split()))]
        assert set(found) == {record.address for record in given if meant(record)} != set(), options
        assert len(found) == len(set(found)), options


def test_tail_prints_the_last_records_and_their_values(loaded: KafkaSettings) -> None:
    everything = lines(chipwire(loaded, "tail", "--offset", "0.."))
    assert len(everything) == COUNT
    assert lines(chipwire(loaded, "tail", "-n", "7")) == everything[-7:]
    assert lines(chipwire(loaded, "tail")) == everything[-20:]
    json_value, text, binary, empty, tombstone = (
        next(line for line in everything if line["timestamp"] == f"2026-01-01T00:00:{second:02d}.000Z") for second in (0, 58, 56, 54, 52)
    )
    assert json_value["value"] == {"title": "半"}
    assert json_value["headers"] == {"ce_feed": "f0", "ce_lang": "zh-Hans", "x": "", "content-type": "application/json"}
    assert {str(line["value"]) for line in (text, binary, empty, tombstone)} <= {
        "半导体\n",
        "{'base64': '/wAfiw=='}",
        "",
        "None",
        "{'title': '半'}",
    }


def test_tail_follows_until_it_is_ended(loaded: KafkaSettings) -> None:
    following = subprocess.Popen(command("tail", "-f", "-n", "1"), stdout=subprocess.PIPE, env=environment(loaded))
    assert following.stdout is not None
    try:
        following.stdout.readline()
        producer = Producer({"bootstrap.servers": loaded.bootstrap_servers})
        producer.produce(loaded.topic(TAGGED), key=b"new", value=b"come", partition=3)
        producer.flush(30)
        assert json.loads(following.stdout.readline())["value"] == "come"
        following.send_signal(2)
        assert following.wait(10) == 130
    finally:
        following.kill()
        following.communicate()


def test_json_is_one_document_and_a_table_has_a_row_each(loaded: KafkaSettings) -> None:
    assert len(json.loads(chipwire(loaded, "tail", "-n", "5", "-o", "json").stdout)) == 5
    assert json.loads(chipwire(loaded, "tail", "--id", "nobody", "-o", "json").stdout) == []
    table = chipwire(loaded, "tail", "-n", "5", "-o", "table").stdout.decode()
    assert len(table.splitlines()) == 6
    assert "\x1b" not in table


def test_show_prints_one_record_by_address_or_the_last_of_an_article(loaded: KafkaSettings) -> None:
    given = records(loaded.topic(TAGGED))
    assert lines(chipwire(loaded, "show", given[11].address))[0]["address"] == given[11].address
    last = [record for record in given if record.key == given[11].key][-1]
    assert lines(chipwire(loaded, "show", (given[11].key or b"").decode()))[0]["address"] == last.address
    assert "ce_lang" in chipwire(loaded, "show", given[11].address, "-o", "table").stdout.decode()


@pytest.mark.usefixtures("open_transaction")
def test_what_an_open_transaction_holds_back_is_said_and_not_read(loaded: KafkaSettings, tmp_path: Path) -> None:
    run = chipwire(loaded, "dump", "tagged", str(tmp_path / "slice.zst"))
    assert b"partition 0: up to 3 held back since 2026-01-31 14:02:11 UTC, from offset 90 on, by an open transaction" in run.stderr
    assert len(list(SliceReader(str(tmp_path / "slice.zst")))) == COUNT
    assert len(lines(chipwire(loaded, "tail", "--uncommitted", "--id", "held"))) == 3


@pytest.mark.usefixtures("open_transaction")
async def test_the_python_client_says_what_is_held_back_too(loaded: KafkaSettings, caplog: pytest.LogCaptureFixture) -> None:
    assert len([event async for event in tagged(loaded, follow=False)]) == COUNT
    assert "partition 0: up to 3 held back since 2026-01-31 14:02:11 UTC" in caplog.text


WRONG = [
    (["tail", "nosuch"], 1, "there is no topic nosuch on "),
    (["tail", "-p", "4"], 1, "has the partitions 0 to 3, not 4"),
    (["tail", "--offset", "5000.."], 1, "holds the offsets 5000..: 0 holds 0.."),
    (["show", "tagged/1/5000"], 1, "holds the offsets 5000..5001: 1 holds 0.."),
    (["show", "f" * 32], 1, "there is no record " + "f" * 32),
    (["load", "/nowhere/slice.zst"], 1, "cannot read /nowhere/slice.zst: No such file or directory"),
    (["dump", "tagged", "/nowhere/slice.zst"], 1, "cannot write /nowhere/slice.zst: No such file or directory"),
    (["load", __file__], 1, "is no slice: its first line is not that of a chipwire dump"),
    (["tail", "--since", "yesterday"], 2, "'yesterday' is no time"),
    (["tail", "a b"], 2, "'a b' is no name of a topic"),
]


def test_what_is_wrong_is_one_sentence(cluster: KafkaSettings) -> None:
    for arguments, status, sentence in WRONG:
        run = chipwire(cluster, *arguments)
        assert (run.returncode, run.stdout) == (status, b""), arguments
        said = run.stderr.decode().splitlines()
        assert sentence in said[-1]
        assert len(said) == 1 or status == 2


def test_a_prefix_without_topics_says_how_to_make_them(cluster: KafkaSettings) -> None:
    empty = cluster.model_copy(update={"topic_prefix": "nothing.here."})
    run = chipwire(empty, "tail")
    assert run.returncode == 1
    assert run.stderr.decode().endswith("run `chipwire topics apply`\n")


def test_a_cut_slice_leaves_nothing_on_the_topic_and_says_so(cluster: KafkaSettings, tmp_path: Path) -> None:
    with SliceWriter(str(tmp_path / "whole.jsonl"), Header("news.tagged.v1", 4)) as writer:
        for record in records("news.tagged.v1"):
            writer.write(record)
    (tmp_path / "cut.jsonl").write_bytes((tmp_path / "whole.jsonl").read_bytes()[:-500])
    run = chipwire(cluster, "load", str(tmp_path / "cut.jsonl"))
    assert run.returncode == 1
    assert b"nothing was loaded" in run.stderr
    assert read_all(cluster, TAGGED) == []


def test_a_record_that_the_broker_refuses_leaves_nothing_on_the_topic(cluster: KafkaSettings, tmp_path: Path) -> None:
    with SliceWriter(str(tmp_path / "slice.zst"), Header("news.tagged.v1", 4)) as writer:
        writer.write(Record("news.tagged.v1", 0, 0, NOON, b"fine", b"fine"))
        writer.write(Record("news.tagged.v1", 0, 1, NOON, b"huge", os.urandom(4 << 20)))
    run = chipwire(cluster, "load", str(tmp_path / "slice.zst"))
    assert run.returncode == 1
    assert b"the broker refused news.tagged.v1/0/1 of the slice (MessageSizeTooLargeError); nothing was loaded" in run.stderr
    assert read_all(cluster, TAGGED) == []


def test_nothing_goes_to_a_live_topic_unasked(loaded: KafkaSettings, tmp_path: Path) -> None:
    assert chipwire(loaded, "dump", "tagged", str(tmp_path / "slice.zst"), "-n", "1").returncode == 0
    live = loaded.model_copy(update={"topic_prefix": ""})
    run = chipwire(live, "load", str(tmp_path / "slice.zst"), loaded.topic(TAGGED))
    assert run.returncode == 2
    assert b"add --yes to write to a live topic" in run.stderr
    assert chipwire(live, "load", str(tmp_path / "slice.zst"), loaded.topic(TAGGED), "--yes").returncode == 0
    assert len(read_all(loaded, TAGGED)) == COUNT + 1


@pytest.mark.parametrize("arguments", [["tail", "--offset", "0.."], ["dump", "tagged", "-"]])
def test_a_closed_pipe_ends_quietly(loaded: KafkaSettings, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(command(*arguments), stdout=write, stderr=subprocess.PIPE, env=environment(loaded), timeout=60, check=False)
    os.close(write)
    assert run.stderr == b""
    assert run.returncode in (0, 1)


class Killed(Exception):  # noqa: N818 - no error of ours
    """Stands for the end of the process."""


def test_a_dump_that_was_killed_goes_on_and_is_as_if_it_had_not_been(loaded: KafkaSettings, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.zst", tmp_path / "broken.zst"
    asked = ["--feed", "f1", "--feed", "f2", "-n", "200"]
    assert chipwire(loaded, "dump", "tagged", str(whole), *asked).returncode == 0
    content = list(SliceReader(str(whole)))
    with contextlib.suppress(Killed), SliceWriter(str(broken), SliceReader(str(whole)).header, keep=True) as left:
        for record in content[:77]:
            left.write(record)
        raise Killed
    part = tmp_path / "broken.zst.part"
    part.write_bytes(part.read_bytes() + b"\x28\xb5\x2f\xfd\x00torn")
    assert b"is what an interrupted dump left" in chipwire(loaded, "dump", "tagged", str(broken)).stderr
    assert chipwire(loaded, "dump", "tagged", str(broken), "--resume", "-n", "5").returncode == 2
    assert b"is of " in chipwire(loaded, "dump", "articles", str(broken), "--resume").stderr
    run = chipwire(loaded, "dump", "tagged", str(broken), "--resume")
    assert run.returncode == 0, run.stderr
    assert SliceReader(str(broken)).header == SliceReader(str(whole)).header
    assert list(SliceReader(str(broken))) == content
    assert not part.exists()
    assert b"nothing to resume" in chipwire(loaded, "dump", "tagged", str(broken), "--resume").stderr


def test_a_dump_killed_for_real_goes_on(loaded: KafkaSettings, tmp_path: Path) -> None:
    many = [replace(record, value=os.urandom(60_000)) for record in records("news.tagged.v1")] * 2
    with SliceWriter(str(tmp_path / "many.zst"), Header("news.tagged.v1", 4)) as writer:
        for record in many:
            writer.write(record)
    assert chipwire(loaded, "load", str(tmp_path / "many.zst")).returncode == 0
    path, part = tmp_path / "dump.zst", tmp_path / "dump.zst.part"
    running = subprocess.Popen(command("dump", "tagged", str(path)), env=environment(loaded))
    while running.poll() is None and not (part.exists() and part.stat().st_size > 8 << 20):
        time.sleep(0.001)
    running.kill()
    assert running.wait() == -9
    assert chipwire(loaded, "dump", "tagged", str(path), "--resume").returncode == 0
    assert unplaced(by_place(list(SliceReader(str(path))))) == unplaced(by_place(read_all(loaded, TAGGED)))


def test_a_load_that_was_killed_goes_on_and_doubles_nothing(loaded: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "slice.zst"
    assert chipwire(loaded, "dump", "tagged", str(path)).returncode == 0
    monkeypatch.setattr(loading, "TRANSACTION_SECONDS", 0.0)
    monkeypatch.setattr(loading, "PORTION_BYTES", 1)  # every record is a transaction

    def dying() -> Iterator[Record]:
        for number, record in enumerate(SliceReader(str(path))):
            if number == 123:
                raise Killed
            yield record

    made = loading.Load(loaded, loaded.topic(ARTICLES), 4, SliceReader(str(path)).header, fingerprint(str(path)))
    with pytest.raises(Killed):
        asyncio.run(made.run(dying()))
    assert len(read_all(loaded, ARTICLES)) == 123
    run = chipwire(loaded, "load", str(path), "articles")
    assert b"400 records are on" in run.stderr
    assert b"123 of them from an earlier load" in run.stderr
    assert unplaced(by_place(read_all(loaded, ARTICLES))) == unplaced(by_place(records("")))
    assert b"400 of them from an earlier load" in chipwire(loaded, "load", str(path), "articles").stderr
    assert len(read_all(loaded, ARTICLES)) == COUNT
    assert chipwire(loaded, "load", str(path), "articles", "--again").returncode == 0
    assert len(read_all(loaded, ARTICLES)) == 2 * COUNT
