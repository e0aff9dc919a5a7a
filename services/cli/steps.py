"""``chipwire parse`` and ``chipwire classify``: the pure steps as pipes, with no broker."""

from collections.abc import Callable, Mapping
from typing import Any

import click


def piped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every pipe takes: files, or JSON lines on stdin, and a number of processes."""
    for option in (
        click.option("-j", "jobs", type=click.IntRange(0), default=1, metavar="N", help="Processes; 0 is one for every core."),
        click.option("--jsonl", is_flag=True, help="Read JSON lines from stdin."),
        click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False)),
    ):
        function = option(function)
    return function


def parse_line(line: Mapping[str, Any]) -> bytes:
    """Return the Article of an input line as JSON."""
    from services.cli.pipe import read_body
    from services.parser.parse import parse
    from services.parser.pipe import document

    return parse(document(line, read_body(line))).value()


def classify_line(line: Mapping[str, Any]) -> bytes:
    """Return the verdict on an input line as JSON; a file is read as one JSON object."""
    import json

    from services.classifier.classify import tag
    from services.classifier.pipe import article
    from services.cli.pipe import read_body
    from shared.errors import PoisonError

    if set(line) == {"path", "url"}:
        try:
            line = json.loads(read_body(line))
        except ValueError as error:
            raise PoisonError("bad-json", str(error)) from error
    return tag(article(line)).verdict.model_dump_json().encode()


@click.command()
@piped
@click.option("--url", help="Where the files came from.")
def parse(files: tuple[str, ...], jsonl: bool, jobs: int, url: str | None) -> int:
    """Turn documents into articles: one JSON line for each input, in order.

    An input line is {"url"?, "content_type"?, "headers"?, "fetched_at"?, "body" | "path", "entry"?}; exit status 1 if any gave an error.
    """
    from services.cli import pipe

    return pipe.run(parse_line, pipe.lines(files, jsonl, url), jobs)


@click.command()
@piped
def classify(files: tuple[str, ...], jsonl: bool, jobs: int) -> int:
    """Tag articles: one verdict as a JSON line for each input, in order.

    An input line is an Article, or {"title", "text", "lang"?, "published"?}; exit status 1 if any gave an error.
    """
    from services.cli import pipe

    return pipe.run(classify_line, pipe.lines(files, jsonl, None), jobs)
