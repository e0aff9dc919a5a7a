"""``chipwire replay``: stages of this checkout over a slice or a topic, in memory; no consumer group is touched."""

import asyncio
import importlib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli import context
from services.cli.reading import is_file, name_of, opened, progress, say, watched
from services.cli.selection import selection_options
from shared.reading.select import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.reading.reader import SliceReader
    from shared.reading.slice import Header
    from shared.reading.writer import SliceWriter
    from shared.records.record import Record
    from shared.stream.stage import Stage

STAGES = ("parser", "classifier")


def _stages(context: click.Context, parameter: click.Parameter, text: str) -> "list[Stage[Any, Any]]":
    """Return the stages of ``parser``, ``classifier`` or ``parser,classifier``."""
    names = text.split(",")
    if names not in ([STAGES[0]], [STAGES[1]], list(STAGES)):
        raise click.BadParameter(f"{text!r} is none of {', '.join(STAGES)} and {','.join(STAGES)}", context, parameter)
    return [importlib.import_module(f"services.{name}.__main__").STAGE for name in names]


@click.command()
@click.argument("stages", callback=_stages, metavar="STAGE[,STAGE]")
@click.option("--from", "source", metavar="FILE|TOPIC", required=True, help="Slice or topic to read, - for stdin.")
@click.option("--to", "sink", metavar="FILE|TOPIC", help="Slice or topic to write, - for stdout; without it only count.")
@click.option("-j", "workers", type=click.IntRange(1, 256), help="Worker processes  [default: one a core]")
@click.option("--yes", is_flag=True, help="Do not ask before writing to a live topic (one without a prefix).")
@selection_options
def replay(stages: "list[Stage[Any, Any]]", source: str, sink: str | None, workers: int | None, yes: bool, selection: Selection) -> None:
    """Run STAGE (parser, classifier, or parser,classifier) as it is in this checkout: the same slice and code give the same bytes.

    Retractions and tombstones pass. Records that a stage gives up are counted by reason on stderr, and written as a slice of dead
    letters to FILE.dlq beside the output. A topic is written in one go, once everything is replayed.
    """
    asyncio.run(_replay(stages, source, sink, workers or _cores(), yes, selection))


async def _replay(stages: "list[Stage[Any, Any]]", source: str, sink: str | None, workers: int, yes: bool, selection: Selection) -> None:
    to_topic = sink is not None and not is_file(sink)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chipwire-")))
        header, records = await _source(stack, source, selection)
        for place, stage in enumerate(stages):
            last = place == len(stages) - 1
            path = sink if last and not to_topic else str(folder / f"{stage.name}.zst")
            header, records = await _stage(stage, header, records, path, workers, only_count=last and sink is None)
        if to_topic:
            from services.cli.records import put_back

            await put_back(str(folder / f"{stages[-1].name}.zst"), sink, yes)


async def _source(stack: AsyncExitStack, source: str, selection: Selection) -> "tuple[Header, Iterator[Record]]":
    """Return the header and the selected records of a slice, or of a topic as it is now."""
    from shared.reading.reader import SliceReader
    from shared.reading.slice import Header
    from shared.reading.spool import spooled

    if is_file(source):
        reader = SliceReader(source)
        return reader.header, islice((record for record in reader if selection.matches(record)), selection.limit)
    settings = context.kafka_settings()
    name = name_of(source, settings)
    async with opened(settings, name, selection) as scan:
        again = await stack.enter_async_context(spooled(scan.records(), Header(name, scan.bounds.partitions)))
    reader = again()
    return reader.header, iter(reader)


async def _stage(
    stage: "Stage[Any, Any]", header: "Header", records: "Iterator[Record]", path: str | None, workers: int, *, only_count: bool
) -> "tuple[Header, Iterator[Record]]":
    """Run one stage; return what it wrote, for the next."""
    from shared.reading.reader import SliceReader
    from shared.reading.slice import Header

    topic = _beside(header.topic, stage)
    reasons: Counter[str] = Counter()
    done = 0
    with ExitStack() as stack:
        outputs, letters = (None, None) if only_count or path is None else _writers(stack, header, path, topic)
        advance = stack.enter_context(progress(f"replay {stage.name}"))
        async for output, reason in _results(stage, watched(records, advance), workers, header.partitions, topic):
            if reason is None:
                done += 1
            else:
                reasons[reason] += 1
            if writer := outputs if reason is None else letters:
                writer.write(output)
    say(f"{done} records, {reasons.total()} dead letters{''.join(f', {count} {reason}' for reason, count in sorted(reasons.items()))}")
    if path is None or path == "-" or only_count:
        return Header(topic, header.partitions), iter(())
    return Header(topic, header.partitions), _later(SliceReader, path)


def _later(read: "type[SliceReader]", path: str) -> "Iterator[Record]":
    """Yield the records of a slice that is opened when it is read."""
    yield from read(path)


async def _results(
    stage: "Stage[Any, Any]", records: "Iterator[Record]", workers: int, partitions: int | None, topic: str
) -> "AsyncIterator[tuple[Record, str | None]]":
    """Yield each output, or the dead letter and its reason."""
    from shared.errors import PoisonError
    from shared.reading.replay import dead
    from shared.reading.replay import replay as replayed

    async for record, result in replayed(stage, records, workers, partitions, topic):
        if isinstance(result, PoisonError):
            yield dead(stage, record, result), result.reason
        else:
            yield result, None


def _writers(stack: ExitStack, header: "Header", sink: str, topic: str) -> "tuple[SliceWriter, SliceWriter | None]":
    """Return what writes the outputs, and what writes the dead letters beside them; stdout takes no second slice."""
    from shared.reading.slice import Header
    from shared.reading.writer import SliceWriter

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
