"""``chipwire trace``: one article through every topic."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from services.cli import context
from services.cli.reading import opened
from shared.reading.select import Selection

if TYPE_CHECKING:
    from shared.records.record import Record

COLUMNS = ("time", "topic", "address", "kind", "revision", "change", "says", "version")


@click.command()
@click.argument("article_id", metavar="ID")
@context.output
def trace(article_id: str, output: str) -> None:
    """Follow the article ID through every topic: documents, revisions, tags, dead letters, and what the fetcher remembers of it.

    Exit status 1 if no topic has heard of it.
    """
    rows = asyncio.run(_rows(article_id))
    context.show(rows, output, COLUMNS)
    if not rows:
        raise click.ClickException(f"no topic holds anything of {article_id}")


async def _rows(article_id: str) -> list[dict[str, Any]]:
    from shared.records.fetch_state import ARTICLE
    from shared.topics import ARTICLES, FETCH_STATE, RAW, TAGGED

    found: list[tuple[int, Record]] = []
    topics = [RAW, RAW.dead_letters, ARTICLES, ARTICLES.dead_letters, TAGGED]
    for place, topic in enumerate(topics):
        found += [(place, record) for record in await _records(topic.name, article_id)]
    states = await _records(FETCH_STATE.name, ARTICLE + article_id)
    found += [(len(topics), record) for record in states[-1:]]
    return [_row(record) for _, record in sorted(found, key=lambda each: (_revision(each[1]), each[0], each[1].timestamp, each[1].offset))]


async def _records(topic: str, key: str) -> "list[Record]":
    settings = context.kafka_settings()
    async with opened(settings, settings.topic_prefix + topic, Selection(ids=frozenset([key]))) as scan:
        return [record async for record in scan.records()]


def _revision(record: "Record") -> float:
    """Return the revision; what has none comes last."""
    text = record.header("ce_revision") or ""
    return int(text) if text.isascii() and text.isdigit() else float("inf")


def _row(record: "Record") -> dict[str, Any]:
    from services.cli.rendering import time_of
    from shared.reading.letters import SETTLED_BY

    return {
        "time": time_of(record),
        "topic": record.topic,
        "address": record.address,
        "kind": _kind(record),
        "revision": None if _revision(record) == float("inf") else int(_revision(record)),
        "change": record.header("ce_change"),
        "says": record.header(SETTLED_BY) or _says(record),
        "from": record.header("chipwire-from"),
        "version": record.header("chipwire-version"),
    }


def _kind(record: "Record") -> str:
    from shared.reading.letters import settled

    if settled(record):
        return "settlement"
    if record.topic.endswith(".dlq"):
        return "dead letter"
    if record.topic.endswith("news.fetch-state.v1"):
        return "state"
    return "tombstone" if record.value is None else (record.header("ce_type") or "").removeprefix("chipwire.").removesuffix(".v1")


def _says(record: "Record") -> str | None:
    """Return the one thing that people look for: why it died, what it is tagged with, what is done next."""
    if reason := record.header("dlq-reason"):
        return f"{reason} (round {record.header('dlq-round')}): {record.header('dlq-error')}"
    if policy := record.header("ce_policy"):
        return f"policy: {record.header('ce_instruments')}" if policy == "true" else "no policy"
    if _kind(record) == "state":
        import json

        if record.value is None:
            return "at rest or forgotten; next: nothing"
        state = json.loads(record.value)
        return f"revision {state.get('revision', 0)} sent; next: {state.get('work') or 'nothing'}"
    return record.header("chipwire-url") or record.header("ce_lang")
