"""The Java process of one Kafka node: begun, known again, ended, and what its log says about its end."""

import base64
import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from services.local import distribution
from services.local.distribution import BrokerError
from services.local.node import Files, Record

JAVA_ENVIRONMENT = ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH")  # meant for another Java
# The shell ends at once and hands over the process number, so the broker is nobody's child: no zombie, and no one has to wait for it.
DETACH = 'log="$1"; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!'
TELLING = (
    re.compile(r"^Caused by: "),
    re.compile(r"^(Unrecognized|Invalid|Error occurred|Conflicting) |\] (ERROR|FATAL) |^Exception in |^[\w.$]+(Exception|Error): "),
    re.compile(r"^Error: |warning: "),
)


def java_command(files: Files, jars: list[Path]) -> list[str]:
    """Return the command that runs one of Kafka's programs, up to the program's name."""
    return [
        str(distribution.java()),
        *distribution.JVM_OPTIONS,
        f"-Djava.io.tmpdir={files.scratch}",
        f"-XX:ErrorFile={files.scratch}/java-crash.log",
        f"-Dlog4j2.configurationFile={(distribution.DEPLOY / 'log4j2.yaml').as_uri()}",
        "-cp",
        os.pathsep.join(map(str, jars)),
    ]


def format_data(files: Files, java: list[str], timeout: float) -> None:
    """Make the data folder of a new cluster.

    Raises:
        BrokerError: Kafka refused, or did not end within ``timeout`` seconds.
    """
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", str(files.properties)]
    try:
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False, timeout=timeout)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise BrokerError(f"Kafka could not make its data folder {files.data} within {timeout:g} s") from error
    if done.returncode:
        raise BrokerError(f"Kafka could not make its data folder {files.data}: {reason(done.stdout + done.stderr)}")


def launch(files: Files, java: list[str]) -> int:
    """Start the node, detached and with its output going to its log, and return its process number."""
    command = ["/bin/sh", "-c", DETACH, "sh", str(files.log), *java, "kafka.Kafka", str(files.properties)]
    shell = subprocess.run(  # noqa: S603
        command, env=_environment(), cwd=files.home, stdout=subprocess.PIPE, start_new_session=True, check=True
    )
    return int(shell.stdout)


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if name not in JAVA_ENVIRONMENT}


def command_line(pid: int) -> str:
    """Return the command line of a process; empty when there is no such process, or only a dead one that nobody has waited for."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603


def is_running(record: Record | None, files: Files) -> bool:
    """Return whether the recorded process is still this node, and not another one that was given its number."""
    if record is None or record.pid is None:
        return False
    command = command_line(record.pid)
    return "kafka.Kafka" in command and str(files.properties) in command


def end(record: Record, files: Files, how: signal.Signals, timeout: float) -> bool:
    """Send the recorded process this signal and return whether it was gone within ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    if record.pid is not None and is_running(record, files):
        os.kill(record.pid, how)
    while is_running(record, files):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def reason(log: str) -> str:
    """Return the line of a log that says best why the node ended: the deepest cause, else the last error, else the last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for pattern in TELLING:
        if found := [line for line in lines if pattern.search(line)]:
            return found[-1]
    return lines[-1] if lines else "it printed nothing"
