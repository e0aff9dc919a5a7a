"""``chipwire explain``: a story with the evidence for its tags marked, the score's sum, and what nearly counted."""

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli import context

if TYPE_CHECKING:
    from services.classifier.explain import Explanation
    from shared.records.article import Article

KINDS = ("tagged", "articles")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What must not reach a terminal; a new line and a tab may."""

STYLES = {"tag": "bold cyan", "for": "green", "against": "red"}


@click.command()
@click.argument("article", metavar="ID|FILE|-")
@click.option("--html", "page_file", type=click.Path(dir_okay=False, allow_dash=True), metavar="FILE", help="Write a page instead.")
def explain(article: str, page_file: str | None) -> None:
    """Print an article with its evidence marked, the score's sum, and what nearly counted and was kept from it by what.

    \b
    A FILE (- is stdin) holds an Article, a tagged one, {"title", "text"}, or a page as the parser takes it.
    An ID is looked up on the topics: the last revision, as tagged or as parsed. The verdict is this checkout's, made anew.
    """
    from services.classifier.classify import texts
    from services.classifier.explain import explain as explained

    found = explained(texts(_article(article)))
    if page_file is None:
        _print(found)
    else:
        from services.classifier.page import page

        with click.open_file(page_file, "w", encoding="utf-8") as file:
            file.write(page(found).encode("utf-8", "replace").decode())


def _article(what: str) -> "Article":
    """Return the article in a file or under an id.

    Raises:
        click.ClickException: If there is none.
    """
    if what == "-":
        return _read(sys.stdin.buffer.read(), None)
    if Path(what).is_file():
        return _read(Path(what).read_bytes(), what)
    value = asyncio.run(_value(what))
    if value is None:
        raise click.ClickException(f"there is no file and no article {what}")
    return _read(value, None)


def _read(value: bytes, path: str | None) -> "Article":
    """Return the article in JSON, or in a page."""
    from services.classifier.pipe import article
    from services.cli.steps import parse_line
    from shared.records.article import Article

    try:
        line: Any = json.loads(value)
    except ValueError:
        page = {"path": path} if path else {"body": value.decode("utf-8", "replace")}
        return Article.from_json(parse_line(page))
    if not isinstance(line, dict):
        raise click.ClickException("a JSON object is needed")
    return article(line.get("article", line))


async def _value(article_id: str) -> bytes | None:
    """Return the value of the last record of an article, as tagged or as parsed."""
    from services.cli.reading import name_of, opened
    from shared.reading.select import Selection

    settings = context.kafka_settings()
    for topic in KINDS:
        async with opened(settings, name_of(topic, settings), Selection(ids=frozenset([article_id]))) as scan:
            for record in await scan.last(1):
                if record.value:
                    return record.value
    return None


def _print(found: "Explanation") -> None:
    """Print an explanation for people, in colour on a terminal."""
    from rich.console import Console
    from rich.text import Text

    from services.classifier import page

    console = Console(highlight=False)
    console.print(Text(page.headline(found), "bold"))
    for field, text in found.texts:
        marked = Text()
        for words, items in page.stretches(found, field, text):
            dashed = " underline" if items and all(item.only_in_summary for item in items) else ""
            marked.append(_safe(words), STYLES[page.kind(items)] + dashed if items else "")
        console.print(Text(f"\n{field}", "dim"))
        console.print(marked, soft_wrap=not console.is_terminal)
    _rows(console, "sum of the score", page.sums(found))
    _rows(console, "tags", page.tags(found))
    _rows(console, "nearly", page.nearly(found))


def _rows(console: Any, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Print rows as a table on a terminal, and divided by tabs in a pipe."""
    from rich.table import Table
    from rich.text import Text

    found = [[_safe(cell) for cell in row] for row in rows]
    if not found:
        return
    console.print(Text(f"\n{title}", "dim"))
    if not console.is_terminal:
        for row in found:
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in found[0]:
        table.add_column(overflow="fold")
    for row in found:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _safe(text: str) -> str:
    return CONTROL.sub("·", text).encode("utf-8", "replace").decode()
