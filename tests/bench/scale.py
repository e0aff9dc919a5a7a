"""One fetcher with 1,000, 10,000 and 100,000 feeds, each on a host of its own with 50 known entries, all of them unchanged.

Part of ``make bench``; alone: ``python -m tests.bench scale``. Each size gets topics of its own, filled as a fetcher that ran for long
leaves them; then a replica starts, polls `STEADY` feeds a second for a while, and at last as many as it can, asked for at once.
"""

import base64
import random
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address

import psutil
from confluent_kafka import Consumer, TopicPartition

from services.fetcher import registry, row
from shared.records import fetch_state
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState, ShelfState
from shared.records.record import Message
from shared.settings import KafkaSettings
from shared.topics import FEEDS, FETCH_STATE, Topic
from tests.bench.rig import Rig, counted
from tests.bench.still import ETAG
from tests.integration.replica import Replica
from tests.integration.sending import send

SIZES = (1_000, 10_000, 100_000)
ENTRIES = 50
STEADY = 28
"""Polls a second: 100,000 feeds about once an hour."""
MEASURED_SECONDS, WARM_SECONDS = 20.0, 5.0
QUIET_SECONDS, QUIET_SECONDS_A_FEED = 25.0, 0.0008
"""How long from the filling on nothing is due: it and the start take their time."""
START_SECONDS, FLOOD_SECONDS = 180.0, 30.0
AT_ONCE = 5_000
TAIL = struct.pack(">HHBB", 0, 20700, 1, row.FORMS.index("page"))
"""The end of a row: of the first feed of its host, last seen on some day, revision 1."""
FIRST_HOST = int(IPv4Address("127.1.0.0"))


def feed(number: int, port: int, interval: float) -> Feed:
    """A feed on a loopback address of its own."""
    url = f"http://{IPv4Address(FIRST_HOST + number)}:{port}/feed.xml"
    return Feed(id=f"still-{number}", url=url, name=f"Still {number}", poll_seconds=interval)


def states(asked: Feed, due: float, chance: random.Random) -> tuple[FeedState, ShelfState]:
    """What is known of a feed that was polled often."""
    now = due - asked.poll_seconds
    state = FeedState(
        id=asked.id,
        url=asked.url,
        etag=ETAG,
        body_sha256=chance.randbytes(32).hex(),
        title=asked.name,
        due=due,
        slowest=asked.poll_seconds,
        polled_at=now,
        succeeded_at=now,
        new_at=now - 7200,
        entries=ENTRIES,
        gap=5000.0,
        window=250000.0,
        fresh_at=now - 7200,
    )
    rows = b"".join(chance.randbytes(row.FEED_PLACE) + TAIL for _ in range(ENTRIES))
    return state, ShelfState(authority=asked.registered_authority, number=0, feeds={0: asked.id}, rows=base64.b64encode(rows).decode())


def fill(cluster: KafkaSettings, feeds: list[Feed], begin: float) -> None:
    """Write the topics of a fetcher that ran for long; the first `SETTLING` seconds are quiet, then `STEADY` feeds a second are due."""
    chance = random.Random(5)
    kept: dict[tuple[Topic[object], int], list[Message]] = {}
    for number, each in enumerate(feeds):
        partition = registry.partition(each.registered_authority, cluster.partitions)
        kept.setdefault((FEEDS, partition), []).append(each.to_message())
        written = kept.setdefault((FETCH_STATE, partition), [])
        written += [fetch_state.to_message(state) for state in states(each, begin + number / STEADY, chance)]
    for (topic, partition), messages in kept.items():
        send(cluster, topic, messages, partition)
    ends = [TopicPartition(cluster.topic(topic), partition, len(kept[topic, partition])) for topic, partition in kept if topic is FEEDS]
    group = Consumer({"bootstrap.servers": cluster.bootstrap_servers, "group.id": f"{cluster.topic_prefix}chipwire.fetcher"})
    if ends:
        group.commit(offsets=ends, asynchronous=False)
    group.close()


@contextmanager
def still() -> Iterator[int]:
    """Yield the port of hosts that never change."""
    with subprocess.Popen([sys.executable, "-m", "tests.bench.still"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def wait_open(replica: Replica, partitions: int) -> None:
    """Wait until every lane remembers what it has to."""
    deadline = time.monotonic() + START_SECONDS
    while (found := replica.said.count('"lane open"')) < partitions:
        assert time.monotonic() < deadline, f"{found} lanes are open after {START_SECONDS:.0f} s:\n{replica.said[-2000:]}"
        time.sleep(0.02)


def polled(port: int) -> int:
    """How many feeds were polled; every one of them unchanged, or the figures mean nothing."""
    outcomes = counted(port).by_label("chipwire_polls_total", "outcome")
    assert set(outcomes) <= {"unchanged"}, outcomes
    return outcomes.get("unchanged", 0)


class Meter:
    """Polls, wall seconds and CPU seconds of a fetcher's process since this was made."""

    def __init__(self, process: psutil.Process, port: int) -> None:
        self._process, self._port = process, port
        self._begin = self._now()

    def _now(self) -> tuple[int, float, float]:
        times = self._process.cpu_times()
        return polled(self._port), time.monotonic(), times.user + times.system

    def read(self) -> tuple[int, float, float]:
        """Return what came since."""
        polls, wall, cpu = (now - then for now, then in zip(self._now(), self._begin, strict=True))
        return int(polls), wall, cpu


def flood(cluster: KafkaSettings, feeds: list[Feed], meter: Meter) -> tuple[int, float, float]:
    """Ask for polls of so many feeds at once; return what the meter reads once they are done."""
    asked: dict[int, list[Message]] = {}
    for each in feeds:
        partition = registry.partition(each.registered_authority, cluster.partitions)
        asked.setdefault(partition, []).append(each.model_copy(update={"poll_at": time.time()}).to_message())
    for partition, messages in asked.items():
        send(cluster, FEEDS, messages, partition)
    while (read := meter.read())[0] < len(feeds) and read[1] < FLOOD_SECONDS:
        time.sleep(0.2)
    return read


def measure(rig: Rig, size: int, server: int) -> float:
    """Print the line of a size; return the PSS of its fetcher in MiB."""
    cluster = rig.cluster()
    feeds = [feed(number, server, max(1, size) / STEADY) for number in range(size)]
    begin = time.time() + QUIET_SECONDS + size * QUIET_SECONDS_A_FEED
    fill(cluster, feeds, begin)
    started = time.monotonic()
    replica, port = rig.replica("services.fetcher", cluster, CHIPWIRE_ALLOW_LOOPBACK="true")
    wait_open(replica, cluster.partitions)
    start = time.monotonic() - started
    process = psutil.Process(replica.pid)
    spent, pss = process.cpu_times(), process.memory_full_info().pss / 2**20
    line = f"{size:7} {start:8.1f} {spent.user + spent.system:6.1f} {pss:8.0f}"
    if size:
        time.sleep(max(0.0, begin + WARM_SECONDS - time.time()))
        meter = Meter(process, port)
        time.sleep(MEASURED_SECONDS)
        polls, wall, cpu = meter.read()
        line += f" {polls / wall:8.1f} {cpu / wall:7.3f}"
        polls, wall, cpu = flood(cluster, feeds[-AT_ONCE:], Meter(process, port))
        line += f" {polls / wall:9.0f} {1000 * cpu / max(1, polls):9.2f}"
    print(line, flush=True)
    replica.stop()
    return pss


def run(rig: Rig) -> None:
    """Print a line for each size, the first for a fetcher without feeds."""
    print(f"{'feeds':>7} {'start s':>8} {'CPU s':>6} {'PSS MiB':>8} {'polls/s':>8} {'cores':>7} {'at once/s':>9} {'ms a poll':>9}")
    with still() as server:
        empty = measure(rig, 0, server)
        full = [measure(rig, size, server) for size in SIZES]
    print(f"{(full[-1] - empty) * 1024 / SIZES[-1]:.2f} KB resident a feed of {ENTRIES} known entries, by the last line less the first")
