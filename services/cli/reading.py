"""What the commands that read and write records share: topics by name, open scans, progress."""

import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from shared.reading.select import Selection

if TYPE_CHECKING:
    from shared.reading.scan import Scan
    from shared.records.record import Record
    from shared.settings import KafkaSettings

T = TypeVar("T")
EVERY = 256
"""Records between two looks at the progress bar."""

Advance = Callable[[int, int | None], None]
"""Takes how much is done, in all, and of how much, where that is known."""


def say(message: str) -> None:
    """Print a line for people, on stderr."""
    click.echo(message, err=True)


def usage(parse: Callable[[str], T], text: str) -> T:
    """Return what `parse` makes of an argument.

    Raises:
        click.UsageError: In place of a ValueError.
    """
    try:
        return parse(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def name_of(text: str, settings: "KafkaSettings") -> str:
    """Return the name on the cluster of a topic as it was typed; that no topic can have it is wrong use."""
    from shared.reading.names import full_name

    return usage(lambda typed: full_name(typed, settings), text)


def is_file(what: str) -> bool:
    """Say whether a file is meant, and no topic: ``-``, one that is there, or what cannot be the name of a topic or ends like a slice."""
    return what == "-" or "/" in what or what.endswith((".zst", ".jsonl")) or Path(what).exists()


@asynccontextmanager
async def opened(settings: "KafkaSettings", topic: str, selection: Selection) -> "AsyncIterator[Scan]":
    """Open a topic for reading; what of it cannot be read is said on stderr.

    Raises:
        SetupError: If there is nothing to read from.
    """
    from shared.reading.scan import open_scan

    async with open_scan(settings, topic, selection) as scan:
        yield scan


@contextmanager
def progress(what: str, *, in_bytes: bool = False) -> "Iterator[Advance]":
    """Show a bar on stderr while the block runs, if that is a terminal and nothing is printed beside it."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    done = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def watched(records: "Iterable[Record]", advance: Advance) -> "Iterator[Record]":
    """Yield the records and tell `advance` how many there were."""
    for count, record in enumerate(records, 1):
        if count % EVERY == 0:
            advance(count, None)
        yield record
