"""Fixtures of the suites that run services as processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.settings import KafkaSettings
from tests.integration.cli import chipwire
from tests.integration.every_kind import records
from tests.integration.replica import Replica

Start = Callable[..., Replica]
OUT_OF_BALANCE = ("a committed transaction is out of balance", "nobody would ever do this")
"""What a service logs with every imbalance that it counts."""


@pytest.fixture
def replica(cluster: KafkaSettings, tmp_path: Path) -> Iterator[Start]:
    """Starts replicas of a module on this test's cluster, and ends them with the test; what they carried has to be in balance."""
    started: list[Replica] = []

    def start(module: str, name: str = "one", **environment: str) -> Replica:
        made = Replica(module, name, cluster, tmp_path, **environment)
        started.append(made)
        made.start()
        return made

    yield start
    for made in started:
        made.end()
    for made in started:
        logged = made.log.read_text(errors="replace")
        assert not any(complaint in logged for complaint in OUT_OF_BALANCE), f"{made.name}:\n{logged[-3000:]}"


@pytest.fixture
def loaded(cluster: KafkaSettings, tmp_path: Path) -> KafkaSettings:
    """A cluster whose tagged topic holds records of every kind, put there by ``load``."""
    with SliceWriter(str(tmp_path / "given.zst"), Header("news.tagged.v1", 4)) as writer:
        for record in records("news.tagged.v1"):
            writer.write(record)
    run = chipwire(cluster, "load", str(tmp_path / "given.zst"))
    assert run.returncode == 0, run.stderr
    return cluster
