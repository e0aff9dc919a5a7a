"""``chipwire diff``: what two slices, or two topics, say differently, by article."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.context import kafka_settings, output, show
from services.cli.reading import is_file, name_of, opened, say
from shared.reading.select import Selection

if TYPE_CHECKING:
    from shared.reading.difference import Difference, Source
    from shared.records.record import Record

WIDTH = 160
"""Characters of a text that a table shows."""
DEAD = {"news.articles.v1": "news.raw.v1.dlq", "news.tagged.v1": "news.articles.v1.dlq"}
"""Where the dead letters lie of what a topic was made from."""


def _budget(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{1,6})?%", text):
        raise click.BadParameter(f"{text!r} is no budget: write 20 or 2%", context, parameter)
    return text


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--max-changed", "budget", metavar="N|P%", callback=_budget, help="Exit status 3 if more revisions differ.")
@click.option("--top", type=click.IntRange(min=0), default=10, show_default=True, help="So many of the most changed in a table.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write the whole as one page, to attach to a review.")
@output
def diff(old: str, new: str, budget: str | None, top: int, html: str | None, output: str) -> None:
    """Compare OLD with NEW by article and revision: tags with their evidence, texts by sentence, dates, dead letters.

    Each is a slice (a file that `chipwire dump` or `replay` wrote; FILE.dlq beside it is compared too) or a topic. Versions and hashes
    are left out. json is one document, jsonl a line for each revision that differs.
    """
    found = asyncio.run(_diff(old, new))
    if html:
        from shared.reading.difference_page import page

        Path(html).write_text(page(found, old, new), encoding="utf-8")
    _print(found, output, top)
    dead = f"; dead letters: {sum(c for (_, k), c in found.dead.items() if k == 'gained')} gained" if found.dead else ""
    say(f"{found.over} of {found.compared} revisions differ{dead}")
    if budget is not None and _over(found, budget):
        say(f"more than {budget} differ")
        raise SystemExit(3)


def _over(found: "Difference", budget: str) -> bool:
    if budget.endswith("%"):
        return found.over * 100 > float(budget[:-1]) * found.compared
    return found.over > int(budget)


async def _diff(old: str, new: str) -> "Difference":
    from shared.reading.difference import dead_letters, difference

    async with AsyncExitStack() as stack:
        before, after = await _source(stack, old), await _source(stack, new)
        found = difference(before, after)
        letters = await _letters(stack, old), await _letters(stack, new)
        if letters[0] and letters[1]:
            dead_letters(found, letters[0], letters[1])
        return found


async def _source(stack: AsyncExitStack, what: str) -> "Source":
    """Return what gives the records of a file, or of a topic as it is now."""
    from shared.reading.reader import SliceReader
    from shared.reading.slice import Header
    from shared.reading.spool import spooled

    if is_file(what):
        return lambda: SliceReader(what)
    settings = kafka_settings()
    name = name_of(what, settings)
    async with opened(settings, name, Selection()) as scan:
        return await stack.enter_async_context(spooled(scan.records(), Header(name, scan.bounds.partitions)))


async def _letters(stack: AsyncExitStack, what: str) -> "Source | None":
    """Return the dead letters beside a file or a topic; None where there are none to be had."""
    from shared.reading.names import known
    from shared.reading.reader import SliceReader

    beside = f"{what}.dlq"
    if is_file(what):
        return (lambda: SliceReader(beside)) if _exists(beside) else _nothing
    name = name_of(what, kafka_settings())
    topic = known(name)
    if topic is None or topic.name not in DEAD:
        return None
    return await _source(stack, name.removesuffix(topic.name) + DEAD[topic.name])


def _exists(path: str) -> bool:
    return Path(path).exists()


def _nothing() -> "Iterable[Record]":
    return ()


def _print(found: "Difference", form: str, top: int) -> None:
    articles = [asdict(each) for each in found.articles]
    if form == "jsonl":
        show(articles, form, ())
        return
    facets: list[dict[str, Any]] = [{"facet": facet} | dict(counts) for facet, counts in sorted(found.facets.items())]
    dead = [{"reason": reason, "kind": kind, "count": count} for (reason, kind), count in sorted(found.dead.items())]
    if form == "json":
        import json

        whole = {"old": found.old, "new": found.new, "compared": found.compared, "different": found.over}
        click.echo(json.dumps(whole | {"facets": facets, "dead_letters": dead, "articles": articles}, ensure_ascii=False, indent=2))
        return
    rows = facets + [{"facet": f"dead letter {reason}", kind: count} for (reason, kind), count in sorted(found.dead.items())]
    if rows:
        show(rows, form, ["facet", "gained", "lost", "changed"])
    changes = [
        {"article": f"{each.id[:8]}.{each.revision}", "facet": change.facet, "old": _short(change.old), "new": _short(change.new)}
        for each in found.articles[:top]
        for change in each.changes
    ]
    if changes:
        click.echo()
        show(changes, form, ["article", "facet", "old", "new"])


def _short(value: object) -> str | None:
    from services.cli.rendering import CONTROL

    text = None if value is None else CONTROL.sub(" ", str(value))
    return text if text is None or len(text) <= WIDTH else text[: WIDTH - 1] + "…"
