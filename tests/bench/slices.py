"""Dump, load and replay: against bare loops over the same records, in turns; against the step alone on all cores; memory by slice size.

The bare loops do nothing with a record but read it, or send it; there is no JSON in them, no zstd file and no checksum.
"""

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import Any

from services.classifier.__main__ import STAGE
from services.classifier.pipe import article
from shared.reading.dump import dump
from shared.reading.load import Load
from shared.reading.reader import SliceReader
from shared.reading.replay import replay
from shared.reading.select import EVERYTHING
from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import ARTICLES, TAGGED, partition_of
from tests.bench.classify import OWN, articles
from tests.bench.rig import Rig, messages
from tests.integration.cli import command
from tests.integration.replica import ROOT, environment
from tests.integration.sending import send

ROUNDS = 3
COUNT, SIZE = 20_000, 8_000
SLICES = (1_000, 100_000)
REPLAYED = 2_000
GOAL, REPLAY_GOAL = 0.6, 0.85


def run(rig: Rig) -> None:
    """Print the ratios and the peaks."""
    given = list(_given(COUNT))
    source = rig.cluster()
    send(source, TAGGED, given)
    path = rig.home / "slice.zst"
    _compare("dump", partial(dump, source, source.topic(TAGGED), str(path), EVERYTHING), partial(_read, source))
    targets = [rig.cluster() for _ in range(2 * ROUNDS)]
    fresh, other = iter(targets[:ROUNDS]), iter(targets[ROUNDS:])
    _compare("load", lambda: _load(next(fresh), path), lambda: _send(next(other), given))
    _replay(len(os.sched_getaffinity(0)))
    for count in SLICES:
        _memory(rig, count)


def _given(count: int) -> Iterator[Message]:
    """Records of `SIZE` bytes of text, each with twelve headers, as tagged articles have."""
    headers = tuple((f"ce_attribute{number}", b"0123456789abcdef") for number in range(12))
    texts = [(each.value or b"").decode("utf-8", "ignore").encode() for each in messages(50, SIZE, b"x")]
    for number in range(count):
        yield Message(f"{number:032x}".encode(), b"%d %b" % (number, texts[number % 50]), headers, 1_790_000_000_000 + number)


def _compare(label: str, ours: Callable[[], Coroutine[Any, Any, object]], bare: Callable[[], Coroutine[Any, Any, object]]) -> None:
    rounds = [(_rate(ours), _rate(bare)) for _ in range(ROUNDS)]
    rate, against = median(own for own, _ in rounds), median(other for _, other in rounds)
    ratio = median(own / other for own, other in rounds)
    print(f"{label}: {rate:.0f}/s, bare loop {against:.0f}/s, ratio {ratio:.2f} (goal {GOAL})", flush=True)


def _rate(work: Callable[[], Coroutine[Any, Any, object]]) -> float:
    began = time.perf_counter()
    asyncio.run(work())
    return COUNT / (time.perf_counter() - began)


async def _read(settings: KafkaSettings) -> None:
    consumer = kafka.reader(settings)
    await consumer.start()
    places = [kafka.TopicPartition(settings.topic(TAGGED), partition) for partition in range(settings.partitions)]
    consumer.assign(places)
    await consumer.seek_to_beginning(*places)
    left = COUNT
    while left > 0:
        left -= sum(map(len, (await consumer.getmany(timeout_ms=500, max_records=500)).values()))
    await consumer.stop()


async def _load(settings: KafkaSettings, path: Path) -> None:
    reader = SliceReader(str(path))
    await Load(settings, settings.topic(TAGGED), settings.partitions, reader.header, "bench").run(reader)


async def _send(settings: KafkaSettings, given: Sequence[Message]) -> None:
    producer = kafka.transactional_producer(settings, None)
    await producer.start()
    for each in given:
        place = partition_of(each.key or b"", settings.partitions)
        await producer.send(settings.topic(TAGGED), each.value, each.key, place, each.timestamp, list(each.headers))
    await producer.flush()
    await producer.stop()


def _inputs(count: int) -> list[Record]:
    """Articles of 3,700 characters as the classifier gets them."""
    items = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    texts = [article({"title": title, "text": text}) for (_, title), (_, text) in articles(items)]
    named = (texts[number % len(texts)].model_copy(update={"id": f"{number:032x}"}) for number in range(count))
    return [Record(ARTICLES.name, 0, number, 0, each.id.encode(), each.value()) for number, each in enumerate(named)]


def _pure(barrier: Barrier, count: int, share: int, cores: int, took: Any) -> None:
    records = _inputs(count)[share::cores]
    STAGE.prepare()
    barrier.wait()
    began = time.perf_counter()
    for record in records:
        STAGE.apply(record)
    took.put(time.perf_counter() - began)


def _replay(cores: int) -> None:
    """Print replay's rate, its start left out, beside that of the step in one process a core."""
    inputs = _inputs(REPLAYED)

    def alone() -> float:
        context = get_context("spawn")
        barrier, took = context.Barrier(cores), context.Queue()
        processes = [context.Process(target=_pure, args=(barrier, len(inputs), share, cores, took)) for share in range(cores)]
        for process in processes:
            process.start()
        slowest: float = max(took.get() for _ in processes)
        for process in processes:
            process.join()
        return len(inputs) / slowest

    async def seconds(count: int) -> float:
        began = time.perf_counter()
        assert len([1 async for _ in replay(STAGE, inputs[:count], cores, None, TAGGED.name)]) == count
        return time.perf_counter() - began

    def ours() -> float:
        start = asyncio.run(seconds(1))
        return (len(inputs) - 1) / (asyncio.run(seconds(len(inputs))) - start)

    asyncio.run(seconds(1))  # the server that workers are forked from starts once
    rounds = [(ours(), alone()) for _ in range(ROUNDS)]
    rate, against = median(own for own, _ in rounds), median(other for _, other in rounds)
    ratio = median(own / other for own, other in rounds)
    print(
        f"replay classifier: {rate:.0f}/s, step alone on {cores} cores {against:.0f}/s, ratio {ratio:.2f} (goal {REPLAY_GOAL})", flush=True
    )


def _memory(rig: Rig, count: int) -> None:
    """Print the largest resident size of a dump and a load of so many records."""
    source, target = rig.cluster(), rig.cluster()
    send(source, TAGGED, _given(count))
    path = str(rig.home / f"{count}.zst")
    peaks = [
        _peak(source, "dump", "tagged", path),
        _peak(target, "load", path, "tagged"),
        _peak(target, "replay", "classifier", "--from", path),
    ]
    print(f"memory, {count} records: dump {peaks[0]:.0f}, load {peaks[1]:.0f}, replay {peaks[2]:.0f} MiB at most", flush=True)


def _peak(settings: KafkaSettings, *arguments: str) -> float:
    """Run a command; return the largest resident size, in MiB, that its process had (the kernel's VmHWM, so Linux)."""
    process = subprocess.Popen(command(*arguments), env=environment(settings), cwd=ROOT, stderr=subprocess.DEVNULL)
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        peak = int(found[1]) if found else peak
        time.sleep(0.02)
    assert process.returncode == 0, f"{arguments} ended with {process.returncode}"
    return peak / 1024
