"""``chipwire groups``: how far consumers are behind."""

import asyncio
from typing import Any

import click

from services.cli.context import kafka_settings, output, show

COLUMNS = ("group", "topic", "partition", "committed", "end", "lag", "age")


@click.command()
@click.option("--all", "everyone", is_flag=True, help="Groups of other prefixes too.")
@click.option("--max-age", type=click.FloatRange(min=0), metavar="SECONDS", help="Exit status 3 if a record waits longer.")
@output
def groups(everyone: bool, max_age: float | None, output: str) -> None:
    """Show the lag of every consumer group, in records and in the age of the oldest that waits (its own time, the fetch)."""
    from shared.reading.lag import lags

    found = asyncio.run(lags(kafka_settings(), everyone=everyone))
    rows: list[dict[str, Any]] = [
        {"group": lag.group, "topic": lag.topic, "partition": lag.partition, "committed": lag.committed, "end": lag.end}
        | {"lag": lag.records, "age_seconds": None if lag.age is None else round(lag.age, 1), "age": _words(lag.age)}
        for lag in found
    ]
    show(rows, output, COLUMNS)
    raise SystemExit(3 if max_age is not None and any((lag.age or 0) > max_age for lag in found) else 0)


def _words(seconds: float | None) -> str | None:
    """Return an age as people say it: the largest unit that fits."""
    if seconds is None:
        return None
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f}{unit}"
    return f"{seconds:.1f}s"
