"""Waits for a group to come to the end of its topic, as seen from outside."""

import time
from collections.abc import Callable

from confluent_kafka import KafkaException

from shared.settings import KafkaSettings
from shared.topics import Topic
from tests.integration.ledger import offsets


def until_idle(
    settings: KafkaSettings,
    group: str,
    topic: Topic[object],
    timeout: float = 90,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    """Wait until every committed offset is where its partition ends (an untouched partition counts where it is empty)."""
    deadline = time.monotonic() + timeout
    while True:
        meanwhile()
        committed, ends = _offsets(settings, settings.topic_prefix + group, topic)
        if ends and all(at == end or (at < 0 and end == 0) for at, end in zip(committed, ends, strict=True)):
            return
        assert time.monotonic() < deadline, f"{group} stands at {committed} of {ends} after {timeout} s"
        time.sleep(0.2)


def _offsets(settings: KafkaSettings, group: str, topic: Topic[object]) -> tuple[list[int], list[int]]:
    """Offsets, or nothing while the broker is away or still loads its groups."""
    try:
        return offsets(settings, group, topic)
    except KafkaException:
        return [], []
