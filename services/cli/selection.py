"""The options that select records, the same for every command that reads a topic."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from shared.reading.select import Selection, parse_offsets, parse_time

T = TypeVar("T")


def _parsed(parse: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str | None], T | None]:
    """Return a click callback that turns a ValueError into wrong use."""

    def callback(context: click.Context, parameter: click.Parameter, text: str | None) -> T | None:
        try:
            return None if text is None else parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error), context, parameter) from error

    return callback


def _time(text: str) -> int:
    return parse_time(text, datetime.now(UTC))


OPTIONS = (
    click.option(
        "--since", metavar="TIME", callback=_parsed(_time), help="From this time on: 2026-01-31T12:00:00Z, 2026-01-31, or 2h, 3d ago."
    ),
    click.option("--until", metavar="TIME", callback=_parsed(_time), help="Before this time."),
    click.option(
        "--offset",
        "offsets",
        metavar="A..B",
        callback=_parsed(parse_offsets),
        help="From A up to, not including, B; A.. or ..B or A alone.",
    ),
    click.option("-p", "--partition", type=click.IntRange(min=0), help="This partition only."),
    click.option("--id", "ids", multiple=True, help="This key only (article id, feed id); may be repeated."),
    click.option("--feed", "feeds", multiple=True, help="This feed only; may be repeated."),
    click.option("--lang", "langs", multiple=True, help="This language only, zh is zh-Hans and zh-Hant; may be repeated."),
    click.option("--tag", "tags", multiple=True, help="Tagged with this instrument, or `policy`; may be repeated."),
    click.option("-n", "limit", type=click.IntRange(min=1), help="So many records at most."),
    click.option("--uncommitted", is_flag=True, help="Records of open and aborted transactions too."),
)
PLAIN = ("since", "until", "offsets", "partition", "limit", "uncommitted")
SETS = ("ids", "feeds", "langs", "tags")


def selection_options(command: Callable[..., T]) -> Callable[..., T]:
    """Add the options to a command, which gets them as one `Selection` called `selection`."""

    @functools.wraps(command)
    def selecting(**given: Any) -> T:
        fields: dict[str, Any] = {name: given.pop(name) for name in PLAIN} | {name: frozenset(given.pop(name)) for name in SETS}
        return command(selection=Selection(**fields), **given)

    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(OPTIONS), selecting)
