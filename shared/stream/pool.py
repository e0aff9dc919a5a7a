"""Worker processes that do pure work, so that the event loop, and with it the group's heartbeats, never waits for any.

A worker sets two kernel timers before each item and leaves their signals alone, so the kernel ends it even inside C code:
CPU time decides (a busy machine must not change results), real time is the backstop for a sleep. A death is the end of its
pipe: the items before the one it died at run again, that one alone once more, then the rest; a second death is its end.
A worker whose parent is gone finds its pipe ended, and ends.
"""

import asyncio
import contextlib
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Generic, Protocol, TypeVar

from shared.errors import PoisonError, SetupError
from shared.stream.channel import Channel, channel_memory

CHUNK = 32
AHEAD = 2
"""Chunks handed to a worker's thread at a time, so that the next one goes out without a turn of the event loop."""
READY_SECONDS = 60.0
DEATH_SECONDS = 5.0
READY = "ready"
REASONS = {-signal.SIGPROF: "cpu-limit", -signal.SIGALRM: "time-limit"}

In = TypeVar("In")
Out = TypeVar("Out")
In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)


class Work(Protocol[In_contra, Out_co]):
    """What workers do to each item: a `Stage`, or anything that can be pickled and looks like one."""

    @property
    def module(self) -> str:
        """The module that workers import before they start."""

    def prepare(self) -> None:
        """Load what the work needs, before the worker says that it is ready."""

    def apply(self, item: In_contra, /) -> Out_co:
        """Return the output of one item, or raise: a `PoisonError`, or whatever a fault of the work raises."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one item may take: CPU seconds, seconds, and MiB that the worker may grow by (Linux)."""

    cpu: float = 2.0
    real: float = 20.0
    memory: int = 512


class WorkerDeathError(Exception):
    """A worker died: `at` which item of its chunk, and the `reason` as a slug."""

    def __init__(self, at: int, reason: str) -> None:
        self.at = at
        self.reason = reason
        super().__init__(at, reason)


class Worker(Generic[In, Out]):
    """One process and the one thread that talks to it."""

    def __init__(self, context: ForkServerContext, work: Work[In, Out], limits: Limits) -> None:
        self._context = context
        self._arguments = (work, limits)
        self._limits = limits
        self._channel: Channel | None = None
        self._memory = channel_memory(context)
        self._process: ForkServerProcess | None = None
        self._at: Synchronized[int] = context.Value("i", 0, lock=False)
        self.thread = ThreadPoolExecutor(1, "worker")

    def start(self) -> None:
        """Start the process and wait until it has imported its work.

        Raises:
            SetupError: If it dies before, which is our fault and not an item's.
        """
        pipe, child = self._context.Pipe()
        self._channel = Channel(pipe, self._memory)
        self._process = self._context.Process(target=_work, args=(child, self._memory, self._at, *self._arguments), daemon=True)
        self._process.start()
        child.close()
        try:
            ready = self._channel.receive(READY_SECONDS) == READY
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.stop()
            raise SetupError("a worker process died before it was ready; its own words are on stderr")

    @property
    def at(self) -> int:
        """Which item of its chunk the process is at."""
        return self._at.value

    def call(self, chunk: Sequence[In]) -> list[Out | PoisonError]:
        """Do the work on a chunk; blocks.

        Raises:
            WorkerDeathError: If the worker died at one of the items; a new one is started by the next call.
        """
        if self._channel is None or self._process is None:
            self.start()
        assert self._channel is not None
        assert self._process is not None
        self._at.value = 0
        try:
            self._channel.send(chunk)
            return self._channel.receive(len(chunk) * self._limits.real + DEATH_SECONDS)  # type: ignore[no-any-return]
        except (EOFError, OSError) as error:
            if not isinstance(error, TimeoutError):  # not even its timers end it: it is stopped, not slow
                self._process.join(DEATH_SECONDS)
            code = self._process.exitcode or 0
            at = self._at.value
            self.stop()
            raise WorkerDeathError(at, REASONS.get(code, "worker-died")) from error

    def terminate(self) -> None:
        """Interrupt what the process does."""
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    def stop(self) -> None:
        """End the process: the end of its pipe tells it, a kill does if it does not listen."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.join(0.2)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
        self._channel = self._process = None


class Pool(Generic[In, Out]):
    """Workers that do the same work over batches, in order.

    `deaths` counts workers that died, by reason.

    Args:
        work: What to do; it is sent to the workers by name.
        workers: How many processes.
        limits: What one item may take.
    """

    def __init__(self, work: Work[In, Out], workers: int, limits: Limits | None = None) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([work.module, __name__])
        self._workers = [Worker(context, work, limits or Limits()) for _ in range(workers)]
        self._slots: asyncio.Queue[Worker[In, Out]] = asyncio.Queue()
        for worker in self._workers * AHEAD:
            self._slots.put_nowait(worker)
        self.deaths: dict[str, int] = {}
        self._turns = 0

    @property
    def pulse(self) -> tuple[int, ...]:
        """A value that changes whenever a worker goes on to another item, answers or dies."""
        return (self._turns, *(worker.at for worker in self._workers))

    async def start(self) -> None:
        """Start every worker.

        Raises:
            SetupError: If one dies before it is ready.
        """
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(worker.thread, worker.start) for worker in self._workers))

    async def run(self, items: Sequence[In], seconds: float | None = None) -> list[Out | PoisonError]:
        """Return the result of each item, in order; a `PoisonError` stands for one that has none.

        Args:
            items: The inputs.
            seconds: After so long no further chunk is begun, and the results are those of a prefix (at least one item).
        """
        started = time.monotonic()

        async def chunk(first: int) -> list[Out | PoisonError]:
            worker = await self._slots.get()
            try:
                if first and seconds is not None and time.monotonic() - started > seconds:
                    return []
                return await self._survive(worker, items[first : first + CHUNK])
            finally:
                self._slots.put_nowait(worker)

        return _prefix(await asyncio.gather(*(chunk(first) for first in range(0, len(items), CHUNK))))

    async def _survive(self, worker: Worker[In, Out], chunk: Sequence[In]) -> list[Out | PoisonError]:
        """Work on a chunk whatever its items do to the worker."""
        loop = asyncio.get_running_loop()
        done: list[Out | PoisonError] = []
        suspect = -1
        until = len(chunk)
        while len(done) < len(chunk):
            try:
                done += await loop.run_in_executor(worker.thread, worker.call, chunk[len(done) : until])
                until = suspect + 1 if len(done) == suspect else len(chunk)
                self._turns += 1
            except WorkerDeathError as death:
                self._turns += 1
                self.deaths[death.reason] = self.deaths.get(death.reason, 0) + 1
                at = len(done) + min(death.at, until - len(done) - 1)
                if at == suspect and at == len(done):
                    done.append(PoisonError(death.reason, "its worker died at it, twice"))
                    until = len(chunk)
                else:
                    suspect = at
                    until = at if at > len(done) else at + 1
        return done

    async def close(self) -> None:
        """End every worker; what they are working at is lost, and nothing of it was written."""
        for worker in self._workers:
            worker.terminate()
            worker.thread.shutdown(wait=False, cancel_futures=True)
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(None, worker.thread.shutdown) for worker in self._workers))
        for worker in self._workers:
            worker.stop()


def _prefix(parts: Sequence[list[Out | PoisonError]]) -> list[Out | PoisonError]:
    """Return the results before the first chunk that was not begun."""
    whole: list[Out | PoisonError] = []
    for part in parts:
        if not part:
            break
        whole += part
    return whole


def _work(pipe: Connection, memory: object, at: "Synchronized[int]", work: Work[Any, Any], limits: Limits) -> None:
    """Be a worker: chunks of items in, lists of results out, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work.prepare()
    _bound_memory(limits.memory)
    channel = Channel(pipe, memory)
    with contextlib.suppress(EOFError, OSError):
        channel.send(READY)
        while True:
            chunk: list[Any] = channel.receive()
            results: list[Any] = []
            for at.value, item in enumerate(chunk):
                signal.setitimer(signal.ITIMER_PROF, limits.cpu)
                signal.setitimer(signal.ITIMER_REAL, limits.real)
                results.append(_attempt(work, item))
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.send(results)


def _attempt(work: Work[Any, Any], item: object) -> object:
    """Return the output of an item, or why it has none: whatever pure work raises is the item's fault."""
    try:
        return work.apply(item)
    except PoisonError as error:
        return PoisonError(error.reason, error.detail)
    except MemoryError:
        return PoisonError("memory-limit")
    except Exception as error:
        return PoisonError("step-failed", f"{type(error).__name__}: {error}")


def _bound_memory(mib: int) -> None:
    """Let this process grow by `mib` MiB from here (Linux; elsewhere the kernel does not keep such a limit)."""
    if sys.platform != "linux":
        return
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - a kernel file
        now = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + mib * 1024 * 1024, resource.getrlimit(resource.RLIMIT_AS)[1]))
