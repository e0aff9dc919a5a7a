"""The demo: a real broker, a newsroom on loopback and the three services, until the newsroom is exhausted.

    newsroom ──► fetcher ──► parser ──► classifier ──► this terminal

It ends by itself with exit status 0 when what came out equals the newsroom's manifest, 1 if that takes too long; on a terminal it
then stays until Ctrl-C. It stops all that it started.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from services.fetcher import book
from services.local import broker, newsroom, summary
from services.local.arrivals import arrivals
from services.local.board import Board, row
from services.local.lock import locked
from services.local.running import running
from services.local.supervise import Supervisor, service_environment
from shared.errors import ChipwireError, SetupError
from shared.settings import KafkaSettings, read
from shared.stream import provision
from shared.topics import ARTICLES, RAW, TAGGED

HOME = Path(".chipwire/demo")
SERVICES = ("fetcher", "parser", "classifier")
PATIENCE_SECONDS = 180.0
MANNERS = {
    "CHIPWIRE_ALLOW_LOOPBACK": "true",
    "CHIPWIRE_HOST_GAP": "0.05",
    "CHIPWIRE_RECHECK_AFTER": "[3, 6, 9]",
    "CHIPWIRE_TOMBSTONE_AFTER": "3600",
}
"""A demo's haste, on its own newsroom only."""


@contextlib.asynccontextmanager
async def cluster() -> AsyncIterator[KafkaSettings]:
    """Yield a fresh pipeline's topics on a broker of the demo's own, or under a prefix on CHIPWIRE_BOOTSTRAP_SERVERS."""
    if os.environ.get("CHIPWIRE_BOOTSTRAP_SERVERS"):
        settings = read(KafkaSettings, topic_prefix=f"demo{int(time.time())}.")
        await provision.apply(settings)
        try:
            yield settings
        finally:
            await provision.delete(settings)
        return
    home = HOME / "kafka"
    await asyncio.to_thread(broker.down, home)
    shutil.rmtree(HOME, ignore_errors=True)
    async with running(home, _say) as started:
        settings = read(KafkaSettings, bootstrap_servers=started.bootstrap_servers, security_protocol="PLAINTEXT", topic_prefix="demo.")
        await provision.apply(settings)
        yield settings


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress for people


async def demo() -> int:
    """Run the demo; return its exit status."""
    began = time.monotonic()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(locked(HOME.with_suffix(".lock"), held="a demo is running in this folder already; it ends with Ctrl-C"))
        settings = await stack.enter_async_context(cluster())
        _say(f"Kafka is ready at {settings.bootstrap_servers} after {time.monotonic() - began:.1f} s")
        desk = newsroom.load()
        served = await newsroom.serve(desk)
        stack.push_async_callback(served.close)
        await book.register(settings, served.feeds)
        supervisor = Supervisor(HOME / "logs", service_environment(settings) | MANNERS)
        stack.push_async_callback(supervisor.close)
        for service in SERVICES:
            await supervisor.start(service)
        wanted = newsroom.expected(desk)
        _say(
            f"newsroom of {len(served.feeds)} feeds; {wanted.tagged} tagged records and {sum(wanted.dead_letters.values())} dead letter due"
        )
        policy, dead = await supervisor.unless_failed(watch(settings, wanted, began), PATIENCE_SECONDS)
        await asyncio.sleep(1)  # the last batch is counted after it is committed
        for line in summary.lines(await summary.scrape(child.port for child in supervisor.children), policy, dead):
            print(line, flush=True)  # noqa: T201 - the result
        _say(f"done after {time.monotonic() - began:.1f} s")
        if sys.stdout.isatty():
            _say(
                f"still running: try `chipwire tail` with CHIPWIRE_BOOTSTRAP_SERVERS={settings.bootstrap_servers} "
                f"CHIPWIRE_TOPIC_PREFIX={settings.topic_prefix}; Ctrl-C ends"
            )
            await supervisor.failed
    return 0


async def watch(settings: KafkaSettings, wanted: newsroom.Manifest, began: float) -> tuple[int, dict[str, int]]:
    """Show what arrives until it equals the manifest; return the count of policy stories, and the dead letters by reason."""
    changes: Counter[str] = Counter()
    dead: Counter[str] = Counter()
    policy = 0
    with Board("chipwire demo: tagged stories as they arrive") as board:
        async for topic, record in arrivals(settings, (TAGGED, RAW.dead_letters, ARTICLES.dead_letters)):
            if not changes and not dead:
                _say(f"first story after {time.monotonic() - began:.1f} s")
            board.add(row(topic, record))
            if topic == TAGGED:
                changes[record.header("ce_change") or "unknown"] += record.value is not None
                policy += record.header("ce_policy") == "true" and record.header("ce_change") == "created"
            else:
                dead[record.header("dlq-reason") or "unknown"] += 1
            if changes.total() + dead.total() >= wanted.tagged + sum(wanted.dead_letters.values()):
                break
    if +changes != Counter(wanted.changes) or dead != Counter(wanted.dead_letters):
        raise SetupError(
            f"the newsroom's manifest says {dict(wanted.changes)} and dead {dict(wanted.dead_letters)}; "
            f"what came is {dict(changes)} and dead {dict(dead)}"
        )
    return policy, dict(dead)


async def _until_interrupted() -> int:
    running = asyncio.create_task(demo())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        return await running
    except asyncio.CancelledError:
        return 0 if sys.stdout.isatty() else 130


def main() -> None:
    """Run the demo and exit."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it retries, and says so
    try:
        sys.exit(asyncio.run(_until_interrupted()))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has gone: end quietly
        sys.exit(1)
    except (ChipwireError, OSError) as error:
        _say(f"chipwire demo: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
