"""Pages a second out of a web archive and onto the raw topic: made here, 100 KB a page, gzip, with requests and noise between.

Part of ``make bench``; alone: ``python -m tests.bench archive``. Three rounds, in each by turns: the archive read and thrown away, a bare
producer that sends the same records in the same transactions, the archive ingested. The last two are timed from the first commit to the
last. CPU is that of this process and of the broker's.
"""

import asyncio
import random
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import psutil

from services.fetcher.archive import steps
from services.fetcher.archive_lane import Batch, Tally, batches, ingest
from services.local import broker
from shared.settings import KafkaSettings
from shared.stream.kafka import TopicPartition
from shared.stream.transactions import Output, Transactions
from shared.topics import RAW, partition_of
from tests.bench.rig import WORDS, Rig
from tests.integration.warc import packed, record, response

PAGES, PAGE_BYTES, ROUNDS = 2000, 100_000, 3
GOAL = 1000


def page(number: int, chance: random.Random) -> bytes:
    """Return a page of about `PAGE_BYTES` that compresses as the web does."""
    parts, size = [f"<html><head><title>Story {number}</title></head><body>"], 0
    while size < PAGE_BYTES:
        text = " ".join(chance.choices(WORDS, k=40))
        parts.append(f'<div class="c{chance.randrange(999)}" id="{chance.getrandbits(64):x}"><p>{text}</p></div>\n')
        size += len(parts[-1].encode())
    return "".join(parts).encode()


def make(path: Path) -> None:
    """Write an archive of `PAGES` pages, each with its request."""
    chance = random.Random(5)
    bodies = [page(number, chance) for number in range(60)]
    with path.open("wb") as file:
        for number in range(PAGES):
            url = f"https://news.example.org/{number}"
            body = bodies[number % 60] + b"<!-- %d -->" % number
            file.write(packed([record("request", url, b"GET / HTTP/1.1\r\n\r\n"), response(url, body)]))


class Watch:
    """Pages a second, and milliseconds of CPU a page, since the first of the calls of `seen`."""

    def __init__(self, kafka: psutil.Process) -> None:
        self._kafka = kafka
        self._marks: list[tuple[float, float, float]] = []
        self._pages = 0

    def batch(self, batch: Batch) -> None:
        """Note that a batch is done."""
        self.seen(len(batch.messages))

    def seen(self, pages: int) -> None:
        """Note that so many pages are done; the first ones only start the watch."""
        self._pages += pages if self._marks else 0
        self._marks.append((time.perf_counter(), time.process_time(), sum(self._kafka.cpu_times()[:2])))

    @property
    def figures(self) -> tuple[float, float, float]:
        """Pages a second, own and the broker's milliseconds of CPU a page."""
        wall, own, kafka = (last - first for first, last in zip(self._marks[0], self._marks[-1], strict=True))
        return self._pages / wall, own * 1000 / self._pages, kafka * 1000 / self._pages


def read(path: Path, watch: Watch) -> list[Batch]:
    """Read the archive alone; return what is to be sent of it."""
    watch.seen(0)
    with path.open("rb") as stream:
        found = list(batches(steps(stream)))
    watch.seen(PAGES)
    return found


async def bare(found: Iterable[Batch], settings: KafkaSettings, watch: Watch) -> None:
    """Send what was read before."""
    transactions = Transactions(settings, "bare", "bare")
    await transactions.start()
    for batch in found:
        outputs = [Output(RAW, partition_of(message.key or b"", settings.partitions), message) for message in batch.messages]
        await transactions.commit(outputs, TopicPartition(settings.topic(RAW), 0), batch.reached)
        watch.seen(len(batch.messages))
    await transactions.close()


def run(rig: Rig) -> None:
    """Print the pages a second of wall time and the CPU a page: read alone, sent alone, and both."""
    path = rig.home / "bench.warc.gz"
    make(path)
    print(f"{PAGES} pages of {PAGE_BYTES // 1000} KB in {path.stat().st_size / 1e6:.0f} MB; goal {GOAL} pages/s onto the topic")
    kafka = psutil.Process(broker.up(rig.home / "kafka").pid)
    rounds: dict[str, list[tuple[float, float, float]]] = {"read": [], "sent, bare": [], "ingested": []}
    for _ in range(ROUNDS):
        watches = [Watch(kafka) for _ in rounds]
        found = read(path, watches[0])
        asyncio.run(bare(found, rig.cluster(), watches[1]))
        del found
        asyncio.run(ingest(path, rig.cluster(), Tally(), watches[2].batch))
        for figures, watch in zip(rounds.values(), watches, strict=True):
            figures.append(watch.figures)
    for name, figures in rounds.items():
        rate, own, brokers = (median(each) for each in zip(*figures, strict=True))
        print(f"{name:10} {rate:6.0f} pages/s, CPU a page {own:.2f} ms, the broker's {brokers:.2f} ms")
    ratio = median(ours[0] / other[0] for ours, other in zip(rounds["ingested"], rounds["sent, bare"], strict=True))
    print(f"ingested against bare: {ratio:.2f}", flush=True)
