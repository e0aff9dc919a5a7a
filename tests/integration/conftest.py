"""Fixtures of the suites that run services as processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.settings import KafkaSettings
from tests.integration.replica import Replica

Start = Callable[..., Replica]


@pytest.fixture
def replica(cluster: KafkaSettings, tmp_path: Path) -> Iterator[Start]:
    """Starts replicas of a module on this test's cluster, and ends them with the test."""
    started: list[Replica] = []

    def start(module: str, name: str = "one", **environment: str) -> Replica:
        made = Replica(module, name, cluster, tmp_path, **environment)
        started.append(made)
        made.start()
        return made

    yield start
    for made in started:
        made.end()
