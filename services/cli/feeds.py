"""``chipwire feeds``: the registry of sources; ``chipwire retract``: the operator's word on an article."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.context import kafka_settings, output, show
from services.cli.reading import say
from services.cli.steps import piped

if TYPE_CHECKING:
    from shared.records.fetch_state import FeedState


@click.group()
def feeds() -> None:
    """Work with the sources: known feeds and their health."""


@feeds.command()
@click.argument("url")
@click.option("--id", "feed_id", help="Its id, a slug; by default a hash of the URL.")
@click.option("--name", help="For people.")
@click.option("--language", help="BCP 47, where the feed does not say.")
@click.option("--group", help="For people.")
@click.option(
    "--full-text",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Fetch article pages? auto: of entries without their whole text.",
)
@click.option("--poll-minutes", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True)
def add(url: str, **given: Any) -> None:
    """Register the feed at URL, or change it: a running fetcher takes it up at once."""
    from services.fetcher import registry

    stated = {"url": url, "id": given.pop("feed_id")} | given
    line = "feeds: [" + _yaml({key: value for key, value in stated.items() if value is not None}) + "]"
    _merge(registry.parse(line, "the command line"))


def _yaml(value: object) -> str:
    import json

    return json.dumps(value)


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Register the feeds of a YAML file; only lines that changed since its last import change anything."""
    from services.fetcher import registry

    _merge(registry.read(file))


def _merge(given: "list[Any]") -> None:
    from services.fetcher import book, registry

    changed = asyncio.run(book.register(kafka_settings(), given))
    say(f"{changed} of {len(given)} feeds are new or changed")
    for feed in registry.unsupported(given):
        say(f"{feed.id} is kept but not polled: this version does not read {feed.kind}")


@feeds.command()
@click.argument("feed_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rm(feed_id: str, yes: bool) -> None:
    """Remove a feed; what it brought stays."""
    from services.fetcher import book
    from services.fetcher.registry import Change, partition
    from shared.errors import SetupError
    from shared.records.record import Message

    async def find() -> Change:
        known, partitions = await book.registry(settings)
        if feed_id not in known:
            raise SetupError(f"there is no feed {feed_id}; `chipwire feeds ls` shows all")
        say(f"removes {feed_id}: {known[feed_id].url}")
        return Change(partition(known[feed_id].registered_authority, partitions), Message(feed_id.encode(), None))

    settings = kafka_settings()
    change = asyncio.run(find())
    if not yes:
        confirm("Remove it?")
    asyncio.run(book.write(settings, [change]))


def confirm(question: str) -> None:
    """Ask on a terminal; without one the answer must have been given with ``--yes``."""
    import sys

    if not sys.stdin.isatty():
        raise click.UsageError("add --yes: there is no terminal to ask on")
    click.confirm(question, abort=True, err=True)


@feeds.command()
@output
def ls(output: str) -> None:
    """List the feeds, and how polling each goes."""
    from services.fetcher import book

    async def rows() -> list[Mapping[str, object]]:
        settings = kafka_settings()
        known, partitions = await book.registry(settings)
        found = await book.states(settings, partitions)
        return [_row(feed.model_dump(), found.get(feed.id)) for feed in sorted(known.values(), key=lambda feed: feed.id)]

    show(asyncio.run(rows()), output, ["id", "kind", "state", "last_success", "last_new", "next_poll", "error", "url"])


def _row(feed: dict[str, object], state: "FeedState | None") -> Mapping[str, object]:
    stated = "paused" if feed["paused"] else "on" if feed["enabled"] else "off"
    return feed | {
        "state": stated,
        "last_success": _time(state.succeeded_at if state else None),
        "last_new": _time(state.new_at if state else None),
        "next_poll": _time(state.due if state else None),
        "errors": state.errors if state else 0,
        "error": state.error if state else None,
    }


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None


def parse_feed_line(line: Mapping[str, Any]) -> bytes:
    """Return the parsed feed of an input line as JSON."""
    import json

    from services.cli.pipe import read_body
    from services.fetcher.feeds.parse import parse
    from services.fetcher.feeds.pipe import document

    given = line.get("headers")
    headers = {str(name).lower(): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    url = line.get("url") if str(line.get("url")).startswith(("http://", "https://")) else None
    return json.dumps(document(parse(read_body(line), headers, url)), ensure_ascii=False).encode("utf-8", "replace")


@feeds.command("parse")
@piped
@click.option("--url", help="Where the files came from.")
def parse_command(files: tuple[str, ...], jsonl: bool, jobs: int, url: str | None) -> int:
    """Parse feeds: one JSON line for each input, in order. An input line is {"path" | "body", "url"?, "headers"?}."""
    from services.cli import pipe

    return pipe.run(parse_feed_line, pipe.lines(files, jsonl, url), jobs)


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
        say(f"withdraws {article_id} ({state.url}) of feed {state.feed}, revision {state.revision}")
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Change(*takedown.command(state, reason, now, partitions))

    settings = kafka_settings()
    change = asyncio.run(find())
    if not yes:
        confirm("Withdraw it?")
    asyncio.run(book.write(settings, [change]))
