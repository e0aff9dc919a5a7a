"""What every command shares: which cluster it talks to, and how it prints."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shared.settings import KafkaSettings

HOME = Path(".chipwire")


def kafka_settings() -> "KafkaSettings":
    """Return the settings of the environment; without CHIPWIRE_BOOTSTRAP_SERVERS the local broker's address, where one runs.

    Raises:
        SetupError: If a setting is wrong.
    """
    from services.local import broker
    from shared.settings import KafkaSettings, read

    if not os.environ.get("CHIPWIRE_BOOTSTRAP_SERVERS"):
        local = broker.status(HOME / "kafka")
        if local.bootstrap_servers and local.state == "running":
            return read(KafkaSettings, bootstrap_servers=local.bootstrap_servers, security_protocol="PLAINTEXT")
    return read(KafkaSettings)


def rsshub_address() -> str | None:
    """Return the address of the RSSHub whose routes a file may name, None without one.

    Raises:
        SetupError: If the setting is wrong.
    """
    from shared.settings import RegistrySettings, read

    hub = read(RegistrySettings).rsshub
    return str(hub) if hub else None


def output(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-o table|json|jsonl`` to a command, by default a table on a terminal and JSON lines in a pipe."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json", "jsonl"]),
        default=lambda: "table" if sys.stdout.isatty() else "jsonl",
        show_default="table on a terminal, else jsonl",
        help="Form of the output; JSON is the contract, tables are for people.",
    )(function)


def show(rows: Iterable[Mapping[str, object]], form: str, columns: Sequence[str]) -> None:
    """Print rows on stdout in a form; a table shows `columns` only."""
    if form == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif form == "json":
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(*columns, box=None, header_style="bold")
        for row in rows:
            table.add_row(*("" if row.get(column) is None else str(row[column]) for column in columns))
        Console().print(table)
