"""``chipwire dlq``: dead letters by reason, and what is done about them."""

import asyncio
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from services.cli.context import kafka_settings, output, show
from services.cli.reading import say, usage
from services.cli.selection import selection_options
from shared.reading.select import Selection

if TYPE_CHECKING:
    from shared.reading.letters import Letter
    from shared.reading.settle import Survey
    from shared.settings import KafkaSettings
    from shared.topics import Topic

PASSES = "passes"
STAGES = {"news.raw.v1": "parser", "news.articles.v1": "classifier"}
"""Whose step a letter of a topic is tried with."""
REASON = click.option("--reason", "reasons", multiple=True, help="Given up for this reason only; may be repeated.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def dlq() -> None:
    """Work with dead letters: records that a stage gave up, byte for byte. TOPIC is raw, articles or feeds."""


@dlq.command()
@click.argument("topic", required=False)
@REASON
@selection_options
@output
def ls(topic: str | None, reasons: tuple[str, ...], selection: Selection, output: str) -> None:
    """Count the dead letters that wait, by stage and reason: of TOPIC, or of all."""
    rows: list[dict[str, Any]] = []
    settings = kafka_settings()
    for each in _topics(topic):
        rows += _rows(each.name, asyncio.run(_survey(settings, each, selection, frozenset(reasons))))
    show(rows, output, ["topic", "stage", "reason", "count", "rounds", "first", "last", "example"])


@dlq.command("show")
@click.argument("address")
@click.option("--value", is_flag=True, help="Only the value, byte for byte.")
@output
def show_letter(address: str, value: bool, output: str) -> None:
    """Print the dead letter at topic/partition/offset in full."""
    from services.cli.records import find
    from services.cli.rendering import print_whole
    from shared.reading.names import parse_address

    usage(parse_address, address)
    record = asyncio.run(find(address, uncommitted=False))
    if record is None:
        raise click.ClickException(f"there is no record {address}")
    if value:
        sys.stdout.buffer.write(record.value or b"")
    else:
        print_whole(record, output)


@dlq.command()
@click.argument("topic")
@REASON
@click.option("--dry-run", is_flag=True, help="Run the stage of this checkout over them, show what would become of them, write nothing.")
@YES
@selection_options
@output
def retry(topic: str, reasons: tuple[str, ...], dry_run: bool, yes: bool, selection: Selection, output: str) -> None:
    """Put dead letters back on TOPIC, with their history in their headers: after a fix is deployed.

    Refused are letters that came back three times, and those that a newer record of the same key has overtaken: they would land after
    it. What is put back is marked in the same transaction, so a retry that breaks off is run again.
    """
    settings = kafka_settings()
    [chosen] = _topics(topic)
    letters, refused = asyncio.run(_fit(settings, chosen, selection, frozenset(reasons)))
    if dry_run:
        show(_histogram(asyncio.run(_tried(settings, chosen, letters)), refused), output, ["was", "now", "count"])
        return
    for why, count in sorted(Counter(refused.values()).items()):
        say(f"{count} letters are refused: {why}")
    _settle(settings, chosen, letters, "retry", yes)


@dlq.command()
@click.argument("topic")
@REASON
@YES
@selection_options
def drop(topic: str, reasons: tuple[str, ...], yes: bool, selection: Selection) -> None:
    """Mark dead letters of TOPIC as dealt with: they are listed no more, and stay on their topic until retention takes them."""
    settings = kafka_settings()
    [chosen] = _topics(topic)
    _settle(settings, chosen, asyncio.run(_survey(settings, chosen, selection, frozenset(reasons))).waiting, "drop", yes)


def _topics(typed: str | None) -> "list[Topic[object]]":
    from shared.reading.names import short
    from shared.topics import ARTICLES, FEEDS, RAW

    known: dict[str, Topic[object]] = {short(topic): topic for topic in (RAW, ARTICLES, FEEDS)}
    if typed is None:
        return list(known.values())
    name = typed.removesuffix(".dlq")
    found = known.get(name) or next((topic for topic in known.values() if topic.name == name), None)
    if found is None:
        raise click.UsageError(f"{typed!r} has no dead letters; known are {', '.join(known)}")
    return [found]


async def _survey(settings: "KafkaSettings", topic: "Topic[object]", selection: Selection, reasons: frozenset[str]) -> "Survey":
    from shared.reading.settle import survey

    return await survey(settings, topic, selection, reasons)


def _rows(topic: str, survey: "Survey") -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Letter]] = {}
    for letter in survey.waiting.values():
        groups.setdefault((letter.stage, letter.reason), []).append(letter)
    return [
        {"topic": topic, "stage": stage, "reason": reason, "count": len(letters), "rounds": max(letter.round for letter in letters)}
        | {"first": min(letter.at for letter in letters), "last": max(letter.at for letter in letters)}
        | {"example": letters[-1].address, "error": letters[-1].error}
        for (stage, reason), letters in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


async def _fit(
    settings: "KafkaSettings", topic: "Topic[object]", selection: Selection, reasons: frozenset[str]
) -> "tuple[dict[str, Letter], dict[Letter, str]]":
    """Return the letters that may be put back, and those that may not, each with why."""
    from shared.reading.letters import MOST_ROUNDS
    from shared.reading.settle import superseded

    waiting = (await _survey(settings, topic, selection, reasons)).waiting
    overtaken = await superseded(settings, topic, waiting.values())
    refused = {letter: "overtaken by a newer record" for letter in waiting.values() if letter.address in overtaken}
    refused |= {letter: f"came back {MOST_ROUNDS} times" for letter in waiting.values() if letter.worn_out}
    return {address: letter for address, letter in waiting.items() if letter not in refused}, refused


async def _tried(settings: "KafkaSettings", topic: "Topic[object]", letters: "dict[str, Letter]") -> Counter[tuple[str, str]]:
    """Return how many letters of which reason pass today, or are given up again and why."""
    import importlib

    from shared.errors import PoisonError
    from shared.reading.bounds import count_partitions
    from shared.reading.replay import replay
    from shared.reading.settle import at_source, whole
    from shared.reading.slice import Header
    from shared.reading.spool import spooled

    if topic.name not in STAGES:
        return Counter((letter.reason, "not tried: only the fetcher can tell") for letter in letters.values())
    stage = importlib.import_module(f"services.{STAGES[topic.name]}.__main__").STAGE
    partitions = await count_partitions(settings, settings.topic(topic))
    found: Counter[tuple[str, str]] = Counter()
    records = (at_source(topic, topic.name, record, partitions) async for record in whole(settings, topic, letters))
    async with spooled(records, Header(topic.name, partitions)) as slice_of:
        async for record, result in replay(stage, slice_of(), 1, partitions, stage.sink.name):
            found[record.header("dlq-reason") or "", result.reason if isinstance(result, PoisonError) else PASSES] += 1
    return found


def _histogram(found: Counter[tuple[str, str]], refused: "dict[Letter, str]") -> list[dict[str, object]]:
    found = found + Counter((letter.reason, f"refused: {why}") for letter, why in refused.items())
    return [{"was": was, "now": now, "count": count} for (was, now), count in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def _settle(settings: "KafkaSettings", topic: "Topic[object]", letters: "Any", deed: Any, yes: bool) -> None:
    """Say what would be done, ask, and do it."""
    from services.cli.feeds import confirm
    from shared.reading.settle import settle

    for reason, count in sorted(Counter(letter.reason for letter in letters.values()).items()):
        say(f"{count} letters: {reason}")
    if not letters:
        say("nothing to do")
        return
    name = settings.topic(topic)
    if not yes:
        confirm(f"Put {len(letters)} records back on {name}?" if deed == "retry" else f"Drop {len(letters)} dead letters of {name}?")
    done = asyncio.run(settle(settings, topic, letters, deed))
    say(f"{done} records are back on {name}" if deed == "retry" else f"{done} dead letters of {name} are dropped")
