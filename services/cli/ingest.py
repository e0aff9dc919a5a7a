"""``chipwire ingest``: documents on news.raw.v1 as if they had been fetched."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli.reading import say

if TYPE_CHECKING:
    from services.fetcher.ingest import Found


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-…")
@click.option("--url", help="The address to file them under: of the page, or of the feed that they are.")
@click.option("--allow-loopback", is_flag=True, help="Fetch from this machine too.")
def ingest(sources: tuple[str, ...], url: str | None, allow_loopback: bool) -> None:
    """Put pages and feeds on news.raw.v1 as if they had just been fetched: a feed gives one document for each entry.

    The id of an article follows from its address, so ingesting it again gives the same id, always as revision 1: a backfill
    belongs under a CHIPWIRE_TOPIC_PREFIX of its own.
    """
    raise SystemExit(asyncio.run(_ingest(sources, url, allow_loopback)))


async def _ingest(sources: tuple[str, ...], url: str | None, allow_loopback: bool) -> int:
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
