"""``chipwire render``: articles in other forms."""

import json
import sys
from collections.abc import Iterator

import click


@click.command()
@click.option("--form", type=click.Choice(["page"]), required=True, help="page: a labelled page, as the parser reads them.")
@click.option("--jsonl", is_flag=True, help="Read JSON lines from stdin and write lines that chipwire parse --jsonl reads.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
def render(form: str, jsonl: bool, files: tuple[str, ...]) -> int:
    """Write articles (JSON, one from each FILE or one a line on stdin) as pages.

    Pages are parted by a form feed. Exit status 1 if any input was no article.
    """
    from services.parser.render import page
    from shared.errors import PoisonError
    from shared.records.article import Article

    status, parting = 0, ""
    for value in _inputs(files):
        try:
            article = Article.from_json(value)
        except PoisonError as error:
            click.echo(f"chipwire: {error}", err=True)
            status = 1
            if jsonl:
                click.echo(json.dumps({"error": error.reason, "detail": error.detail}))
            continue
        if jsonl:
            line = {"url": article.source.url, "fetched_at": article.provenance.fetched_at, "body": page(article)}
            click.echo(json.dumps({name: held for name, held in line.items() if held}, ensure_ascii=False))
        else:
            click.echo(parting + page(article), nl=False)
            parting = "\f\n"
    return status


def _inputs(files: tuple[str, ...]) -> Iterator[bytes]:
    """Yield the JSON of each article."""
    for file in files:
        with click.open_file(file, "rb") as source:
            yield source.read()
    if not files:
        yield from (line for line in sys.stdin.buffer if line.strip())
