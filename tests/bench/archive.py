"""Pages a second out of a web archive and onto the raw topic: made here, 100 KB a page, gzip, with requests and noise between.

Part of ``make bench``; alone: ``python -m tests.bench archive``. CPU is that of the one process; the broker has its own.
"""

import asyncio
import random
import time
from pathlib import Path

from services.fetcher.archive import steps
from services.fetcher.archive_lane import Tally, ingest
from tests.bench.rig import WORDS, Rig
from tests.integration.warc import packed, record, response

PAGES, PAGE_BYTES = 2000, 100_000
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


def run(rig: Rig) -> None:
    """Print the pages a second of wall time and of CPU, read alone and put on the topic."""
    path = rig.home / "bench.warc.gz"
    make(path)
    print(f"{PAGES} pages of {PAGE_BYTES // 1000} KB in {path.stat().st_size / 1e6:.0f} MB; goal {GOAL} pages/s on one core")
    wall, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as stream:
        read = sum(step.message is not None for step in steps(stream))
    _print("read", read, time.perf_counter() - wall, time.process_time() - cpu)
    tally, settings = Tally(), rig.cluster()
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(ingest(path, settings, tally, lambda _: None))
    _print("ingested", tally.sent, time.perf_counter() - wall, time.process_time() - cpu)


def _print(what: str, pages: int, wall: float, cpu: float) -> None:
    print(f"{what:9} {pages} pages: {pages / wall:6.0f}/s, {pages / cpu:6.0f} per CPU second")
