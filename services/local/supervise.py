"""Services as child processes: started, started again when they end, stopped together."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from services.local.port import free_port
from shared.errors import SetupError
from shared.settings import KafkaSettings

STOP_SECONDS = 6.0
SETTLED_SECONDS = 10.0
"""A service that ends sooner than this after its start, so often in a row, will not do better the next time."""
TRIES = 3

T = TypeVar("T")


@dataclass
class Child:
    """One service process; what it says goes to `log`."""

    name: str
    module: str
    environment: Mapping[str, str]
    log: Path
    port: int
    process: asyncio.subprocess.Process | None = None
    failures: int = field(default=0)

    async def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches it through us alone."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
            )

    def last_words(self) -> str:
        """Return the last line of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return lines[-1] if lines else "it said nothing"


def service_environment(settings: KafkaSettings) -> dict[str, str]:
    """Return the environment that puts a service on the cluster of `settings`, its log-on included."""
    stated = ((name, getattr(settings, name)) for name in KafkaSettings.model_fields)
    return {f"CHIPWIRE_{name.upper()}": str(value) for name, value in stated if value is not None}


class Supervisor:
    """Runs services until it is closed; ``chipwire up`` and the demo are built on it.

    Args:
        logs: The folder of the services' logs.
        environment: ``CHIPWIRE_*`` settings for every one of them.
    """

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith("CHIPWIRE_")} | dict(environment)
        self._watches: list[asyncio.Task[None]] = []
        self.children: list[Child] = []
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, service: str, **settings: str) -> None:
        """Start ``python -m services.<service>`` and keep it running."""
        port = free_port([])
        environment = self._environment | {"CHIPWIRE_REPLICA": f"{service}-1", "CHIPWIRE_PORT": str(port)} | settings
        log = self._logs / f"{service}.log"
        log.unlink(missing_ok=True)
        child = Child(service, f"services.{service}", environment, log, port)
        await child.start()
        self.children.append(child)
        self._watches.append(asyncio.create_task(self._keep(child)))

    async def _keep(self, child: Child) -> None:
        while True:
            began = time.monotonic()
            assert child.process is not None
            await child.process.wait()
            child.failures = child.failures + 1 if time.monotonic() - began < SETTLED_SECONDS else 1
            if child.failures >= TRIES:
                self._fail(f"the {child.name} ends again and again: {child.last_words()} (log: {child.log})")
                return
            await asyncio.sleep(0.2)
            try:
                await child.start()
            except OSError as error:
                self._fail(f"the {child.name} cannot be started: {error}")
                return

    def _fail(self, why: str) -> None:
        if not self.failed.done():
            self.failed.set_exception(SetupError(why))

    async def unless_failed(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Return what `work` returns, unless a service fails for good before.

        Raises:
            SetupError: If one fails, or `seconds` pass.
        """
        working: asyncio.Future[T] = asyncio.ensure_future(work)
        both: list[asyncio.Future[Any]] = [working, self.failed]
        try:
            await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self.failed.done():
                self.failed.result()
            if not working.done():
                raise SetupError(f"not done within {seconds:.0f} s; the services' logs are in {self._logs}")
            return working.result()
        finally:
            working.cancel()

    async def close(self) -> None:
        """Stop every service: SIGTERM, and SIGKILL for one that does not listen."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        running = [child.process for child in self.children if child.process and child.process.returncode is None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self.failed.done():
            self.failed.exception()
