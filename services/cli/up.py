"""``chipwire up``: broker, topics and services on this machine, until Ctrl-C."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.cli.context import HOME, rsshub_address
from services.cli.reading import say

if TYPE_CHECKING:
    from shared.settings import KafkaSettings

SERVICES = ("fetcher", "parser", "classifier")


@click.command()
@click.option("--feeds", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Register the feeds of this file first.")
def up(feeds: Path | None) -> None:
    """Start broker, topics and services on this machine, show tagged stories as they arrive, and stop all at Ctrl-C.

    With CHIPWIRE_BOOTSTRAP_SERVERS set it uses that cluster and starts no broker.
    """
    raise SystemExit(asyncio.run(_until_interrupted(feeds)))


async def _until_interrupted(feeds: Path | None) -> int:
    running = asyncio.create_task(_run(feeds))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        say("stopped")
    return 0


async def _run(feeds: Path | None) -> None:
    from services.local.supervise import Supervisor, service_environment
    from shared.stream import provision

    async with contextlib.AsyncExitStack() as stack:
        settings = await _cluster(stack)
        await provision.apply(settings)
        if feeds:
            await _register(settings, feeds)
        own = {key: value for key, value in os.environ.items() if key.startswith("CHIPWIRE_") and key != "CHIPWIRE_GROUP"}
        supervisor = Supervisor(HOME / "logs", own | service_environment(settings))
        stack.push_async_callback(supervisor.close)
        for service in SERVICES:
            await supervisor.start(service)
        for child in supervisor.children:
            say(f"{child.name:11} http://127.0.0.1:{child.port}/metrics  log {child.log}")
        await supervisor.unless_failed(_show(settings))


async def _cluster(stack: contextlib.AsyncExitStack) -> "KafkaSettings":
    """Return the cluster to use; a broker that this command started is stopped with it."""
    from services.local.running import running
    from shared.settings import KafkaSettings, read

    if os.environ.get("CHIPWIRE_BOOTSTRAP_SERVERS"):
        return read(KafkaSettings)
    home = HOME / "kafka"
    started = await stack.enter_async_context(running(home, say))
    say(f"Kafka is at {started.bootstrap_servers}, its data in {home}")
    return read(KafkaSettings, bootstrap_servers=started.bootstrap_servers, security_protocol="PLAINTEXT")


async def _register(settings: "KafkaSettings", file: Path) -> None:
    from services.fetcher import book, registry

    given = registry.read(file, rsshub_address())
    changed = await book.register(settings, given)
    polled = sum(registry.is_polled(feed) for feed in given)
    say(f"{changed} of {len(given)} feeds in {file} are new or changed; {polled} of them are polled")


async def _show(settings: "KafkaSettings") -> None:
    from services.local.arrivals import arrivals
    from services.local.board import Board, row
    from shared.topics import ARTICLES, FEEDS, RAW, TAGGED

    say("tagged stories, as they arrive; Ctrl-C stops everything")
    with Board("chipwire: tagged stories as they arrive") as board:
        topics = (TAGGED, RAW.dead_letters, ARTICLES.dead_letters, FEEDS.dead_letters)
        async for topic, record in arrivals(settings, topics, latest=True):
            board.add(row(topic, record))
    sys.stdout.flush()
