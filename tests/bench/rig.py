"""The bench's broker, its records and its replicas."""

import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.local import broker
from services.local.port import free_port
from services.local.summary import Summary
from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.stream import provision
from shared.stream.stage import Stage
from shared.topics import Topic, partition_of
from tests.integration.replica import Replica
from tests.integration.sending import send

WORDS = "export control licence wafer lithography subsidy tariff ministry rule entity list memory foundry 芯片 出口 管制 许可".split()


class Rig:
    """A fresh broker in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._replicas: list[Replica] = []
        self.servers = broker.up(home / "kafka").bootstrap_servers

    def cluster(self) -> KafkaSettings:
        """A pipeline's topics under a new prefix, four partitions each."""
        settings = KafkaSettings(bootstrap_servers=self.servers, topic_prefix=f"b{uuid.uuid4().hex[:6]}.", partitions=4)
        asyncio.run(provision.apply(settings))
        return settings

    def replica(self, module: str, settings: KafkaSettings, name: str = "one", **environment: str) -> tuple[Replica, int]:
        """Start a replica; return it and its port."""
        port = free_port([])
        made = Replica(module, name, settings, self.home, CHIPWIRE_PORT=str(port), **environment)
        self._replicas.append(made)
        made.start()
        return made, port

    def rate(self, module: str, source: Topic[object], inputs: list[Message], **environment: str) -> float:
        """Return records per second of a replica of a stage, from the first tenth to the end, as its own metrics have it."""
        cluster = self.cluster()
        send(cluster, source, inputs)
        replica, port = self.replica(module, cluster, **environment)
        began, first, done = 0.0, 0, 0
        while done < len(inputs):
            time.sleep(0.2)
            done = records_in(port)
            if not began and done >= len(inputs) // 10:
                began, first = time.perf_counter(), done
        rate = (done - first) / (time.perf_counter() - began)
        replica.stop()
        return rate

    def close(self) -> None:
        """Stop everything."""
        for replica in self._replicas:
            replica.end()
        broker.down(self.home / "kafka")


@contextmanager
def rig() -> Iterator[Rig]:
    """Yield a rig, and leave nothing behind, whether it is done or told to end."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    home = Path(tempfile.mkdtemp(prefix="chipwire-bench-"))
    made = Rig(home)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(home, ignore_errors=True)


def messages(count: int, size: int, verb: bytes) -> list[Message]:
    """Records of about `size` bytes of text that compresses as news does, each beginning with `verb`."""
    rng = random.Random(7)
    texts = [" ".join(rng.choice(WORDS) + str(rng.randrange(1000)) for _ in range(size // 9)).encode()[:size] for _ in range(50)]
    return [Message(f"{number:032x}".encode(), verb + b" %d " % number + texts[number % 50]) for number in range(count)]


def counted(port: int) -> Summary:
    """What a replica counts now; nothing while it does not answer."""
    summary = Summary()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            summary.add(answer.read().decode())
    except OSError:
        time.sleep(0.05)
    return summary


def records_in(port: int) -> int:
    """How many input records a replica has committed."""
    return sum(counted(port).by_label("chipwire_records_in_total", "topic").values())


def pure_rate(stage: Stage[Any, Any], inputs: list[Message]) -> float:
    """Return records per second of a stage's step alone on one core."""
    records = [
        Record("t", partition_of(one.key or b"", 4), number, 0, one.key, one.value, one.headers) for number, one in enumerate(inputs)
    ]
    began = time.perf_counter()
    for record in records:
        stage.apply(record)
    return len(records) / (time.perf_counter() - began)
