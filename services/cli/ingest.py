"""``chipwire ingest``: documents on news.raw.v1 as if they had been fetched."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli.reading import progress, say

if TYPE_CHECKING:
    from services.cli.reading import Advance
    from services.fetcher.archive_lane import Batch
    from services.fetcher.ingest import Found

ARCHIVES = (".warc", ".warc.gz")


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-…")
@click.option("--url", help="The address to file them under: of the page, or of the feed that they are.")
@click.option("--allow-loopback", is_flag=True, help="Fetch from this machine too.")
def ingest(sources: tuple[str, ...], url: str | None, allow_loopback: bool) -> None:
    """Put pages and feeds on news.raw.v1 as if they had just been fetched: a feed gives one document for each entry.

    The id of an article follows from its address, so ingesting it again gives the same id, always as revision 1: a backfill
    belongs under a CHIPWIRE_TOPIC_PREFIX of its own.

    Of a web archive (a file named .warc or .warc.gz, on this machine) the HTML pages with status 200 are put there; an archive that
    was left off goes on where it stopped, for a week, and one that is done adds nothing.
    """
    archives = [source for source in sources if source.lower().endswith(ARCHIVES) and "://" not in source]
    rest = [source for source in sources if source not in archives]
    failed = asyncio.run(_ingest(rest, url, allow_loopback)) if rest else 0
    raise SystemExit(max(failed, asyncio.run(_ingest_archives(archives)) if archives else 0))


async def _ingest(sources: Sequence[str], url: str | None, allow_loopback: bool) -> int:
    from services.cli.context import kafka_settings
    from services.fetcher.ingest import documents
    from shared.errors import ChipwireError
    from shared.stream import kafka, provision
    from shared.topics import RAW, partition_of

    settings = kafka_settings()
    partitions = await provision.check(settings, [RAW])
    producer = kafka.transactional_producer(settings, None)
    await kafka.connect(producer, settings)
    failed = 0
    try:
        for source in sources:
            try:
                made = documents(await _find(source, url, allow_loopback), datetime.now(UTC))
            except ChipwireError as error:
                say(f"{source}: {error}")
                failed = 1
                continue
            for document in made:
                message = document.to_message()
                place = partition_of(document.id.encode(), partitions)
                await (await producer.send(settings.topic(RAW), message.value, message.key, place, headers=list(message.headers)))
                click.echo(document.id)
            say(f"{source}: {len(made)} {'document' if len(made) == 1 else 'documents'}")
    finally:
        await producer.stop()
    return failed


async def _find(source: str, url: str | None, allow_loopback: bool) -> "Found":
    """Return what a source holds: an address, a file, or stdin."""
    from services.fetcher.ingest import Found, fetch, open_file

    if source.startswith(("http://", "https://")):
        return await fetch(source, allow_loopback=allow_loopback)
    if source == "-":
        return Found(url or "file:///dev/stdin", sys.stdin.buffer.read(), {})
    return open_file(Path(source), url)


async def _ingest_archives(sources: Sequence[str]) -> int:
    """Ingest archives, one after the other, with a progress bar in bytes of the file; return the exit status.

    The ids go to a pipe or file alone: on a terminal there are too many of them.
    """
    from services.cli.context import kafka_settings
    from services.fetcher.archive_lane import Tally, ingest
    from shared.errors import ChipwireError

    settings, failed = kafka_settings(), 0
    for source in sources:
        tally, path = Tally(), Path(source)
        try:
            with progress(f"ingest {path.name}", in_bytes=True) as advance:
                await ingest(path, settings, tally, partial(_committed, path, advance))
        except ChipwireError as error:
            say(f"{source}: {error}")
            failed = 1
        except asyncio.CancelledError:
            say(f"{source}: interrupted; the same command goes on from here")
            raise
        finally:
            left = "".join(f", {count} {reason}" for reason, count in sorted(tally.left.items()))
            say(f"{source}: {tally.sent} pages, {tally.before} from before, {tally.left.total()} records left out{left}")
    return failed


def _committed(path: Path, advance: "Advance", batch: "Batch") -> None:
    if not sys.stdout.isatty():
        for message in batch.messages:
            click.echo(message.key or b"")
    advance(batch.position, path.stat().st_size)
