"""Foreign clients read what the pipeline writes: committed records only, filtered by header, tombstones and all."""

import json
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from confluent_kafka import Producer

from services.local import distribution
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import TAGGED
from tests.contract.golden.put import put

pytestmark = pytest.mark.kafka
HERE = Path(__file__).parent


def expected(given: list[Record]) -> list[tuple[str, str, str, str]]:
    """What a consumer that wants policy only is to say."""
    found = []
    for record in given:
        key, revision = (record.key or b"").decode(), record.header("ce_revision") or ""
        if record.value is None:
            found.append((key, revision, "tombstone", ""))
        elif record.header("ce_change") == "retracted":
            found.append((key, revision, "retraction", json.loads(record.value)["reason"]))
        elif record.header("ce_policy") == "true":
            found.append((key, revision, "tagged", json.loads(record.value)["article"]["title"]))
    return found


@pytest.fixture
def given(cluster: KafkaSettings) -> list[Record]:
    """The tagged records on the cluster, after one whose transaction was rolled back."""
    producer = Producer({"bootstrap.servers": cluster.bootstrap_servers, "transactional.id": uuid.uuid4().hex})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(cluster.topic(TAGGED), key=b"never", value=b"written", headers=[("ce_policy", b"true")], partition=0)
    producer.flush(30)
    producer.abort_transaction(30)
    return [record for record in put(cluster) if record.topic == TAGGED.name]


def test_java(cluster: KafkaSettings, given: list[Record]) -> None:
    if not (shutil.which("java") and shutil.which("javac")):
        pytest.skip("NO TOOLCHAIN: no JDK here")
    path = ":".join(map(str, distribution.jars(lambda _: None)))
    command = ["java", "-cp", path, str(HERE / "TaggedConsumer.java"), cluster.bootstrap_servers, cluster.topic(TAGGED)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    said = [(line["id"], line["revision"], line["kind"], line["text"]) for line in found]
    assert sorted(said) == sorted(expected(given))
    one = [each[2] for each in said if each[0] == "0a" * 16]
    assert one == ["tagged", "tagged", "retraction", "tombstone"]
