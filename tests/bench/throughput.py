"""One replica, four lanes, exactly once: against the pure step on one core, and against bare loops, in one run."""

import subprocess
import sys
import time
from itertools import count

from shared.records.record import Message, Record
from shared.topics import partition_of
from tests.bench.rig import Rig, messages, records_in
from tests.integration.replica import ROOT, environment
from tests.integration.sending import send
from tests.integration.toy import STAGE, WORDS_IN, WORDS_OUT

SIZES = {"9 KB": 9_000, "120 KB": 120_000}
COUNTS = {"9 KB": {"": 40_000, "work 0.55": 16_000, "work 2": 5_000}, "120 KB": {"": 4_000, "work 0.55": 4_000, "work 2": 2_500}}
GOALS = {"work 0.55": 0.85, "work 2": 0.93}


def pure(inputs: list[Message]) -> float:
    """Records per second of the step alone on one core."""
    records = [Record("t", partition_of(m.key or b"", 4), n, 0, m.key, m.value) for n, m in enumerate(inputs[:1500])]
    began = time.perf_counter()
    for record in records:
        STAGE.apply(record)
    return len(records) / (time.perf_counter() - began)


def stage(rig: Rig, inputs: list[Message]) -> float:
    """Records per second of a replica, from the first tenth to the end, as its own metrics have it."""
    cluster = rig.cluster()
    send(cluster, WORDS_IN, inputs)
    replica, port = rig.replica("tests.integration.toy", cluster)
    began, first = 0.0, 0
    for _ in count():
        done = records_in(port)
        if not began and done >= len(inputs) // 10:
            began, first = time.perf_counter(), done
        if done == len(inputs):
            break
        time.sleep(0.02)
    rate = (done - first) / (time.perf_counter() - began)
    replica.stop()
    return rate


def loop(rig: Rig, which: str, inputs: list[Message]) -> float:
    """Records per second of a bare loop in a process of its own."""
    cluster = rig.cluster()
    send(cluster, WORDS_IN, inputs)
    command = [sys.executable, "-m", "tests.bench.loops", which, cluster.topic(WORDS_IN), cluster.topic(WORDS_OUT), str(len(inputs))]
    done = subprocess.run(command, env=environment(cluster), cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    return float(done.stdout)


def run(rig: Rig) -> None:
    """Print the table."""
    for size, length in SIZES.items():
        for verb, number in COUNTS[size].items():
            inputs = messages(number, length, verb.encode() or b"copy")
            ours = stage(rig, inputs)
            if verb:
                alone = pure(inputs)
                print(f"{size}, {verb} ms: {ours:.0f}/s of {alone:.0f}/s pure = {ours / alone:.2f} (goal {GOALS[verb]})", flush=True)
                continue
            for which, goal in (("bare", 0.9), ("confluent", 0.7)):
                other = loop(rig, which, inputs)
                print(f"{size}, empty step: {ours:.0f}/s, {which} loop {other:.0f}/s = {ours / other:.2f} (goal {goal})", flush=True)
