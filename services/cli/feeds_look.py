"""What ``chipwire feeds`` shows: the registry with its health, one feed in full, files and sites tried from here."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.context import kafka_settings, output, rsshub_address, show
from services.cli.reading import say
from services.cli.steps import piped

if TYPE_CHECKING:
    from shared.records.feed import Feed
    from shared.records.fetch_state import FeedState

COLUMNS = ["id", "kind", "state", "last_success", "last_new", "next_poll", "error", "url"]


@click.command()
@output
def ls(output: str) -> None:
    """List the feeds, and how polling each goes."""
    show(asyncio.run(_rows()), output, COLUMNS)


@click.command("show")
@click.argument("feed_id", metavar="ID")
@output
def show_command(feed_id: str, output: str) -> None:
    """Show everything known of one feed: its registration, its rhythm, its next poll, what went wrong."""
    from shared.errors import SetupError

    row = next((row for row in asyncio.run(_rows()) if row["id"] == feed_id), None)
    if row is None:
        raise SetupError(f"there is no feed {feed_id}; `chipwire feeds ls` shows all")
    if output == "table":
        show([{"field": name, "value": value} for name, value in row.items() if value is not None], output, ["field", "value"])
    else:
        show([row], output, COLUMNS)


async def _rows() -> list[Mapping[str, object]]:
    from services.fetcher import book

    settings = kafka_settings()
    known, partitions = await book.registry(settings)
    found = await book.states(settings, partitions)
    return [_row(feed, found.get(feed.id), time.time()) for feed in sorted(known.values(), key=lambda feed: feed.id)]


def _row(feed: "Feed", state: "FeedState | None", now: float) -> Mapping[str, object]:
    from services.fetcher import polls

    condition = polls.condition(feed, state, now)
    stated = "paused" if feed.paused else "off" if condition == "off" else "gone" if condition == "gone" else "on"
    return feed.model_dump() | {"state": stated, "health": condition} | (_health(state, now) if state else {})


def _health(state: "FeedState", now: float) -> dict[str, object]:
    from services.fetcher import honesty

    interval = state.due - state.polled_at if state.polled_at and state.due else None
    return {
        "last_success": _time(state.succeeded_at),
        "last_new": _time(state.new_at),
        "last_poll": _time(state.polled_at),
        "next_poll": _time(state.due),
        "interval_seconds": interval and round(interval, 1),
        "gap_seconds": state.gap and round(state.gap, 1),
        "wish_seconds": state.wish,
        "entries": state.entries,
        "trust": honesty.trust(state, now),
        "hurry": state.hurry,
        "errors": state.errors,
        "error": state.error,
        "moved_to": state.location or state.moved_to,
        "title": state.title,
    }


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None


def read_file(file: Path) -> "list[Feed]":
    """Return the feeds of a YAML or OPML file, told apart by its name.

    Raises:
        SetupError: One line, with the number of the first line that is wrong.
    """
    from services.fetcher import opml, registry

    if file.suffix.lower() in (".opml", ".xml"):
        return opml.parse(file.read_bytes(), str(file), rsshub_address())
    return registry.read(file, rsshub_address())


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "also_off", is_flag=True, help="Also the sources that are off.")
@click.option("--allow-loopback", is_flag=True, help="Also sources on this machine.")
@output
def check(file: Path, also_off: bool, allow_loopback: bool, output: str) -> int:
    """Poll each source of a YAML or OPML file once from here, and say how it answers, what it holds and what to change.

    Exit status 3 if any of them is not as it should be.
    """
    feeds = [feed for feed in read_file(file) if also_off or feed.enabled]

    async def rows() -> list[dict[str, object]]:
        from services.fetcher import trial

        done: list[dict[str, object]] = []
        async with trial.requests(allow_loopback=allow_loopback) as asks:
            async for tried in trial.check(asks, feeds):
                done.append(tried.row())
                say(f"{len(done)} of {len(feeds)}: {tried.feed.id}: {done[-1]['outcome']}")
        return sorted(done, key=lambda row: (row["outcome"] == "ok", str(row["outcome"]), str(row["id"])))

    found = asyncio.run(rows())
    show(found, output, ["id", "outcome", "entries", "newest", "advice", "url"])
    return 0 if all(row["outcome"] == "ok" for row in found) else 3


@click.command()
@click.argument("url")
@click.option("--allow-loopback", is_flag=True, help="Also sites on this machine.")
@output
def discover(url: str, allow_loopback: bool, output: str) -> int:
    """Find what a site offers to follow: feeds, sitemaps, and the pattern of its list of articles. Exit status 3 if nothing."""

    async def rows() -> AsyncIterator[dict[str, object]]:
        from services.fetcher import trial

        async with trial.requests(allow_loopback=allow_loopback) as asks:
            for offer, tried in await trial.discover(asks, url):
                row = tried.row() | {"found": offer.found, "title": offer.title, "link_pattern": offer.link_pattern}
                yield {name: row[name] for name in ("url", "kind", "entries", "newest", "found", "title", "link_pattern")}

    async def every() -> list[dict[str, object]]:
        return [row async for row in rows()]

    found = asyncio.run(every())
    show(found, output, ["url", "kind", "entries", "newest", "found", "link_pattern"])
    return 0 if found else 3


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


@click.command("parse")
@piped
@click.option("--url", help="Where the files came from.")
def parse_command(files: tuple[str, ...], jsonl: bool, jobs: int, url: str | None) -> int:
    """Parse feeds: one JSON line for each input, in order. An input line is {"path" | "body", "url"?, "headers"?}."""
    from services.cli import pipe

    return pipe.run(parse_feed_line, pipe.lines(files, jsonl, url), jobs)
