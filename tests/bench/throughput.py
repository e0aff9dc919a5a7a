"""One replica, four lanes, exactly once: against the pure step on one core, and against bare loops that do the same copy.

Each figure is the median of `ROUNDS` rounds in which ours and the other take turns, so that a busy machine hurts both.
"""

import subprocess
import sys
from collections.abc import Callable
from statistics import median

from shared.records.record import Message
from tests.bench.rig import Rig, messages, pure_rate
from tests.integration.replica import ROOT, environment
from tests.integration.sending import send
from tests.integration.toy import STAGE, WORDS_IN, WORDS_OUT

ROUNDS = 3
SIZES = {"9 KB": 9_000, "120 KB": 120_000}
COUNTS = {"9 KB": {"copy": 25_000, "work 0.55": 9_000, "work 2": 3_000}, "120 KB": {"copy": 4_000, "work 0.55": 4_000, "work 2": 2_000}}
GOALS = {"work 0.55": 0.85, "work 2": 0.93, "bare": 0.9, "confluent": 0.7}


def loop(rig: Rig, which: str, inputs: list[Message]) -> float:
    """Records per second of a bare loop in a process of its own, counted alike."""
    cluster = rig.cluster()
    send(cluster, WORDS_IN, inputs)
    command = [sys.executable, "-m", "tests.bench.loops", which, cluster.topic(WORDS_IN), cluster.topic(WORDS_OUT), str(len(inputs))]
    done = subprocess.run(command, env=environment(cluster), cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    return float(done.stdout)


def compare(label: str, ours: Callable[[], float], others: dict[str, Callable[[], float]]) -> None:
    """Let ours and the others take turns, and print medians and the median of the ratios."""
    rounds = [(ours(), {name: other() for name, other in others.items()}) for _ in range(ROUNDS)]
    for name in others:
        rate, against = median(own for own, _ in rounds), median(found[name] for _, found in rounds)
        ratio = median(own / found[name] for own, found in rounds)
        goal = GOALS.get(name) or GOALS[label.partition(", ")[2]]
        print(f"{label}: {rate:.0f}/s, {name} {against:.0f}/s, ratio {ratio:.2f} (goal {goal})", flush=True)


def run(rig: Rig) -> None:
    """Print the table."""
    for size, length in SIZES.items():
        for verb, number in COUNTS[size].items():
            _one(rig, f"{size}, {verb}", messages(number, length, verb.encode()))


def _one(rig: Rig, label: str, inputs: list[Message]) -> None:
    def against(which: str) -> Callable[[], float]:
        return lambda: loop(rig, which, inputs)

    others = (
        {which: against(which) for which in ("bare", "confluent")}
        if "copy" in label
        else {"pure step": lambda: pure_rate(STAGE, inputs[:1500])}
    )
    compare(label, lambda: rig.rate("tests.integration.toy", WORDS_IN, inputs), others)
