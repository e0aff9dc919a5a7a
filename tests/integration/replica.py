"""A replica of a service as a process of its own, as production runs it, for the fault suites to hurt."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from shared.settings import KafkaSettings

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(settings: KafkaSettings, **more: str) -> dict[str, str]:
    """The environment of a service on the test's cluster, with none of the caller's own CHIPWIRE_ settings."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CHIPWIRE_")}
    return clean | {
        "CHIPWIRE_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "CHIPWIRE_TOPIC_PREFIX": settings.topic_prefix,
        "CHIPWIRE_PARTITIONS": str(settings.partitions),
        **more,
    }


class Replica:
    """One replica that can be killed, stopped, frozen and started again; its log lines go to a file.

    Attributes:
        arguments: What follows the name of its module.
    """

    def __init__(self, module: str, name: str, settings: KafkaSettings, logs: Path, **more: str) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self._command = [sys.executable, "-m", module]
        self.arguments: tuple[str, ...] = ()
        self._environment = environment(settings, CHIPWIRE_REPLICA=name, **more)
        self._process: subprocess.Popen[bytes] | None = None
        self._begins = 0

    @property
    def said(self) -> str:
        """What it has logged since its last start."""
        return self.log.read_bytes()[self._begins :].decode(errors="replace")

    @property
    def ended(self) -> int | None:
        """Its exit status, None while it runs."""
        assert self._process is not None
        return self._process.poll()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._begins = log.tell()
            self._process = subprocess.Popen([*self._command, *self.arguments], env=self._environment, cwd=ROOT, stdout=log, stderr=log)

    def ensure(self) -> None:
        """Start it again if it ended, as a supervisor would."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def kill(self) -> None:
        """kill -9, its workers left to notice by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self, timeout: float = 15) -> tuple[int, float]:
        """SIGTERM; return the exit status and the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout), time.monotonic() - began

    def wait_end(self, timeout: float = 90) -> int:
        """Wait until it ends by itself; return its exit status."""
        assert self._process is not None
        return self._process.wait(timeout)

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def wait_for(self, text: str, timeout: float = 90) -> None:
        """Wait until it has said a text since its last start."""
        deadline = time.monotonic() + timeout
        while text not in self.said:
            assert time.monotonic() < deadline, f"{self.name} did not say {text!r}:\n{self.said[-3000:]}"
            assert self._process is not None
            assert self._process.poll() is None, f"{self.name} ended:\n{self.said[-3000:]}"
            time.sleep(0.05)

    def end(self) -> None:
        """Leave nothing running."""
        if self._process is None:
            return
        family = []
        if self._process.poll() is None:
            family = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
            self._process.wait()
        for child in family:
            if child.is_running():
                child.kill()
