"""``chipwire feeds``: the registry of sources; ``chipwire retract``: the operator's word on an article.

What only looks is in `feeds_look`.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli import feeds_look
from services.cli.context import kafka_settings, rsshub_address
from services.cli.reading import say

if TYPE_CHECKING:
    from shared.records.feed import Feed


@click.group()
def feeds() -> None:
    """Work with the sources: known feeds and their health."""


for looking in (feeds_look.ls, feeds_look.show_command, feeds_look.parse_command, feeds_look.check, feeds_look.discover):
    feeds.add_command(looking)


@feeds.command()
@click.argument("url")
@click.option("--id", "feed_id", help="Its id, a slug; by default a hash of the URL.")
@click.option("--name", help="For people.")
@click.option("--kind", help="What it is, where it is no feed: listing, json-listing, sitemap; `chipwire feeds discover` says.")
@click.option("--link-pattern", help="Lists and sitemaps: regular expression of an article's link.")
@click.option("--language", help="BCP 47, where the feed does not say.")
@click.option("--group", help="For people.")
@click.option(
    "--full-text",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Fetch article pages? auto: of entries without their whole text.",
)
@click.option(
    "--poll-minutes", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, help="Longest time between two polls."
)
def add(url: str, **given: Any) -> None:
    """Register the feed at URL, or change it: a running fetcher takes it up at once."""
    from services.fetcher import registry

    stated = {"url": url, "id": given.pop("feed_id")} | given
    line = "feeds: [" + _yaml({key: value for key, value in stated.items() if value is not None}) + "]"
    _merge(registry.parse(line, "the command line", rsshub_address()))


def _yaml(value: object) -> str:
    import json

    return json.dumps(value)


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Register the feeds of a YAML or OPML file; only lines that changed since its last import change anything."""
    _merge(feeds_look.read_file(file))


@feeds.command("export")
@click.option("--format", "form", type=click.Choice(["yaml", "opml"]), default="yaml", show_default=True)
def export_file(form: str) -> None:
    """Write the registered feeds to stdout, as a file that `import` reads back; one that moved for good has its new address."""
    from services.fetcher import book, export, opml, polls

    async def located() -> "list[Feed]":
        settings = kafka_settings()
        known, partitions = await book.registry(settings)
        states = await book.states(settings, partitions)
        return [polls.located(feed, states.get(feed.id)) for feed in sorted(known.values(), key=lambda feed: (feed.group or "", feed.id))]

    found = asyncio.run(located())
    click.echo(export.to_yaml(found) if form == "yaml" else opml.write(found).decode(), nl=False)


def _merge(given: "list[Any]") -> None:
    from services.fetcher import book, registry

    changed = asyncio.run(book.register(kafka_settings(), given))
    say(f"{changed} of {len(given)} feeds are new or changed")
    for feed in registry.unsupported(given):
        say(f"{feed.id} is kept but not polled: this version does not read {feed.kind}")


def _known(feed_id: str) -> "tuple[Feed, int]":
    """Return a registered feed and the partition count."""
    from services.fetcher import book
    from shared.errors import SetupError

    known, partitions = asyncio.run(book.registry(kafka_settings()))
    if feed_id not in known:
        raise SetupError(f"there is no feed {feed_id}; `chipwire feeds ls` shows all")
    return known[feed_id], partitions


def _change(feed_id: str, change: "Callable[[Feed], dict[str, object]]") -> "Feed":
    """Write a registered feed anew, changed."""
    from services.fetcher import book
    from services.fetcher.registry import Change, partition

    feed, partitions = _known(feed_id)
    changed = feed.model_copy(update=change(feed))
    asyncio.run(book.write(kafka_settings(), [Change(partition(feed.registered_authority, partitions), changed.to_message())]))
    return changed


@feeds.command()
@click.argument("feed_id", metavar="ID")
@click.option("--reason", default="by hand", show_default=True, help="Why; shown by `ls` and `show`.")
@click.option("--resume", is_flag=True, help="Poll it again.")
def pause(feed_id: str, reason: str, resume: bool) -> None:
    """Stop polling a feed until it is resumed; an import does not change that."""
    feed = _change(feed_id, lambda _: {"paused": None if resume else reason})
    say(f"{feed_id} is {'paused: ' + feed.paused if feed.paused else 'polled again'}")


@feeds.command()
@click.argument("feed_id", metavar="ID")
def poll(feed_id: str) -> None:
    """Ask a running fetcher to poll a feed at once (as soon as its host is free and not resting)."""
    feed = _change(feed_id, lambda _: {"poll_at": time.time()})
    say(f"{feed_id} will be polled now" + (f", but it is paused: {feed.paused}" if feed.paused else ""))


@feeds.command()
@click.argument("feed_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rm(feed_id: str, yes: bool) -> None:
    """Remove a feed; what it brought stays."""
    from services.fetcher import book
    from services.fetcher.registry import Change, partition
    from shared.records.record import Message

    feed, partitions = _known(feed_id)
    say(f"removes {feed_id}: {feed.url}")
    if not yes:
        confirm("Remove it?")
    change = Change(partition(feed.registered_authority, partitions), Message(feed_id.encode(), None))
    asyncio.run(book.write(kafka_settings(), [change]))


def confirm(question: str) -> None:
    """Ask on a terminal; without one the answer must have been given with ``--yes``."""
    import sys

    if not sys.stdin.isatty():
        raise click.UsageError("add --yes: there is no terminal to ask on")
    click.confirm(question, abort=True, err=True)


@click.command()
@click.argument("article_id", metavar="ID")
@click.option("--reason", required=True, help="Why, for consumers.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def retract(article_id: str, reason: str, yes: bool) -> None:
    """Withdraw an article: a retraction now, a tombstone later, both numbered by the fetcher."""
    from services.fetcher import book, takedown
    from services.fetcher.registry import Change
    from shared.errors import SetupError

    async def find() -> Change:
        partitions = (await book.registry(settings))[1]
        state = await book.article(settings, partitions, article_id)
        if state is None:
            raise SetupError(f"the fetcher knows no article {article_id}")
        say(f"withdraws {article_id} ({state.url or state.domain}) of feed {state.feed}, revision {state.revision}")
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Change(*takedown.command(state, reason, now, partitions))

    settings = kafka_settings()
    change = asyncio.run(find())
    if not yes:
        confirm("Withdraw it?")
    asyncio.run(book.write(settings, [change]))
