"""What one Kafka node keeps on disk: its folders, its settings, and the record of its last start."""

import json
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from services.local import distribution
from services.local.distribution import BrokerError
from services.local.port import LOOPBACK, free_port, is_free

LARGEST_LOG = 16 << 20  # bytes; a start puts a larger log aside


OUTLAST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Files:
    """Where a node keeps what is its own, all of it below ``home``."""

    home: Path

    @property
    def data(self) -> Path:
        """Return the folder of the partitions and of the cluster's metadata."""
        return self.home / "data"

    @property
    def scratch(self) -> Path:
        """Return the folder of the native libraries that the jars unpack; emptied at every start."""
        return self.home / "tmp"

    @property
    def properties(self) -> Path:
        """Return the settings of the last start. The path is also how its process is known again."""
        return self.home / "server.properties"

    @property
    def log(self) -> Path:
        """Return the log: what Kafka and Java print."""
        return self.home / "broker.log"

    @property
    def old_log(self) -> Path:
        """Return the log before the last rotation."""
        return self.home / "broker.log.1"

    @property
    def record(self) -> Path:
        """Return the file of the Record."""
        return self.home / "broker.json"

    @property
    def lock(self) -> Path:
        """Return the lock that whoever starts, stops or wipes the node holds."""
        return self.home / "lock"

    def data_bytes(self) -> int:
        """Return what the data takes on the disk, while a broker may be adding and deleting files."""
        total = 0
        for folder, _folders, names in os.walk(self.data):
            for name in names:
                with suppress(FileNotFoundError):
                    total += Path(folder, name).lstat().st_blocks * 512
        return total

    def all(self) -> list[Path]:
        """Return everything there is to remove, the lock excepted."""
        paths = (self.data, self.scratch, self.properties, self.log, self.old_log, self.record)
        return [path for path in paths if path.exists()]


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered from one start to the next; ``pid`` is None after a clean stop."""

    pid: int | None
    port: int
    controller_port: int

    def write(self, path: Path) -> None:
        """Replace the record in one step, so that a reader never meets half of it."""
        scratch = path.with_suffix(".new")
        scratch.write_text(json.dumps(asdict(self)))
        scratch.replace(path)


def read_record(path: Path) -> Record | None:
    """Return the record of the last start, or None where there is none that can be read."""
    try:
        return Record(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def parse_properties(text: str) -> dict[str, str]:
    """Return the settings of a properties file of plain ``key=value`` lines."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def render_properties(settings: Mapping[str, str]) -> str:
    """Return the settings as Java reads them: in ASCII, the rest escaped the way JSON does it too (a path may hold any character)."""
    return "".join(f"{key}={json.dumps(value)[1:-1]}\n" for key, value in settings.items())


def node_settings(files: Files, port: int, controller_port: int) -> dict[str, str]:
    """Return the settings that depend on the place and the ports."""
    return {
        "listeners": f"CLIENT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"CLIENT://{LOOPBACK}:{port}",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "log.dirs": str(files.data),
    }


def choose_ports(record: Record | None, port: int | None) -> Record:
    """Return the ports to start with: the one asked for, else those of the last start where they are free.

    Raises:
        BrokerError: The port asked for is taken.
    """
    if port is not None and not is_free(port):
        raise BrokerError(f"port {port} is taken by another program: stop that, give another --port, or none to take a free one")
    for former in (record.port, record.controller_port) if record and port is None else ():
        _outlast(former)
    client = port if port is not None else free_port([record.port] if record else [])
    return Record(None, client, free_port([record.controller_port] if record else [], taken=client))


def _outlast(port: int) -> None:
    """Wait for a port that a broker which was just killed may still hold: clients know it by no other."""
    deadline = time.monotonic() + OUTLAST_SECONDS
    while not is_free(port) and time.monotonic() < deadline:
        time.sleep(0.05)


def prepare(files: Files, ports: Record, overrides: Mapping[str, str]) -> None:
    """Write the settings of a start, empty the scratch folder and put a large log aside."""
    settings = parse_properties((distribution.DEPLOY / "server.properties").read_text())
    settings |= node_settings(files, ports.port, ports.controller_port) | dict(overrides)
    files.properties.write_text(render_properties(settings))
    shutil.rmtree(files.scratch, ignore_errors=True)
    files.scratch.mkdir()
    if files.log.exists() and files.log.stat().st_size > LARGEST_LOG:
        files.log.replace(files.old_log)
