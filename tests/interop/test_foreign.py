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


def check(command: list[str], given: list[Record], folder: Path = HERE) -> None:
    """Run a consumer and hold what it says against what was written."""
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False, cwd=folder)
    assert run.returncode == 0, run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    said = [(line["id"], line["revision"], line["kind"], line["text"]) for line in found]
    assert sorted(said) == sorted(expected(given))
    assert [each[2] for each in said if each[0] == "0a" * 16] == ["tagged", "tagged", "retraction", "tombstone"]


def copied(tmp_path: Path, *names: str) -> Path:
    """A folder of its own with these files: toolchains write beside them."""
    for name in names:
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def fetched(command: list[str], folder: Path) -> None:
    """Run what gets a client library; a registry that cannot be reached skips the test and says so."""
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False, cwd=folder)
    if run.returncode:
        pytest.skip(f"NO LIBRARY: {' '.join(command)}: {run.stderr[-200:]}")


def test_java(cluster: KafkaSettings, given: list[Record]) -> None:
    if not (shutil.which("java") and shutil.which("javac")):
        pytest.skip("NO TOOLCHAIN: no JDK here")
    path = ":".join(map(str, distribution.jars(lambda _: None)))
    check(["java", "-cp", path, "TaggedConsumer.java", cluster.bootstrap_servers, cluster.topic(TAGGED)], given)


def test_go(cluster: KafkaSettings, given: list[Record], tmp_path: Path) -> None:
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        pytest.skip("NO TOOLCHAIN: no Go here")
    folder = copied(tmp_path, "tagged.go", "go.mod", "go.sum")
    fetched([go, "mod", "download"], folder)
    check([go, "run", "tagged.go", cluster.bootstrap_servers, cluster.topic(TAGGED)], given, folder)


def test_node(cluster: KafkaSettings, given: list[Record], tmp_path: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("NO TOOLCHAIN: no Node here")
    folder = copied(tmp_path, "tagged.mjs", "package.json")
    fetched(["npm", "install", "--no-audit", "--no-fund", "--silent"], folder)
    check(["node", "tagged.mjs", cluster.bootstrap_servers, cluster.topic(TAGGED)], given, folder)
