"""``chipwire dump | load`` on a real broker: what goes in comes out byte for byte, also after a kill."""

import asyncio
import contextlib
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from shared.reading import load as loading
from shared.reading.reader import SliceReader, fingerprint
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import provision
from shared.topics import ARTICLES, TAGGED
from tests.integration.cli import chipwire, command, environment
from tests.integration.every_kind import COUNT, NOON, by_place, records, unplaced
from tests.integration.ledger import read_all

pytestmark = pytest.mark.kafka


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
