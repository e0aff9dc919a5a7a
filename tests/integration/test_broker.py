"""The local broker, started, killed and stopped for real."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from services.local import broker, process
from services.local.node import Files, Record

pytestmark = pytest.mark.kafka

CLI = "from services.cli.kafka import kafka; kafka(prog_name='chipwire kafka')"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "kafka"
    yield path
    if (found := broker.status(path)).pid:
        os.kill(found.pid, signal.SIGKILL)


def chipwire_kafka(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CLI, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, env={**os.environ, **environment}, check=False)


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def write(address: str, values: list[bytes]) -> None:
    admin = AdminClient({"bootstrap.servers": address})  # it must outlive its futures
    admin.create_topics([NewTopic("kept", 1)])["kept"].result(10)
    producer = Producer({"bootstrap.servers": address})
    for value in values:
        producer.produce("kept", value)
    assert producer.flush(10) == 0


def read(address: str, count: int) -> list[bytes]:
    consumer = Consumer({"bootstrap.servers": address, "group.id": "reader", "auto.offset.reset": "earliest"})
    consumer.subscribe(["kept"])
    try:
        return [value for message in consumer.consume(count, 15) if (value := message.value()) is not None]
    finally:
        consumer.close()


def test_a_second_up_finds_the_first_and_a_stop_is_clean(home: Path) -> None:
    first = broker.up(home, overrides={"num.partitions": "3"})
    assert broker.up(home) == first
    assert broker.status(home).state == "running"
    with pytest.raises(broker.BrokerError, match="other settings"):
        broker.up(home, overrides={"num.partitions": "5"})
    with pytest.raises(broker.BrokerError, match="already runs at"):
        broker.up(home, port=1)
    with pytest.raises(broker.BrokerError, match="running"):
        broker.wipe(home)
    assert broker.down(home) is True
    assert (home / "data" / ".kafka_cleanshutdown").exists()
    assert broker.status(home).state == "stopped"
    assert broker.down(home) is False
    broker.wipe(home)
    assert [path.name for path in home.iterdir()] == ["lock"]


def test_a_killed_broker_comes_back_at_the_same_address_with_its_data(home: Path) -> None:
    first = broker.up(home)
    values = [b"%d" % number for number in range(100)]
    write(first.bootstrap_servers, values)
    os.kill(first.pid, signal.SIGKILL)
    eventually(lambda: broker.status(home).state == "exited")
    second = broker.up(home)
    assert second.bootstrap_servers == first.bootstrap_servers
    assert second.pid != first.pid
    assert read(second.bootstrap_servers, len(values)) == values


def test_a_frozen_broker_is_killed_when_it_does_not_stop(home: Path) -> None:
    frozen = broker.up(home)
    os.kill(frozen.pid, signal.SIGSTOP)
    said: list[str] = []
    assert broker.status(home).state == "unready"
    assert broker.down(home, timeout=0.5, say=said.append) is True
    assert said == ["the broker did not end within 0.5 s and was killed"]
    assert process.command_line(frozen.pid) == ""
    assert broker.status(home).state == "stopped"


def test_a_taken_port_is_one_sentence_and_another_free_port_is_found_without_one(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = chipwire_kafka("up", "--home", str(home), "--port", str(port))
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith(f"Error: port {port} is taken")
        assert len(result.stderr.splitlines()) == 1
        home.mkdir(exist_ok=True)
        Record(None, port, port).write(Files(home.resolve()).record)
        assert broker.up(home).bootstrap_servers != f"127.0.0.1:{port}"


def test_a_foreign_process_with_the_old_number_is_left_alone(home: Path) -> None:
    foreign = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "kafka.Kafka", "/elsewhere/server.properties"])
    try:
        home.mkdir()
        Record(foreign.pid, 20_001, 20_002).write(Files(home.resolve()).record)
        assert broker.up(home).pid != foreign.pid
        assert broker.down(home) is True
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_starts_at_once_give_one_broker_and_need_no_java_on_the_path(home: Path) -> None:
    results: list[subprocess.CompletedProcess[str]] = []
    start = lambda: results.append(chipwire_kafka("up", "--home", str(home), PATH="/nowhere", JAVA_HOME=""))  # noqa: E731
    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.returncode for result in results] == [0, 0, 0]
    assert len({result.stdout for result in results}) == 1
    assert sum("already running" in result.stderr for result in results) == 2
    status = chipwire_kafka("status", "--home", str(home), "-o", "table")
    assert status.returncode == 0
    assert results[0].stdout.strip() in status.stdout


def test_a_broker_that_cannot_start_says_why_and_leaves_no_process(home: Path) -> None:
    broker.up(home)
    broker.down(home)
    with pytest.raises(broker.BrokerError, match=r"(?s)^Kafka ended while starting: .*num\.io\.threads.*\(log: .*broker\.log\)$"):
        broker.up(home, overrides={"num.io.threads": "-1"})
    assert broker.status(home).state == "stopped"
    assert broker.up(home).pid  # and the next start is a plain one


def test_an_interrupted_start_leaves_no_process(home: Path) -> None:
    starting = subprocess.Popen([sys.executable, "-c", CLI, "up", "--home", str(home)], stderr=subprocess.DEVNULL)
    record = Files(home.resolve()).record
    try:
        eventually(record.exists)
        pid = broker.status(home).pid
        assert pid is not None
        starting.send_signal(signal.SIGINT)
        assert starting.wait(10) != 0
        assert process.command_line(pid) == ""
        assert broker.status(home).state == "stopped"
    finally:
        starting.kill()
        starting.wait()
