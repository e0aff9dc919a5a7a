"""The metrics of a stage balance at the end of a run through faults: in = out + dead letters + in flight, and no imbalance in between."""

import json
import os
import time
import urllib.request
from pathlib import Path

import pytest

from services.local import broker
from services.local.summary import Summary
from shared.records.record import Message
from shared.settings import KafkaSettings
from tests.integration.conftest import Start
from tests.integration.replica import Replica
from tests.integration.sending import send
from tests.integration.toy import WORDS_IN, WORDS_OUT
from tests.integration.waiting import until_idle

pytestmark = pytest.mark.kafka


def counted(replica: Replica) -> Summary:
    """What a replica counts, as a Prometheus would see it."""
    ready = next(json.loads(line) for line in replica.said.splitlines() if '"ready"' in line)
    summary = Summary()
    with urllib.request.urlopen(f"http://127.0.0.1:{ready['port']}/metrics", timeout=10) as answer:
        summary.add(answer.read().decode())
    return summary


def test_a_stage_balances_through_poison_dead_workers_and_the_death_of_the_broker(
    cluster: KafkaSettings, replica: Start, broker_home: Path | None
) -> None:
    words = [b"kill" if number % 211 == 0 else b"poison" if number % 10 == 0 else b"work 2 %d" % number for number in range(1000)]
    send(cluster, WORDS_IN, [Message(f"{number:032x}".encode(), word) for number, word in enumerate(words)])
    stage = replica("tests.integration.toy", CHIPWIRE_BATCH="40")
    stage.wait_for('"ready"')
    time.sleep(1.5)
    if broker_home is not None:
        os.kill(broker.up(broker_home).pid, 9)
        broker.up(broker_home)
    until_idle(cluster, "chipwire.toy", WORDS_IN)
    found = counted(stage)
    dead = found.by_label("chipwire_dead_letters_total", "reason")
    assert found.by_label("chipwire_imbalance_records_total", "topic") == {}
    assert found.by_label("chipwire_in_flight_records", "partition") == {}
    assert found.by_label("chipwire_records_dropped_total", "reason") == {}
    assert found.by_label("chipwire_records_in_total", "topic") == {WORDS_IN.name: 1000}
    assert dead == {"worker-died": words.count(b"kill"), "told-to": words.count(b"poison")}
    assert found.by_label("chipwire_records_out_total", "topic") == {WORDS_OUT.name: 1000 - sum(dead.values())}
    assert ("chipwire_imbalance_records_total", (("topic", WORDS_IN.name),)) in found.series
