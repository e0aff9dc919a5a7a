"""``chipwire tail | show`` on a real broker: what is printed is what is there, and what is wrong is one sentence."""

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from shared.client import tagged
from shared.reading.reader import SliceReader
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import TAGGED
from tests.integration.cli import chipwire, command, environment, lines
from tests.integration.every_kind import COUNT, NOON, records

pytestmark = pytest.mark.kafka
HELD_AT = 1_769_868_131_000


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


@pytest.mark.parametrize("arguments", [["tail", "--offset", "0.."], ["dump", "tagged", "-"]])
def test_a_closed_pipe_ends_quietly(loaded: KafkaSettings, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(command(*arguments), stdout=write, stderr=subprocess.PIPE, env=environment(loaded), timeout=60, check=False)
    os.close(write)
    assert run.stderr == b""
    assert run.returncode in (0, 1)
