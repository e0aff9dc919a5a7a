"""One local Kafka broker: started, found again, stopped and wiped.

    home/   data/  server.properties  broker.json (pid and ports)  broker.log  broker.log.1  tmp/  lock

The broker outlives whoever starts it. Whoever starts, stops or wipes it holds the lock of its home, so two starts at once give one broker.
Addresses given by the user (CHIPWIRE_BOOTSTRAP_SERVERS) are the callers' business.
"""

import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from services.local import distribution, process
from services.local.distribution import BrokerError
from services.local.lock import locked
from services.local.node import Files, Record, choose_ports, parse_properties, prepare, read_record
from services.local.port import LOOPBACK, answers

__all__ = ["Broker", "BrokerError", "Status", "down", "log_file", "remains", "status", "up", "wipe"]

START_LIMIT = 60.0  # seconds from an empty folder to the first answer; about 3 are usual
NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker that answers."""

    bootstrap_servers: str
    pid: int
    home: Path


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a broker: ``exited`` is an end that nobody asked for, ``unready`` a process that does not answer."""

    state: Literal["running", "unready", "stopped", "exited"]
    bootstrap_servers: str | None
    pid: int | None
    home: Path
    data_bytes: int


def _quiet(_message: str) -> None:
    """Say nothing."""


def up(home: Path, port: int | None = None, overrides: Mapping[str, str] = NO_OVERRIDES, say: Say = _quiet) -> Broker:
    """Start the broker of this home, or find it running, and return it when it answers.

    Args:
        home: Its folder; made when missing, kept from one start to the next.
        port: The port for clients. By default that of the last start, or a free one.
        overrides: Kafka's settings on top of ``deploy/kafka/server.properties``.
        say: Is told what takes long.

    Raises:
        BrokerError: The port is taken, the broker ended while starting or did not answer within a minute, or it already runs in another
            way than asked.
    """
    files = _files(home)
    with _plain_errors(), locked(files.lock):
        record = read_record(files.record)
        if record and process.is_running(record, files):
            say("already running")
            if joined := _join(files, record, port, overrides):
                return joined
        jars = distribution.jars(say)
        chosen = choose_ports(record, port)
        prepare(files, chosen, overrides)
        return _start(files, chosen, process.java_command(files, jars))


def down(home: Path, timeout: float = 20, say: Say = _quiet) -> bool:
    """Stop the broker of this home; False when none ran. The data stays.

    Args:
        home: Its folder.
        timeout: Seconds it has to end by itself before it is killed, which loses nothing but makes the next start slower.
        say: Is told when it had to be killed.

    Raises:
        BrokerError: It cannot even be killed.
    """
    files = _files(home)
    if not files.record.exists():
        return False
    with _plain_errors(), locked(files.lock):
        record = read_record(files.record)
        ran = process.is_running(record, files)
        if record and ran and not process.end(record, files, signal.SIGTERM, timeout):
            say(f"the broker did not end within {timeout:g} s and was killed")
            if not process.end(record, files, signal.SIGKILL, timeout):
                raise BrokerError(f"process {record.pid} cannot be killed: the system keeps it (a hanging disk?)")
        if record:
            replace(record, pid=None).write(files.record)
        return ran


def status(home: Path) -> Status:
    """Return the state of the broker of this home, and of its data."""
    files = _files(home)
    record = read_record(files.record)
    size = files.data_bytes()
    if record is None or record.pid is None:
        return Status("stopped", None, None, files.home, size)
    if not process.is_running(record, files):
        return Status("exited", None, None, files.home, size)
    return Status("running" if answers(record.port) else "unready", _address(record), record.pid, files.home, size)


def remains(home: Path) -> list[Path]:
    """Return what ``wipe`` would remove."""
    return _files(home).all()


def log_file(home: Path) -> Path:
    """Return the path of the broker's log, which may not exist yet."""
    return _files(home).log


def wipe(home: Path) -> None:
    """Remove the data, log and settings of a broker that does not run. What else lies in its home stays.

    Raises:
        BrokerError: It runs.
    """
    files = _files(home)
    if not files.all():
        return
    with _plain_errors(), locked(files.lock):
        if process.is_running(read_record(files.record), files):
            raise BrokerError("the broker is running: stop it first with `chipwire kafka down`")
        for path in files.all():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _files(home: Path) -> Files:
    """Return the files of a home, by its full path."""
    files = Files(home.expanduser().resolve())
    if "," in str(files.home):
        raise BrokerError(f"{files.home} has a comma in it, which Kafka takes for the end of a folder's name: choose another home")
    return files


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn the system's errors (a full disk, a folder that is not ours) into a sentence."""
    try:
        yield
    except OSError as error:
        raise BrokerError(f"the local Kafka cannot work here: {error}") from error


def _address(record: Record) -> str:
    return f"{LOOPBACK}:{record.port}"


def _join(files: Files, record: Record, port: int | None, overrides: Mapping[str, str]) -> Broker | None:
    """Return the broker that already runs, unless it was asked for in another way; None for one that is just ending."""
    if port not in (None, record.port):
        raise BrokerError(f"the broker already runs at {_address(record)}: `chipwire kafka down` first, to give it another port")
    if not overrides.items() <= parse_properties(files.properties.read_text()).items():
        raise BrokerError(f"the broker already runs at {_address(record)} with other settings: `chipwire kafka down` first")
    try:
        return _wait(files, record, time.monotonic() + START_LIMIT, _log_size(files))
    except BrokerError:
        if process.is_running(record, files):
            raise
        return None


def _start(files: Files, ports: Record, java: list[str]) -> Broker:
    """Format the data folder when it is new, start the broker, and return it when it answers."""
    deadline = time.monotonic() + START_LIMIT
    if not (files.data / "meta.properties").exists():
        process.format_data(files, java, START_LIMIT)
    since = _log_size(files)
    record = replace(ports, pid=process.launch(files, java))
    try:
        record.write(files.record)
        return _wait(files, record, deadline, since)
    except BaseException:  # Ctrl-C too: nothing half-started stays behind
        process.end(record, files, signal.SIGKILL, 5)
        replace(record, pid=None).write(files.record)
        raise


def _wait(files: Files, record: Record, deadline: float, since: int) -> Broker:
    """Return the broker when it answers.

    Raises:
        BrokerError: It ended, or did not answer before the deadline; says the most telling line logged after position ``since``.
    """
    while time.monotonic() < deadline:
        if not process.is_running(record, files):
            raise BrokerError(f"Kafka ended while starting: {_last_words(files, since)} (log: {files.log})")
        if record.pid is not None and answers(record.port):
            return Broker(_address(record), record.pid, files.home)
        time.sleep(0.05)
    raise BrokerError(
        f"Kafka does not answer at {_address(record)} after {START_LIMIT:g} s: {_last_words(files, since)} (log: {files.log})"
    )


def _log_size(files: Files) -> int:
    return files.log.stat().st_size if files.log.exists() else 0


def _last_words(files: Files, since: int) -> str:
    with files.log.open("rb") as log:
        log.seek(since)
        return process.reason(log.read().decode(errors="replace"))
