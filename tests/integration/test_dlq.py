"""``chipwire dlq`` on a real broker: listed by reason, tried, put back once with their history, refused, dropped; and ``trace``."""

import time
from collections import Counter
from dataclasses import replace

import pytest

from shared.errors import PoisonError
from shared.records.dead_letter import dead_letter
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import RAW, partition_of
from tests.contract.golden.make import AT, NOON, STORY
from tests.contract.golden.put import put
from tests.integration.cli import chipwire, lines
from tests.integration.conftest import Start
from tests.integration.every_kind import by_place
from tests.integration.ledger import read_all
from tests.unit.test_records import raw

pytestmark = pytest.mark.kafka
GOOD, BAD, WORN, OLD = ("1a" * 16, "2b" * 16, "3c" * 16, "4d" * 16)


def letters() -> list[Record]:
    """One that today's parser takes, one that it does not, one that came back three times, and one that a correction overtook."""
    made = []
    for key, body, reason, round_ in [
        (GOOD, STORY, "step-failed", 0),
        (BAD, "", "no-text", 0),
        (WORN, STORY, "no-text", 3),
        (OLD, STORY, "no-text", 0),
    ]:
        message = raw(id=key, revision=1, change="created", body=body.encode(), entry=None, content_type="text/html").to_message()
        history = (("dlq-round", b"%d" % (round_ - 1)),) if round_ else ()
        source = Record(RAW.name, partition_of(key.encode(), 4), 0, NOON, message.key, message.value, (*message.headers, *history))
        letter = dead_letter(source, "parser", PoisonError(reason, "why"), AT)
        made.append(Record(RAW.dead_letters.name, source.partition, 0, NOON, letter.key, letter.value, letter.headers))
    return made


@pytest.fixture
def dead(cluster: KafkaSettings) -> KafkaSettings:
    """A cluster with those letters, each of a record at offset 0 of its partition, and the correction."""
    given = letters()
    sources = [replace(letter, topic=RAW.name) for letter in given]
    correction = raw(id=OLD, revision=2, body=STORY.encode()).to_message()
    put(cluster, [*sources, Record(RAW.name, 0, 0, NOON, correction.key, correction.value, correction.headers), *given])
    return cluster


def listed(settings: KafkaSettings) -> dict[str, int]:
    return {str(line["reason"]): int(str(line["count"])) for line in lines(chipwire(settings, "dlq", "ls", "raw"))}


def test_letters_are_listed_tried_put_back_once_and_dropped(dead: KafkaSettings) -> None:
    assert listed(dead) == {"no-text": 3, "step-failed": 1}
    before = by_place(read_all(dead, RAW))

    tried = {(line["was"], line["now"]): line["count"] for line in lines(chipwire(dead, "dlq", "retry", "raw", "--dry-run"))}
    assert tried == {
        ("step-failed", "passes"): 1,
        ("no-text", "no-text"): 1,
        ("no-text", "refused: came back 3 times"): 1,
        ("no-text", "refused: overtaken by a newer record"): 1,
    }
    assert by_place(read_all(dead, RAW)) == before

    unasked = chipwire(dead, "dlq", "retry", "raw")
    assert unasked.returncode == 2
    assert b"add --yes" in unasked.stderr
    assert by_place(read_all(dead, RAW)) == before

    run = chipwire(dead, "dlq", "retry", "raw", "--yes", "--reason", "step-failed", "--reason", "no-text")
    assert run.stderr.decode().endswith(f"2 records are back on {dead.topic(RAW)}\n")
    back = [record for record in read_all(dead, RAW) if record not in before]
    assert sorted(record.key or b"" for record in back) == [GOOD.encode(), BAD.encode()]
    given = {letter.key: letter for letter in letters()}
    for record in back:
        letter = given[record.key]
        assert (record.value, record.headers, record.timestamp) == (letter.value, letter.headers, NOON)
        assert record.partition == partition_of(record.key or b"", 4)

    assert b"nothing to do" in chipwire(dead, "dlq", "retry", "raw", "--yes").stderr
    assert listed(dead) == {"no-text": 2}
    assert chipwire(dead, "dlq", "drop", "raw", "--id", WORN).returncode == 2
    assert chipwire(dead, "dlq", "drop", "raw", "--id", WORN, "--yes").returncode == 0
    assert listed(dead) == {"no-text": 1}
    assert len([record for record in read_all(dead, RAW.dead_letters) if record.value is not None]) == 4


def test_show_gives_the_record_byte_for_byte(dead: KafkaSettings) -> None:
    [example] = [line["example"] for line in lines(chipwire(dead, "dlq", "ls", "raw", "--reason", "step-failed"))]
    assert chipwire(dead, "dlq", "show", str(example), "--value").stdout == STORY.encode()
    assert lines(chipwire(dead, "dlq", "show", str(example)))[0]["headers"]["dlq-reason"] == "step-failed"  # type: ignore[index]
    assert chipwire(dead, "dlq", "show", f"{dead.topic(RAW.dead_letters)}/0/4000").returncode == 1
    assert chipwire(dead, "dlq", "ls", "tagged").returncode == 2


def test_a_letter_of_the_running_parser_comes_back_a_round_later(cluster: KafkaSettings, replica: Start) -> None:
    image = raw(id=BAD, body=b"", entry=None, content_type="image/png").to_message()
    put(cluster, [Record(RAW.name, 0, 0, NOON, image.key, image.value, image.headers)])
    replica("services.parser")
    wait(cluster, {"0": 1})
    assert chipwire(cluster, "dlq", "retry", "raw", "--yes").returncode == 0
    wait(cluster, {"0": 1, "1": 1})
    [line] = lines(chipwire(cluster, "dlq", "ls", "raw"))
    assert (line["count"], line["rounds"]) == (1, 1)
    trace = lines(chipwire(cluster, "trace", BAD))
    assert Counter(line["kind"] for line in trace) == {"page": 2, "dead letter": 2, "settlement": 1}
    groups = lines(chipwire(cluster, "groups"))
    assert {line["group"] for line in groups} == {cluster.topic_prefix + "chipwire.parser"}
    assert sum(int(str(line["committed"])) for line in groups) >= 2


def wait(settings: KafkaSettings, rounds: dict[str, int]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [record for record in read_all(settings, RAW.dead_letters) if record.header("dlq-reason")]
        if Counter(record.header("dlq-round") for record in found) == rounds:
            return
        time.sleep(0.3)
    raise AssertionError(f"no dead letters {rounds} in 60 s")
