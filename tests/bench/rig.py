"""The bench's broker, its records and its replicas."""

import asyncio
import random
import shutil
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.local import broker
from services.local.port import free_port
from services.local.summary import Summary
from shared.records.record import Message
from shared.settings import KafkaSettings
from shared.stream import provision
from tests.integration.replica import Replica

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

    def close(self) -> None:
        """Stop everything."""
        for replica in self._replicas:
            replica.end()
        broker.down(self.home / "kafka")


@contextmanager
def rig() -> Iterator[Rig]:
    """Yield a rig, and leave nothing behind."""
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
