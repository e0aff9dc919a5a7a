"""``chipwire replay`` through the stages of this checkout: twice the same bytes, one result for every record."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from shared.errors import PoisonError
from shared.reading.reader import SliceReader
from shared.reading.replay import dead, replay
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.article import Article, Provenance, Source, Text
from shared.records.headers import ARTICLE_TYPE, birth
from shared.records.record import Record, encode_headers
from shared.records.retraction import Retraction
from shared.settings import KafkaSettings
from shared.stream import provision
from shared.topics import ARTICLES, RAW, TAGGED, partition_of
from tests.contract.golden.put import put
from tests.integration.cli import chipwire as cli
from tests.integration.ledger import read_all
from tests.integration.toy import STAGE, WORDS_IN

NOON = 1_767_225_600_000
TOPIC = "shadow.news.articles.v1"
WORDS = [b"fine", b"poison why", b"kill", b"raise", b"spin", b"oversize 4000000", b"segfault"]
REASONS = [None, "told-to", "worker-died", "step-failed", "cpu-limit", "output-too-large", "worker-died"]


def placed(number: int, key: bytes, value: bytes | None, headers: tuple[tuple[str, bytes | None], ...] = ()) -> Record:
    return Record(TOPIC, partition_of(key, 4), number, NOON + number, key, value, headers)


def article(number: int) -> Record:
    key = f"{number:032x}"
    text = f"Story {number}: the commerce department put export controls on advanced semiconductor equipment."
    made = Article(
        id=key,
        revision=1,
        change="created",
        source=Source(domain="example.org"),
        title=f"Export controls, part {number}",
        original=Text.of(text, "en"),
        language="en",
        provenance=Provenance(parser="0", raw_sha256="0" * 64),
    )
    attributes = birth(
        ce_type=ARTICLE_TYPE,
        article_id=key,
        revision=1,
        change="created",
        feed="wire",
        domain="example.org",
        linkhash="0",
        time="2026-01-01T00:00:00Z",
        content_type="application/json",
    )
    return placed(number, key.encode(), made.value(), encode_headers((attributes | made.attributes()).items()))


def articles() -> list[Record]:
    """Articles, among them a tombstone, a retraction, a null key, bytes that are no article, and one in the wrong partition."""
    made = [article(number) for number in range(600)]
    key = made[10].key or b""
    taken_back = Retraction(id=key.decode(), revision=2, reason="gone", at="2026-01-01T00:00:00Z", source="publisher")
    made[100] = placed(
        100, key, taken_back.to_message("wire", "example.org", "0").value, taken_back.to_message("wire", "example.org", "0").headers
    )
    made[200] = placed(200, key, None, made[10].headers)
    made[300] = Record(TOPIC, 0, 300, NOON, None, b"{}")
    made[400] = placed(400, key, b"\xffnot an article")
    made[500] = Record(TOPIC, 3 - partition_of(key, 4), 500, NOON, key, made[10].value, made[10].headers)
    return made


def write(path: Path, records: list[Record]) -> Path:
    with SliceWriter(str(path), Header(TOPIC, 4)) as writer:
        for record in records:
            writer.write(record)
    return path


def chipwire(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run without a broker, and with an address where none is: replay must not ask for one."""
    environment = os.environ | {"CHIPWIRE_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    command = [sys.executable, "-m", "services.cli.main", "replay", "classifier", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, env=environment, check=False)


async def replayed(records: list[Record], workers: int) -> list[tuple[Record, Record | PoisonError]]:
    return [pair async for pair in replay(STAGE, records, workers, 4, "out")]


async def test_whatever_a_record_does_to_its_worker_it_has_one_result_in_its_place() -> None:
    records = [placed(number, f"{number:032x}".encode(), WORDS[number % 7] if number < 7 else b"fine") for number in range(300)]
    found = await replayed(records, 2)
    assert [record for record, _ in found] == records
    reasons = [result.reason if isinstance(result, PoisonError) else None for _, result in found]
    assert reasons == [REASONS[number % 7] if number < 7 else None for number in range(300)]


async def test_an_output_keeps_partition_offset_and_time_and_says_where_it_came_from() -> None:
    record = placed(17, b"0" * 32, b"fine", (("ce_id", b"x"),))
    [(_, result)] = await replayed([record], 1)
    assert isinstance(result, Record)
    assert (result.topic, result.partition, result.offset, result.timestamp) == ("out", record.partition, 17, NOON + 17)
    assert result.header("chipwire-from") == record.address


async def test_stopping_a_replay_half_way_ends_its_workers() -> None:
    records = [placed(number, f"{number:032x}".encode(), b"work 1") for number in range(5000)]
    running = replay(STAGE, records, 2, 4, "out")
    await anext(running)
    await asyncio.wait_for(running.aclose(), 20)


def test_a_dead_letter_is_the_record_byte_for_byte_at_its_own_time() -> None:
    record = placed(3, b"k", b"\xff", (("dlq-reason", b"forged"), ("x", None)))
    letter = dead(STAGE, record, PoisonError("told-to", "why"))
    assert letter == dead(STAGE, record, PoisonError("told-to", "why"))
    assert (letter.topic, letter.key, letter.value, letter.headers[:2]) == (TOPIC + ".dlq", b"k", b"\xff", record.headers)
    assert letter.header("dlq-at") == "2026-01-01T00:00:00.003Z"
    assert letter.header("dlq-stage") == "toy"
    assert WORDS_IN.name == ARTICLES.name


def test_two_replays_of_a_slice_are_byte_equal_however_many_workers_run(tmp_path: Path) -> None:
    source = write(tmp_path / "articles.zst", articles())
    for name, workers in (("one.zst", "1"), ("two.zst", "3")):
        run = chipwire("--from", str(source), "--to", str(tmp_path / name), "-j", workers)
        assert run.returncode == 0, run.stderr
    assert (tmp_path / "one.zst").read_bytes() == (tmp_path / "two.zst").read_bytes()
    assert (tmp_path / "one.zst.dlq").read_bytes() == (tmp_path / "two.zst.dlq").read_bytes()
    assert run.stderr.decode() == "597 records, 3 dead letters, 1 bad-json, 1 bad-key, 1 wrong-partition\n"


def test_outputs_and_dead_letters_are_slices_in_the_order_of_the_source(tmp_path: Path) -> None:
    given = articles()
    source = write(tmp_path / "articles.zst", given)
    assert chipwire("--from", str(source), "--to", str(tmp_path / "out.zst")).returncode == 0
    outputs = SliceReader(str(tmp_path / "out.zst"))
    assert outputs.header == Header("shadow.news.tagged.v1", 4)
    found = list(outputs)
    assert [record.offset for record in found] == [number for number in range(600) if number not in (300, 400, 500)]
    assert json.loads(found[0].value or b"")["article"] == json.loads(given[0].value or b"")
    passed = {record.offset: record.value for record in found if record.offset in (100, 200)}
    assert passed == {100: given[100].value, 200: None}
    letters = list(SliceReader(str(tmp_path / "out.zst.dlq")))
    assert [(letter.key, letter.value) for letter in letters] == [(given[n].key, given[n].value) for n in (300, 400, 500)]


def test_it_runs_in_a_pipe_and_only_counts_without_to(tmp_path: Path) -> None:
    source = write(tmp_path / "articles.jsonl", articles()[:50])
    piped = chipwire("--from", "-", "--to", "-", stdin=source.read_bytes())
    assert piped.returncode == 0, piped.stderr
    (tmp_path / "piped.jsonl").write_bytes(piped.stdout)
    assert len(list(SliceReader(str(tmp_path / "piped.jsonl")))) == 50
    counted = chipwire("--from", str(source))
    assert (counted.stdout, counted.stderr) == (b"", b"50 records, 0 dead letters\n")


@pytest.mark.parametrize("content", [b"", b"hello\n", b'{"format":"chipwire-slice","version":9,"topic":"t"}\n'])
def test_a_foreign_slice_is_one_sentence_and_leaves_no_output(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "foreign").write_bytes(content)
    run = chipwire("--from", str(tmp_path / "foreign"), "--to", str(tmp_path / "out.zst"))
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["foreign"]


def test_a_cut_slice_leaves_no_output(tmp_path: Path) -> None:
    source = write(tmp_path / "articles.jsonl", articles())
    source.write_bytes(source.read_bytes()[:-300])
    run = chipwire("--from", str(source), "--to", str(tmp_path / "out.zst"))
    assert run.returncode == 1
    assert b"is cut off" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["articles.jsonl"]


@pytest.mark.kafka
def test_a_topic_is_replayed_through_both_stages_into_a_topic_of_a_shadow_prefix(cluster: KafkaSettings, tmp_path: Path) -> None:
    given = put(cluster)
    path = str(tmp_path / "raw.zst")
    assert cli(cluster, "dump", "raw", path).returncode == 0
    from_file = cli(cluster, "replay", "parser,classifier", "--from", path, "--to", str(tmp_path / "tagged.zst"))
    first, second = from_file.stderr.decode().splitlines()
    assert (first[:25], second) == ("6 records, 1 dead letters", "6 records, 0 dead letters")
    shadow = cluster.model_copy(update={"topic_prefix": f"t{uuid.uuid4().hex[:8]}."})
    asyncio.run(provision.apply(shadow))
    run = cli(shadow, "replay", "parser,classifier", "--from", cluster.topic(RAW), "--to", "tagged")
    assert run.returncode == 0, run.stderr
    wanted = [record.value for record in given if record.topic == TAGGED.name]
    found = read_all(shadow, TAGGED)
    assert sorted(record.value or b"" for record in found) == sorted(value or b"" for value in wanted)
    assert cli(shadow, "diff", str(tmp_path / "tagged.zst"), "tagged", "--max-changed", "0").returncode == 0
    only = cli(cluster, "replay", "parser", "--from", "raw", "--id", "0a" * 16)
    assert only.stderr == b"4 records, 0 dead letters\n"


@pytest.mark.parametrize("stages", ["fetcher", "classifier,parser", "parser,parser", ""])
def test_stages_run_in_their_order_only(tmp_path: Path, stages: str) -> None:
    run = subprocess.run([sys.executable, "-m", "services.cli.main", "replay", stages, "--from", "x"], capture_output=True, check=False)
    assert run.returncode == 2
