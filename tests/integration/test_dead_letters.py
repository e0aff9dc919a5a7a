"""One bad record gives one dead letter, byte for byte, and everything beside it goes on."""

import asyncio
import struct

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.topics import partition_of
from tests.integration.conftest import Start
from tests.integration.ledger import read_all
from tests.integration.sending import send
from tests.integration.toy import WORDS_IN, WORDS_OUT
from tests.integration.waiting import until_idle

pytestmark = pytest.mark.kafka

BAD = {
    b"poison on purpose": "told-to",
    b"raise": "step-failed",
    b"kill": "worker-died",
    b"segfault": "worker-died",
    b"spin": "cpu-limit",
    b"sleep": "time-limit",
    b"grow": "memory-limit",
    b"oversize 3500000": "output-too-large",
    b"oversize 0 " + bytes(70 << 20): "step-failed",  # some KB on the wire, more than any limit here
}
FORGED = (("dlq-reason", b"forged"), ("dlq-round", b"7"), ("x-null", None), ("x-bytes", b"\xff\x00"), ("x-bytes", b"again"))


def key(number: int) -> bytes:
    return f"{number:032x}".encode()


def good_and_bad() -> list[Message]:
    words = [b"fine %d" % number for number in range(300)]
    for place, word in enumerate(BAD):
        words.insert(10 + 30 * place, word)
    return [Message(key(number), word, FORGED, 1_700_000_000_000 + number) for number, word in enumerate(words)]


def unnamed(records: list[Record]) -> list[tuple[bytes | None, bytes | None]]:
    return sorted((record.key or b"", record.value or b"") for record in records)


def test_each_kind_of_bad_record_gives_one_dead_letter_and_the_rest_goes_on(cluster: KafkaSettings, replica: Start) -> None:
    sent = good_and_bad()
    send(cluster, WORDS_IN, sent)
    replica("tests.integration.toy", CHIPWIRE_CPU_LIMIT="1", CHIPWIRE_TIME_LIMIT="3")
    until_idle(cluster, "chipwire.toy", WORDS_IN)
    dead = read_all(cluster, WORDS_IN.dead_letters)
    assert {record.value: record.header("dlq-reason") for record in dead} == BAD
    assert len(dead) == len(BAD)
    assert unnamed(read_all(cluster, WORDS_OUT)) == sorted((m.key or b"", m.value or b"") for m in sent if m.value not in BAD)


def test_a_dead_letter_is_the_record_byte_for_byte_with_its_history(cluster: KafkaSettings, replica: Start) -> None:
    send(cluster, WORDS_IN, [Message(key(5), b"poison \xff\xfe\x00", FORGED)])
    replica("tests.integration.toy")
    until_idle(cluster, "chipwire.toy", WORDS_IN)
    [source] = read_all(cluster, WORDS_IN)
    [dead] = read_all(cluster, WORDS_IN.dead_letters)
    assert (dead.key, dead.value, dead.headers[: len(FORGED)]) == (source.key, source.value, source.headers)
    assert dead.timestamp == source.timestamp
    found = {name: dead.header(name) for name in ("dlq-stage", "dlq-topic", "dlq-partition", "dlq-offset", "dlq-round")}
    assert found == {
        "dlq-stage": "toy",
        "dlq-topic": source.topic,
        "dlq-partition": str(source.partition),
        "dlq-offset": str(source.offset),
        "dlq-round": "8",
    }


def test_null_keys_null_values_and_records_in_a_foreign_partition_are_handled(cluster: KafkaSettings, replica: Start) -> None:
    stranger = Message(key(1), b"fine", ())
    foreign = (partition_of(key(1), cluster.partitions) + 1) % cluster.partitions
    unkeyed = [Message(None, None), Message(None, b"fine"), Message(None, None, (("x", b"y"),))]
    send(cluster, WORDS_IN, [Message(key(2), None, (("ce_id", b"2.9"), ("content-type", b"text/plain"))), stranger])
    send(cluster, WORDS_IN, [*unkeyed, stranger], partition=foreign)
    replica("tests.integration.toy")
    until_idle(cluster, "chipwire.toy", WORDS_IN)
    dead = [(record.key, record.value, record.header("dlq-reason")) for record in read_all(cluster, WORDS_IN.dead_letters)]
    assert dead == [
        (None, None, "bad-key"),
        (None, b"fine", "bad-key"),
        (None, None, "bad-key"),
        (key(1), b"fine", "wrong-partition"),
    ]
    tombstone = next(record for record in read_all(cluster, WORDS_OUT) if record.value is None)
    assert tombstone.key == key(2)
    assert tombstone.header("ce_id") == "2.9"
    assert tombstone.header("content-type") is None


async def send_with_header_name(cluster: KafkaSettings, name: bytes, words: list[bytes]) -> None:
    """Write one batch whose middle record has a header of that name, as clients do that take names as bytes."""
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap_servers)
    await producer.start()
    batch = producer.create_batch()
    stand_in = "Q" * len(name)
    for number, word in enumerate(words):
        batch.append(key=key(number), value=word, timestamp=None, headers=[(stand_in, b"v")] if number == len(words) // 2 else [])
    batch.close()
    data = bytearray(batch._build())
    place = data.index(stand_in.encode())
    data[place : place + len(name)] = name
    data[17:21] = struct.pack(">I", calc_crc32c(bytes(data[21:])))
    batch._buffer = data
    await (await producer.send_batch(batch, cluster.topic(WORDS_IN), partition=1))
    await producer.stop()


async def test_a_header_name_that_is_not_utf_8_stops_nobody(cluster: KafkaSettings, replica: Start) -> None:
    words = [b"poison %d" % number for number in range(5)]
    await send_with_header_name(cluster, b"\xff\xfeabc", words)
    replica("tests.integration.toy")
    await asyncio.to_thread(until_idle, cluster, "chipwire.toy", WORDS_IN)
    dead = read_all(cluster, WORDS_IN.dead_letters)
    assert [record.value for record in dead] == words
    assert dead[2].headers[0] == ("\\xff\\xfeabc", b"v")


def test_too_many_dead_letters_in_a_row_stop_the_line_with_a_sentence(cluster: KafkaSettings, replica: Start) -> None:
    send(cluster, WORDS_IN, [Message(key(9), b"poison %d" % number) for number in range(20)])
    one = replica("tests.integration.toy", CHIPWIRE_MAX_DEAD_LETTERS_IN_A_ROW="10")
    assert one.wait_end() == 1
    said = one.log.read_text().splitlines()[-1]
    assert said.startswith("chipwire toy: 10 dead letters in a row on partition")
    assert "Traceback" not in one.log.read_text()
    assert read_all(cluster, WORDS_IN.dead_letters) == []
