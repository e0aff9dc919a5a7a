"""What an idle replica with one worker takes: PSS of all its processes; and that it shows lag 0."""

import time

import psutil

from tests.bench.rig import Rig, counted


def run(rig: Rig) -> None:
    """Print the memory of each service, idle."""
    cluster = rig.cluster()
    for service in ("parser", "classifier"):
        replica, port = rig.replica(f"services.{service}", cluster, service)
        replica.wait_for('"assigned"')
        time.sleep(8)
        process = psutil.Process(replica.pid)
        parts = {p.pid: p.memory_full_info().pss / 2**20 for p in (process, *process.children(recursive=True))}
        lag = counted(port).by_label("chipwire_lag_records", "partition")
        print(f"idle {service}: {sum(parts.values()):.0f} MiB PSS in {len(parts)} processes, lag {sum(lag.values())} (goal 160 MiB, lag 0)")
        replica.stop()
