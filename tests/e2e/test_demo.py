"""The demo as a newcomer runs it, and what it leaves behind: nothing."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.kafka


def demo(folder: Path) -> "subprocess.Popen[str]":
    """Start the demo in a folder of its own; .chipwire lies there."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CHIPWIRE_")} | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "services.local.demo"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def started_in(folder: Path) -> list[psutil.Process]:
    """Processes that were started in the folder and still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) or str(folder) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_the_demo_ends_by_itself_when_all_that_is_due_has_come(tmp_path: Path) -> None:
    running = demo(tmp_path)
    out, err = running.communicate(timeout=240)
    assert running.returncode == 0, err[-3000:]
    stories = [line for line in out.splitlines() if re.match(r"\d\d:\d\d:\d\d (tag|dead) ", line)]
    due = re.search(r"(\d+) tagged records and (\d+) dead letter", err)
    assert due is not None
    assert len(stories) == int(due[1]) + int(due[2])
    assert sum(" POLICY created" in line for line in stories) >= 12
    assert sum(" corrected " in line for line in stories) == 1
    assert sum(" retracted " in line for line in stories) == 1
    assert re.search(rf"^classifier  {due[1]} records, \d+ of them semiconductor policy$", out, re.MULTILINE)
    assert re.search(r"^latency .* p50 \d+\.\d\d s, p99 \d+\.\d\d s", out, re.MULTILINE)
    assert started_in(tmp_path) == []


def test_an_interrupted_demo_stops_all_it_started(tmp_path: Path) -> None:
    running = demo(tmp_path)
    logs = tmp_path / ".chipwire/demo/logs/classifier.log"
    deadline = time.monotonic() + 90
    while not (logs.exists() and '"ready"' in logs.read_text()):
        assert time.monotonic() < deadline
        assert running.poll() is None, running.communicate()
        time.sleep(0.1)
    assert len(started_in(tmp_path)) > 4
    _, refused = demo(tmp_path).communicate(timeout=90)
    assert refused == "chipwire demo: a demo is running in this folder already; it ends with Ctrl-C\n"
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=90)
    assert running.returncode == 130
    assert started_in(tmp_path) == []


@pytest.mark.parametrize("seconds", [1.0, 2.5])
def test_a_demo_interrupted_while_kafka_starts_leaves_nothing_behind(tmp_path: Path, seconds: float) -> None:
    running = demo(tmp_path)
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode in (130, -2)  # -2: the signal came before Python had imported its handler
    assert started_in(tmp_path) == []


def test_the_demo_needs_no_java(tmp_path: Path) -> None:
    """The broker's Java is that of the Python package, whatever PATH says."""
    assert shutil.which("java", path="/nowhere") is None
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from services.local import broker; from pathlib import Path; h = Path('k'); print(broker.up(h)); broker.down(h)",
        ],
        cwd=tmp_path,
        env={"PATH": "/nowhere", "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Broker(" in done.stdout
