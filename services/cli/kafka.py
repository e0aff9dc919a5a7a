"""``chipwire kafka``: the local broker alone."""

import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from services.local.broker import Status

FOLLOW_EVERY = 0.2  # seconds

home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".chipwire/kafka"),
    show_default=True,
    help="Folder of the broker: data, settings, log.",
)


@click.group()
def kafka() -> None:
    """Run the local broker alone: Apache Kafka, one node, this machine only."""


@kafka.command()
@home_option
@click.option("--port", type=click.IntRange(1, 65535), help="Port for clients  [default: that of the last start, or a free one]")
def up(home: Path, port: int | None) -> None:
    """Start the broker, or find it running, and print its address."""
    if given := os.environ.get("CHIPWIRE_BOOTSTRAP_SERVERS"):
        _say("CHIPWIRE_BOOTSTRAP_SERVERS is set: using that cluster, starting nothing")
        click.echo(given)
        return
    from services.local import broker

    began = time.monotonic()
    with _as_sentence():
        found = broker.up(home, port, say=_say)
    _say(f"ready after {time.monotonic() - began:.1f} s, process {found.pid}, data in {home}")
    click.echo(found.bootstrap_servers)


@kafka.command()
@home_option
def down(home: Path) -> None:
    """Stop the broker; its data stays."""
    from services.local import broker

    with _as_sentence():
        ran = broker.down(home, say=_say)
    _say("stopped" if ran else "no broker was running")


@kafka.command()
@home_option
@click.option("-o", "--output", type=click.Choice(["table", "json"]), help="[default: table on a terminal, json in a pipe]")
@click.pass_context
def status(context: click.Context, home: Path, output: str | None) -> None:
    """Print address, process, state and size of data; exit status 1 unless it is running.

    \b
    running  answers            stopped  ended by `down`, or never started
    unready  does not answer    exited   ended by itself or killed; `up` starts it again
    """
    from services.local import broker

    with _as_sentence():
        found = broker.status(home)
    form = output or ("table" if sys.stdout.isatty() else "json")
    click.echo(_as_json(found) if form == "json" else _as_table(found))
    context.exit(0 if found.state == "running" else 1)


@kafka.command()
@home_option
@click.option("-f", "--follow", is_flag=True, help="Go on printing what is added, until Ctrl-C.")
@click.option("-n", "count", type=click.IntRange(min=0), default=50, show_default=True, help="Lines from the end.")
def logs(home: Path, follow: bool, count: int) -> None:
    """Print the end of the broker's log."""
    from services.local import broker

    with _as_sentence():
        path = broker.log_file(home)
    if not path.exists():
        raise click.ClickException(f"there is no log in {home}: no broker was started here")
    with path.open(errors="replace") as log:
        click.echo("".join(deque(log, count)), nl=False)
        position = log.tell()
    while follow:
        time.sleep(FOLLOW_EVERY)
        position = _print_after(path, position)


@kafka.command()
@home_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def wipe(home: Path, yes: bool) -> None:
    """Remove the data, log and settings of the stopped broker, for ever."""
    from services.local import broker

    with _as_sentence():
        paths = broker.remains(home)
        if not paths:
            _say("there is nothing to remove")
            return
        _say(f"removes {', '.join(path.name for path in paths)} in {home} ({_megabytes(broker.status(home).data_bytes)} of data)")
        if not yes and not sys.stdin.isatty():
            raise click.UsageError("nobody to ask here: add --yes to remove it")
        if not yes:
            click.confirm("Remove it?", abort=True, err=True)
        broker.wipe(home)
    _say("removed")


def _say(message: str) -> None:
    click.echo(message, err=True)


@contextmanager
def _as_sentence() -> Iterator[None]:
    """Print a BrokerError as one line and end with status 1."""
    from services.local.broker import BrokerError

    try:
        yield
    except BrokerError as error:
        raise click.ClickException(str(error)) from error


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _as_json(status: "Status") -> str:
    import json

    fields = ("state", "bootstrap_servers", "pid", "home", "data_bytes")
    return json.dumps({name: getattr(status, name) for name in fields}, default=str)


def _as_table(status: "Status") -> str:
    rows = {
        "state": status.state,
        "bootstrap servers": status.bootstrap_servers or "-",
        "process": status.pid or "-",
        "home": status.home,
        "data": _megabytes(status.data_bytes),
    }
    return "\n".join(f"{name:<18} {value}" for name, value in rows.items())


def _print_after(path: Path, position: int) -> int:
    """Print what the log holds after this position (all of it, if it is a new one by now) and return the new end."""
    if not path.exists():
        return 0
    with path.open(errors="replace") as log:
        log.seek(position if path.stat().st_size >= position else 0)
        click.echo(log.read(), nl=False)
        return log.tell()
