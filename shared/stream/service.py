"""A service: settings, logs, health, signals and the group, put together; the only place that runs an event loop.

Exit status: 0 after SIGTERM or SIGINT, 1 with one line on stderr if something must be mended first, or the line stopped.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from shared import health as health_server
from shared import logs
from shared.errors import ChipwireError, LineStopped, SetupError
from shared.health import Health
from shared.metrics import StageMetrics
from shared.settings import ServiceSettings, read
from shared.stream import kafka, provision
from shared.stream.batches import Batches
from shared.stream.group import Group
from shared.stream.lane import Body, Lane
from shared.stream.pool import Limits, Pool
from shared.stream.stage import Stage
from shared.topics import Topic

STOP_SECONDS = 1.0
S = TypeVar("S", bound=ServiceSettings)
log = logging.getLogger("service")


@dataclass(frozen=True, slots=True)
class Service:
    """What runs: the topic whose partitions are shared out, and what each lane does with its own.

    Attributes:
        name: Of the service; the group is named after it.
        source: The topic that the group reads.
        topics: Every topic that it reads or writes, held against the cluster before it begins.
        open: Given settings, registry and the partition count: opens what the lanes share and yields a maker of bodies,
            one a lane.
    """

    name: str
    source: Topic[Any]
    topics: Sequence[Topic[Any]]
    open: Callable[[Any, CollectorRegistry, int], AbstractAsyncContextManager[Callable[[], Body]]]


def run_stage(stage: Stage[Any, Any]) -> None:
    """Run a stage until SIGTERM; never returns."""

    @contextlib.asynccontextmanager
    async def opened(settings: ServiceSettings, registry: CollectorRegistry, partitions: int) -> AsyncIterator[Callable[[], Body]]:
        limits = Limits(settings.cpu_limit, settings.time_limit, settings.memory_limit)
        pool = Pool(replace(stage, partitions=partitions), settings.workers, limits)
        try:
            await pool.start()
            yield lambda: Batches(stage, pool)
        finally:
            await pool.close()

    run(Service(stage.name, stage.source, (stage.source, stage.sink, stage.source.dead_letters), opened), ServiceSettings)


def run(service: Service, kind: type[S]) -> None:
    """Run a service with the settings of the environment until SIGTERM; never returns."""
    try:
        if not __debug__:
            raise SetupError("run without -O and PYTHONOPTIMIZE: assertions are part of how a lane notices that it lost its state")
        settings = read(kind)
        logs.configure(service.name)
        asyncio.run(_until_signal(service, settings))
    except ChipwireError as error:
        print(f"chipwire {service.name}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the one line for people
        status = 1
    except Exception:
        log.exception("unexpected: exit with nothing uncommitted")
        status = 1
    else:
        status = 0
    _exit(status)


def _exit(status: int) -> None:
    """Leave at once: whatever threads still wait for, nothing of it was committed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


async def _until_signal(service: Service, settings: ServiceSettings) -> None:
    loop = asyncio.get_running_loop()
    main = asyncio.create_task(serve(service, settings))
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        main.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await main
    except asyncio.CancelledError:
        if not stopped:
            raise LineStopped("cancelled from inside") from None


async def serve(service: Service, settings: ServiceSettings) -> None:
    """Run a service until cancelled.

    Raises:
        SetupError: If the cluster, its topics, the port or a worker is not as it must be.
        LineStopped: If a lane refuses to go on.
    """
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    metrics, health = StageMetrics(registry), Health()
    partitions = await provision.check(settings, service.topics)
    async with contextlib.AsyncExitStack() as stack:
        runner, port = await health_server.serve(health, registry, settings.host, settings.port)
        stack.push_async_callback(runner.cleanup)
        body = await stack.enter_async_context(service.open(settings, registry, partitions))
        group_id = settings.group_id(service.name)
        consumer = kafka.group_consumer(settings, group_id, settings.replica)
        await kafka.connect(consumer, settings)
        stack.push_async_callback(_stop, consumer)
        lanes: dict[int, Lane] = {}

        async def keep(partition: int) -> None:
            lanes[partition] = Lane(settings, group_id, consumer, service.source, partition, metrics, health)
            await lanes[partition].keep(body())

        group = Group(consumer, settings.topic(service.source), keep, metrics, health)
        watch = asyncio.create_task(group.watch_lag(lambda partition: lanes[partition].committed if partition in lanes else -1))
        stack.callback(watch.cancel)
        log.info("ready", extra={"port": port, "group": group_id, "replica": settings.replica, "partitions": partitions})
        await group.run()


async def _stop(consumer: kafka.AIOKafkaConsumer) -> None:
    with contextlib.suppress(Exception):
        await asyncio.wait_for(consumer.stop(), STOP_SECONDS)
