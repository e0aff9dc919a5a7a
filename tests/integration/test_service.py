"""A service tells what is wrong in one line, answers on its port, and leaves when asked."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from shared.settings import KafkaSettings
from shared.stream import kafka
from tests.integration.conftest import Start
from tests.integration.replica import ROOT, Replica, environment

pytestmark = pytest.mark.kafka


def port_of(replica: Replica) -> int:
    replica.wait_for('"ready"')
    lines = [json.loads(line) for line in replica.log.read_text().splitlines()]
    return next(int(line["port"]) for line in lines if line["message"] == "ready")


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def refuses(cluster: KafkaSettings, **more: str) -> str:
    """Start the toy service, which must end with 1 and say one line; return it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.toy"],
        env=environment(cluster, **{"CHIPWIRE_REPLICA": "one", **more}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(said) == 1, done.stderr
    return said[0]


def test_metrics_and_health_are_served_and_sigterm_ends_with_0_in_time(replica: Start) -> None:
    one = replica("tests.integration.toy")
    port = port_of(one)
    one.wait_for('"assigned"')
    assert get(port, "/livez") == (200, "ok\n")
    assert get(port, "/readyz") == (200, "ok\n")
    status, text = get(port, "/metrics")
    assert status == 200
    assert "chipwire_lanes 4.0" in text
    assert "process_resident_memory_bytes" in text
    status, seconds = one.stop()
    assert status == 0
    assert seconds < 5


def test_a_killed_replica_leaves_no_process_behind(replica: Start) -> None:
    one = replica("tests.integration.toy")
    one.wait_for('"assigned"')
    family = psutil.Process(one.pid).children(recursive=True)
    assert family
    one.kill()
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_two_processes_with_one_name_end_with_a_sentence_and_no_silence(cluster: KafkaSettings, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    pair = [Replica("tests.integration.toy", "same", cluster, folder) for folder in (tmp_path, tmp_path / "other")]
    try:
        for each in pair:
            each.start()
        deadline = time.monotonic() + 90
        while all(each.ended is None for each in pair):
            assert time.monotonic() < deadline, "both still fight"
            time.sleep(0.2)
        loser = next(each for each in pair if each.ended is not None)
        assert loser.ended == 1
        assert "is another process running as this replica?" in loser.said
    finally:
        for each in pair:
            each.end()


def test_a_service_is_not_ready_before_it_joined(cluster: KafkaSettings, replica: Start) -> None:
    first = replica("tests.integration.toy", "first")
    first.wait_for('"assigned"')
    first.freeze()  # the second waits for it to join
    second = replica("tests.integration.toy", "second")
    status, text = get(port_of(second), "/readyz")
    first.wake()
    assert (status, text) == (503, "the consumer group has not assigned anything yet\n")


def test_an_unreachable_broker_gives_one_line(cluster: KafkaSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    assert f"cannot reach Kafka at {address}" in refuses(cluster, CHIPWIRE_BOOTSTRAP_SERVERS=address)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("BOOTSTRAP_SERVERS", "nonsense"), ("BATCH", "0"), ("WORKERS", "many"), ("TOPIC_PREFIX", "a b"), ("PORT", "70000"), ("REPLICA", "")],
)
def test_a_bad_setting_gives_one_line_that_names_it(cluster: KafkaSettings, setting: str, value: str) -> None:
    assert f"CHIPWIRE_{setting} is wrong" in refuses(cluster, **{f"CHIPWIRE_{setting}": value})


def test_a_taken_port_gives_one_line(cluster: KafkaSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "CHIPWIRE_PORT" in refuses(cluster, CHIPWIRE_PORT=str(taken.getsockname()[1]))


def test_a_missing_topic_gives_one_line_that_says_what_to_do(cluster: KafkaSettings) -> None:
    said = refuses(cluster, CHIPWIRE_TOPIC_PREFIX=cluster.topic_prefix + "no.")
    assert said.endswith("is missing; run `chipwire topics apply`")


async def test_a_topic_with_a_wrong_size_gives_one_line(cluster: KafkaSettings, tmp_path: Path) -> None:
    client = kafka.admin(cluster)
    await client.start()
    name = cluster.topic_prefix + "news.tagged.v1"
    await client.alter_configs([kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, name, configs={"max.message.bytes": "1000"})])
    await client.close()
    assert "has max.message.bytes 1000, not 3145728" in refuses(cluster)


def test_python_that_drops_assertions_is_refused(cluster: KafkaSettings) -> None:
    assert "PYTHONOPTIMIZE" in refuses(cluster, PYTHONOPTIMIZE="1")
