"""The command line in a test: run in this process, or as a process of its own."""

import json
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper

import pytest

from services.cli.main import main
from shared.settings import KafkaSettings


def chipwire(settings: KafkaSettings, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in this process, where a connection left open fails the test."""
    out, err, given = BytesIO(), BytesIO(), BytesIO(stdin)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(settings).items():
            patch.setenv(name, value)
        for name, stream in (("stdout", out), ("stderr", err), ("stdin", given)):
            patch.setattr(sys, name, TextIOWrapper(stream, "utf-8", write_through=True))
        patch.setattr(sys, "argv", ["chipwire", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return subprocess.CompletedProcess(arguments, ended.value.code, out.getvalue(), err.getvalue())


def command(*arguments: str) -> list[str]:
    """Return the command line that starts it as a process."""
    return [sys.executable, "-m", "services.cli.main", *arguments]


def environment(settings: KafkaSettings) -> dict[str, str]:
    """Return this process's environment with the settings of a cluster, and no others of ours."""
    given = {"CHIPWIRE_BOOTSTRAP_SERVERS": settings.bootstrap_servers, "CHIPWIRE_TOPIC_PREFIX": settings.topic_prefix}
    return {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")} | given


def lines(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    """Return the JSON lines that a command printed; it must have succeeded."""
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]
