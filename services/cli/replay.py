"""``chipwire replay``: a stage of this checkout over a slice, in memory; nothing on any topic is touched."""

import asyncio
import importlib
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from services.cli.reading import progress, say, watched

if TYPE_CHECKING:
    from shared.reading.reader import SliceReader
    from shared.reading.writer import SliceWriter
    from shared.stream.stage import Stage

STAGES = ("parser", "classifier")


@click.command()
@click.argument("stage", type=click.Choice(STAGES))
@click.option("--from", "source", type=click.Path(dir_okay=False, allow_dash=True), required=True, help="Slice to read, - for stdin.")
@click.option("--to", "sink", type=click.Path(dir_okay=False, allow_dash=True), help="Slice to write, - for stdout; without it only count.")
@click.option("-j", "workers", type=click.IntRange(1, 256), help="Worker processes  [default: one a core]")
def replay(stage: str, source: str, sink: str | None, workers: int | None) -> None:
    """Run STAGE as it is in this checkout over a slice: the same slice and code give the same bytes.

    Retractions and tombstones pass. Records that the stage gives up are counted by reason on stderr, and written as a slice
    of dead letters to FILE.dlq beside the output.
    """
    asyncio.run(_replay(importlib.import_module(f"services.{stage}.__main__").STAGE, source, sink, workers))


async def _replay(stage: "Stage[Any, Any]", source: str, sink: str | None, workers: int | None) -> None:
    from shared.reading.reader import SliceReader
    from shared.reading.replay import dead
    from shared.reading.replay import replay as replayed
    from shared.records.record import Record

    reader = SliceReader(source)
    reasons: Counter[str] = Counter()
    done = 0
    with ExitStack() as stack:
        outputs, dead_letters = _writers(stack, reader, sink, _beside(reader.header.topic, stage))
        advance = stack.enter_context(progress(f"replay {stage.name}", None))
        records = replayed(
            stage, watched(reader, advance), workers or _cores(), reader.header.partitions, _beside(reader.header.topic, stage)
        )
        async for record, result in records:
            if isinstance(result, Record):
                done += 1
                if outputs:
                    outputs.write(result)
                continue
            reasons[result.reason] += 1
            if dead_letters:
                dead_letters.write(dead(stage, record, result))
    say(f"{done} records, {reasons.total()} dead letters{''.join(f', {count} {reason}' for reason, count in sorted(reasons.items()))}")


def _writers(stack: ExitStack, reader: "SliceReader", sink: str | None, topic: str) -> "tuple[SliceWriter | None, SliceWriter | None]":
    """Return what writes the outputs and what writes the dead letters; None for what is only counted."""
    from shared.reading.slice import Header
    from shared.reading.writer import SliceWriter

    if sink is None:
        return None, None
    header = reader.header
    outputs = stack.enter_context(SliceWriter(sink, Header(topic, header.partitions)))
    if sink == "-":
        return outputs, None
    return outputs, stack.enter_context(SliceWriter(f"{sink}.dlq", Header(f"{header.topic}.dlq", header.partitions)))


def _beside(topic: str, stage: "Stage[Any, Any]") -> str:
    """Return the sink's name under the prefix that the source topic has in the slice."""
    prefix = topic.removesuffix(stage.source.name) if topic.endswith(stage.source.name) else ""
    return prefix + stage.sink.name


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
