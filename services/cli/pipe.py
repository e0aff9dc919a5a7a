"""The pure steps as pipes: one JSON line out for each input, in order, on every core, whatever an input does to its worker."""

import asyncio
import gzip
import json
import os
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import PoisonError

LARGEST_FILE = 64 * 1024 * 1024
BATCH = 512

Step = Callable[[Mapping[str, Any]], bytes]
"""From an input line, already an object, to the output line without its end; raises PoisonError."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A step over JSON lines, in the form that `shared.stream.pool` runs."""

    step: Step

    @property
    def module(self) -> str:
        """The module of the step."""
        return self.step.__module__

    def prepare(self) -> None:
        """Load nothing: a pipe's first line may."""

    def apply(self, line: bytes) -> bytes:
        """Return the output line.

        Raises:
            PoisonError: ``bad-json``, or what the step raises.
        """
        return self.step(_object(line))


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PoisonError("bad-json", str(error)) from error
    if not isinstance(value, dict):
        raise PoisonError("bad-json", f"an input line is an object, not {type(value).__name__}")
    return value


def read_body(line: Mapping[str, Any]) -> bytes:
    """Return the ``body`` of an input line, or the contents of its ``path`` (``.gz`` unpacked).

    Raises:
        PoisonError: ``no-body``, ``unreadable`` or ``body-too-large``.
    """
    if isinstance(line.get("body"), str):
        try:
            return str(line["body"]).encode("utf-8", "surrogateescape")  # bytes of stdin that are no text come through as they are
        except UnicodeEncodeError:
            return str(line["body"]).encode("utf-8", "surrogatepass")
    if not isinstance(line.get("path"), str):
        raise PoisonError("no-body", "an input line has a body or a path")
    try:
        with (gzip.open if line["path"].endswith(".gz") else open)(line["path"], "rb") as file:
            body = file.read(LARGEST_FILE + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise PoisonError("unreadable", f"{line['path']}: {error}") from error
    if len(body) > LARGEST_FILE:
        raise PoisonError("body-too-large", f"{line['path']} holds more than {LARGEST_FILE} bytes")
    return body


def lines(files: tuple[str, ...], jsonl: bool, url: str | None) -> Iterator[bytes]:
    """Yield the input lines: those of stdin, or one for each file."""
    if jsonl or not files:
        yield from (line for line in _stdin_lines() if line.strip())
    for file in files:
        if file == "-":
            yield json.dumps(
                {"body": sys.stdin.buffer.read().decode("utf-8", "surrogateescape"), "url": url or "file:///dev/stdin"}
            ).encode()
            continue
        given = {"path": file, "url": url} if url else {"path": file, "url": Path(file).absolute().as_uri()}
        yield json.dumps(given).encode()


def _stdin_lines() -> Iterator[bytes]:
    """Yield the lines of stdin, read past Python's buffer: a thread that waits in that would hold its lock when the process ends."""
    parts: list[bytes] = []
    while read := os.read(sys.stdin.fileno(), 1 << 16):
        first, *others = read.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts)
            parts = [other]
    yield b"".join(parts)


def run(step: Step, inputs: Iterable[bytes], jobs: int) -> int:
    """Write one line for each input to stdout; return the exit status: 1 if any line is an error, else 0."""
    return asyncio.run(_run(Pipe(step), iter(inputs), jobs or os.cpu_count() or 1))


def _read(inputs: Iterator[bytes], waiting: "asyncio.Queue[bytes | None]", loop: asyncio.AbstractEventLoop) -> None:
    """Put every input line where the loop finds it, and None at the end; in a thread, since stdin blocks."""
    for line in inputs:
        asyncio.run_coroutine_threadsafe(waiting.put(line), loop).result()
    asyncio.run_coroutine_threadsafe(waiting.put(None), loop).result()


async def _batch(waiting: "asyncio.Queue[bytes | None]") -> list[bytes]:
    """Return what waits, at least one line and at most `BATCH`; nothing after the end."""
    batch: list[bytes] = []
    while len(batch) < BATCH and not (batch and waiting.empty()):
        line = await waiting.get()
        if line is None:
            waiting.put_nowait(None)
            break
        batch.append(line)
    return batch


async def _run(pipe: Pipe, inputs: Iterator[bytes], jobs: int) -> int:
    from shared.stream.pool import Pool

    pool = Pool(pipe, jobs)
    status = 0
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(2 * BATCH)
    try:
        await pool.start()
        loop = asyncio.get_running_loop()
        threading.Thread(target=_read, args=(inputs, waiting, loop), daemon=True).start()
        while batch := await _batch(waiting):
            for result in await pool.run(batch):
                if isinstance(result, PoisonError):
                    status = 1
                    result = json.dumps({"error": result.reason, "detail": result.detail}).encode()
                sys.stdout.buffer.write(result + b"\n")
            sys.stdout.buffer.flush()
    finally:
        await pool.close()
    return status
