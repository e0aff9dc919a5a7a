"""``chipwire parse``, ``chipwire classify`` and ``chipwire fidelity``: the pure steps as pipes, with no broker."""

from collections.abc import Callable, Mapping
from typing import Any

import click


def piped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every pipe takes: files, or JSON lines on stdin, and a number of processes."""
    for option in (
        click.option("-j", "jobs", type=click.IntRange(0, 256), default=1, metavar="N", help="Processes; 0 is one for every core."),
        click.option("--jsonl", is_flag=True, help="Read JSON lines from stdin."),
        click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True)),
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
    from services.classifier.classify import tag
    from services.classifier.pipe import article

    return tag(article(_object(line))).verdict.model_dump_json().encode()


def fidelity_line(line: Mapping[str, Any]) -> bytes:
    """Return the findings on an input line as JSON; a file is read as one JSON object."""
    from services.parser.fidelity.pipe import judged

    return judged(_object(line))


def _object(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the line itself, or the object in the file that it names."""
    import json

    from services.cli.pipe import read_body
    from shared.errors import PoisonError

    if set(line) != {"path", "url"}:
        return line
    try:
        value = json.loads(read_body(line))
    except ValueError as error:
        raise PoisonError("bad-json", str(error)) from error
    if not isinstance(value, dict):
        raise PoisonError("bad-json", f"{line['path']} holds no object")
    return value


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


@click.command()
@piped
def fidelity(files: tuple[str, ...], jsonl: bool, jobs: int) -> int:
    """Say what a summary says that its original does not: one JSON line of findings for each input, in order.

    An input line is {"original", "summary", "published"?}; exit status 1 if any gave an error. Verdicts and codes: docs/fidelity.md.
    """
    from services.cli import pipe

    return pipe.run(fidelity_line, pipe.lines(files, jsonl, None), jobs)
