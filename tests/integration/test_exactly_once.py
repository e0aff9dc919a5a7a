"""0 lost, 0 doubled, each key's order kept: through kills, stops, freezes and the broker's own death.

The seed of the faults is printed; CHIPWIRE_FAULT_SEED repeats it. The long form is `make soak`.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.local import broker
from shared.records.raw import Entry, RawDocument
from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.topics import ARTICLES, RAW, TAGGED
from tests.integration.conftest import Start
from tests.integration.ledger import balance, read_all
from tests.integration.replica import Replica
from tests.integration.sending import send
from tests.integration.test_ledger import counted
from tests.integration.toy import WORDS_IN, WORDS_OUT
from tests.integration.waiting import until_idle

pytestmark = pytest.mark.kafka

KEYS, REVISIONS = 600, 4


def key(number: int) -> bytes:
    return f"{number:032x}".encode()


def document(number: int, revision: int) -> Message:
    """One of many small stories; a few hundred words, so that a batch takes real work."""
    words = f"Regulators in story {number} weighed licence rule {revision} for chip tools. " * 40
    return RawDocument(
        kind="entry",
        id=key(number).decode(),
        revision=revision,
        change="created" if revision == 1 else "corrected",
        feed="feed",
        domain="example.org",
        linkhash="0" * 32,
        url=f"https://example.org/{number}",
        body=f"<p>{words}</p>".encode(),
        fetched_at="2026-11-01T00:00:00Z",
        entry=Entry(title=f"Story {number}, revision {revision}", summary="A ministry weighs a rule."),
    ).to_message()


def documents() -> list[Message]:
    return [document(number, revision) for revision in range(1, REVISIONS + 1) for number in range(KEYS)]


def marks(records: list[Record] | list[Message]) -> Iterator[tuple[bytes, bytes]]:
    """Key and ``ce_id`` (article and revision) of each record."""
    for record in records:
        yield record.key or b"", dict(record.headers).get("ce_id") or b""


class Chaos:
    """Hurts replicas and the broker at random moments until it has done all it was told to."""

    def __init__(self, replicas: list[Replica], home: Path | None, rng: random.Random) -> None:
        self.replicas = replicas
        self._home = home
        self._rng = rng

    def one(self) -> Replica:
        return self._rng.choice(self.replicas)

    def kill(self) -> None:
        victim = self.one()
        victim.kill()
        time.sleep(self._rng.uniform(0, 1))
        victim.ensure()

    def stop(self) -> None:
        victim = self.one()
        expected = (0,) if '"ready"' in victim.said else (0, -15)  # the signal may come before Python has imported its handler
        status, seconds = victim.stop()
        assert status in expected, f"{victim.name} ended with {status}:\n{victim.said[-2000:]}"
        assert seconds < 5
        victim.ensure()

    def freeze(self) -> None:
        victim = self.one()
        victim.freeze()
        time.sleep(13)  # the session ends after 10 s, and its partitions move
        victim.wake()

    def kill_broker(self) -> None:
        if self._home is None:
            return  # not ours to kill
        os.kill(broker.up(self._home).pid, 9)
        time.sleep(self._rng.uniform(0, 1))
        broker.up(self._home)

    def restart_broker(self) -> None:
        if self._home is None:
            return
        broker.down(self._home)
        broker.up(self._home)

    def run(self, faults: list[Callable[[], None]]) -> None:
        self._rng.shuffle(faults)
        for fault in faults:
            time.sleep(self._rng.uniform(0.5, 3))
            fault()
            self.ensure()

    def ensure(self) -> None:
        for replica in self.replicas:
            replica.ensure()


def pipeline(replica: Start) -> list[Replica]:
    return [
        replica(f"services.{service}", f"{service}-{number}", CHIPWIRE_BATCH="40")
        for service in ("parser", "classifier")
        for number in (1, 2)
    ]


def suffer(cluster: KafkaSettings, replicas: list[Replica], home: Path | None, rounds: int) -> None:
    """Send all documents slowly while faults happen, and close the books."""
    seed = int(os.environ.get("CHIPWIRE_FAULT_SEED", random.SystemRandom().randrange(10**6)))
    print(f"fault seed {seed}: repeat with CHIPWIRE_FAULT_SEED={seed}")
    chaos = Chaos(replicas, home, random.Random(seed))
    sent = documents()

    def feed() -> None:
        for first in range(0, len(sent), 40):
            send(cluster, RAW, sent[first : first + 40])
            time.sleep(0.4 * rounds)

    feeding = threading.Thread(target=feed, daemon=True)
    feeding.start()
    for _ in range(rounds):
        chaos.run([chaos.kill] * 5 + [chaos.stop] * 2 + [chaos.freeze, chaos.kill_broker, chaos.restart_broker])
    feeding.join()
    until_idle(cluster, "chipwire.parser", RAW, 120, chaos.ensure)
    until_idle(cluster, "chipwire.classifier", ARTICLES, 120, chaos.ensure)
    tagged = read_all(cluster, TAGGED)
    books = balance(marks(sent), marks(tagged))
    assert books.even, f"seed {seed}: lost {books.lost[:5]}, doubled {books.doubled[:5]}, disordered {books.disordered[:5]}"
    assert len(tagged) == len(sent) == len(read_all(cluster, ARTICLES))
    assert read_all(cluster, RAW.dead_letters) == read_all(cluster, ARTICLES.dead_letters) == []
    for replica in replicas:
        replica.wait_for('"ready"')
        assert counted(replica).by_label("chipwire_imbalance_records_total", "topic") == {}


def test_parser_and_classifier_lose_and_double_nothing_through_faults(
    cluster: KafkaSettings, replica: Start, broker_home: Path | None
) -> None:
    suffer(cluster, pipeline(replica), broker_home, rounds=1)


@pytest.mark.soak
def test_parser_and_classifier_lose_and_double_nothing_through_many_faults(
    cluster: KafkaSettings, replica: Start, broker_home: Path | None
) -> None:
    suffer(cluster, pipeline(replica), broker_home, rounds=5)


def words(count: int, milliseconds: float = 0.5) -> list[Message]:
    return [Message(key(number % 300), b"work %g %d" % (milliseconds, number)) for number in range(count)]


def values(records: list[Record] | list[Message]) -> Iterator[tuple[bytes, bytes]]:
    for record in records:
        yield record.key or b"", record.value or b""


def test_two_processes_that_both_believe_they_own_everything_write_each_record_once(cluster: KafkaSettings, replica: Start) -> None:
    sent = words(5000, 2)
    send(cluster, WORDS_IN, sent)
    believers = [replica("tests.integration.believer", name, CHIPWIRE_BATCH="20") for name in ("first", "second")]
    until_idle(cluster, "chipwire.toy", WORDS_IN, 120)
    books = balance(values(sent), values(read_all(cluster, WORDS_OUT)))
    assert books.even, books
    for believer in believers:
        assert "ProducerFenced" in believer.said, f"{believer.name} never had to give way, so it proves nothing"


def test_the_ledger_finds_out_an_auto_commit_loop(cluster: KafkaSettings, replica: Start) -> None:
    sent = words(3000)
    send(cluster, WORDS_IN, sent)
    naive = replica("tests.integration.naive", "naive")
    for _ in range(5):
        naive.wait_for("assigned")
        time.sleep(0.7)
        naive.kill()
        naive.start()
    until_idle(cluster, "naive", WORDS_IN, 60)
    time.sleep(1)
    books = balance(values(sent), values(read_all(cluster, WORDS_OUT)))
    assert not books.even
