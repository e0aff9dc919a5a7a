"""How long until records flow again: after a kill -9 of a replica that its supervisor restarts, and of the broker."""

import os
import time

from services.local import broker
from shared.records.record import Message
from shared.settings import KafkaSettings
from tests.bench.rig import Rig, records_in
from tests.integration.sending import send
from tests.integration.toy import WORDS_IN

KILLS = 7


def _flow(cluster: KafkaSettings, port: int, mark: int) -> float:
    """Seconds until a replica has carried a new record on every partition."""
    began = time.perf_counter()
    before = records_in(port)
    send(cluster, WORDS_IN, [Message(f"{mark:030x}{number:02x}".encode(), b"copy") for number in range(32)])
    while records_in(port) < before + 32:
        time.sleep(0.02)
    return time.perf_counter() - began


def run(rig: Rig) -> None:
    """Print the recovery times."""
    cluster = rig.cluster()
    replica, port = rig.replica("tests.integration.toy", cluster)
    replica.wait_for('"assigned"')
    _flow(cluster, port, 0)
    times: list[float] = []
    for kill in range(1, KILLS + 1):
        replica.kill()
        began = time.perf_counter()
        replica.ensure()
        _flow(cluster, port, kill)
        times.append(time.perf_counter() - began)
    times.sort()
    print(f"kill -9 of the replica: flowing again after p50 {times[KILLS // 2]:.1f} s, worst {times[-1]:.1f} s (goal p50 4 s)", flush=True)
    beyond: list[float] = []
    for kill in range(3):
        os.kill(broker.up(rig.home / "kafka").pid, 9)
        began = time.perf_counter()
        broker.up(rig.home / "kafka")
        restart = time.perf_counter() - began
        _flow(cluster, port, 100 + kill)
        beyond.append(time.perf_counter() - began - restart)
        print(f"kill -9 of the broker: its own restart {restart:.1f} s, flowing again {beyond[-1]:.1f} s later (goal 5 s)", flush=True)
