"""``chipwire tail | show | dump | load``: the records on the topics, read and put back."""

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from services.cli import context
from services.cli.reading import name_of, opened, progress, say, usage, watched
from services.cli.selection import selection_options
from shared.reading.select import EVERYTHING, Selection

if TYPE_CHECKING:
    from shared.records.record import Record
    from shared.settings import KafkaSettings

LAST = 20
KINDS = ("tagged", "articles", "raw")


@click.command()
@click.argument("topic", default="tagged")
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@selection_options
@context.output
def tail(topic: str, follow: bool, selection: Selection, output: str) -> None:
    """Print records of TOPIC (default: tagged): all that are selected; with -n the last; with nothing selected the last 20.

    \b
    TOPIC is feeds, fetch-state, raw, articles, tagged, raw.dlq, articles.dlq, feeds.dlq or a topic's full name.
    """
    asyncio.run(_tail(topic, follow, selection, output))


async def _tail(topic: str, follow: bool, selection: Selection, form: str) -> None:
    from services.cli.rendering import printer

    settings = context.kafka_settings()
    count = selection.limit or (LAST if selection.everything else None)
    async with opened(settings, name_of(topic, settings), replace(selection, limit=None)) as scan:
        with printer(form) as write:
            if count is not None:
                for record in await scan.last(count):
                    write(record)
            else:
                async for record in scan.records():
                    write(record)
            if follow:
                async for record in scan.follow():
                    write(record)


@click.command()
@click.argument("what", metavar="ADDRESS|ID")
@click.option("--uncommitted", is_flag=True, help="Records of open and aborted transactions too.")
@context.output
def show(what: str, uncommitted: bool, output: str) -> None:
    """Print one record in full: that at topic/partition/offset, or the last of an article, as tagged, else as article, else raw."""
    from services.cli.rendering import print_whole

    record = asyncio.run(find(what, uncommitted))
    if record is None:
        raise click.ClickException(f"there is no record {what}")
    print_whole(record, output)


async def find(what: str, uncommitted: bool) -> "Record | None":
    """Return the record at an address, or the last of an article; None if there is none."""
    from shared.reading.names import parse_address

    settings = context.kafka_settings()
    if "/" in what:
        topic, partition, offset = usage(parse_address, what)
        selection = Selection(partition=partition, offsets=(offset, offset + 1), uncommitted=uncommitted)
        return await _last(settings, topic, selection)
    for topic in KINDS:
        if record := await _last(settings, topic, Selection(ids=frozenset([what]), uncommitted=uncommitted)):
            return record
    return None


async def _last(settings: "KafkaSettings", topic: str, selection: Selection) -> "Record | None":
    async with opened(settings, name_of(topic, settings), selection) as scan:
        return next(iter(await scan.last(1)), None)


@click.command()
@click.argument("topic")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--resume", is_flag=True, help="Go on with a dump to FILE that broke off (FILE.part), with its selection.")
@selection_options
def dump(topic: str, file: str, resume: bool, selection: Selection) -> None:
    """Write a slice of TOPIC to FILE (- for stdout), byte for byte: zstd, or plain JSON lines if it ends in .jsonl or is stdout.

    A FILE that ends in .warc or .warc.gz becomes a web archive of the pages on the raw topic.
    """
    if resume and (selection != EVERYTHING or file == "-"):
        raise click.UsageError("--resume goes on with a file, and with the selection it was begun with: give no other")
    asyncio.run(_dump(topic, file, selection, resume))


async def _dump(topic: str, file: str, selection: Selection, resume: bool) -> None:
    from shared.reading import dump as dumping

    settings = context.kafka_settings()
    name = name_of(topic, settings)
    with progress("dump") as advance:
        work = dumping.resume(settings, name, file, advance) if resume else dumping.dump(settings, name, file, selection, advance)
        count = await work
    say(f"{count} records of {name} are in {'stdout' if file == '-' else file}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("topic", required=False)
@click.option("--yes", is_flag=True, help="Do not ask before writing to a live topic (one without a prefix).")
@click.option("--again", is_flag=True, help="Load it once more from its first record, though it was loaded here before.")
def load(file: str, topic: str | None, yes: bool, again: bool) -> None:
    """Put the records of FILE (- for stdin) back on TOPIC (default: where they came from); timestamps, keys and headers stay.

    One transaction holds all of them, or a number that is said. A load of a file that broke off goes on where it was, when it is given
    again: no record comes twice. A backfill belongs under a prefix of its own
    (CHIPWIRE_TOPIC_PREFIX): on a live topic an old revision would land after a newer one.
    """
    asyncio.run(put_back(file, topic, yes, again=again))


async def put_back(file: str, topic: str | None, yes: bool, *, again: bool = False) -> None:
    """Load a slice, having asked where it must be asked.

    Raises:
        SetupError: What went wrong, and what of the slice is there.
    """
    from shared.reading import names
    from shared.reading.bounds import count_partitions
    from shared.reading.load import Load
    from shared.reading.reader import SliceReader, fingerprint

    settings = context.kafka_settings()
    reader = SliceReader(file)
    origin = names.known(reader.header.topic)
    name = name_of(topic or (origin.name if origin else reader.header.topic), settings)
    partitions = await count_partitions(settings, name)
    if not (settings.topic_prefix and name.startswith(settings.topic_prefix)):
        _ask(name, settings.bootstrap_servers, yes)
    loading = Load(settings, name, partitions, reader.header, fingerprint(file), again=again)
    try:
        with progress("load") as advance:
            await loading.run(watched(reader, advance))
    except asyncio.CancelledError:
        say(f"stopped; {loading.done}")
        raise
    before = f", {loading.before} of them from an earlier load (--again loads all once more)" if loading.before else ""
    say(f"{loading.committed} records are on {name}{before}")


def _ask(topic: str, servers: str, yes: bool) -> None:
    """Ask before records go to a topic that consumers may live on; nobody to ask is wrong use."""
    say(f"writes to {topic} on {servers}: a live topic, without a prefix")
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("nobody to ask here: add --yes to write to a live topic, or set CHIPWIRE_TOPIC_PREFIX")
    if not yes:
        click.confirm("Write to it?", abort=True, err=True)
