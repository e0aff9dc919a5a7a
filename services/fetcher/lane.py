"""What the lanes of a fetcher share (the way out, robots.txt files, worker processes), and the body of one of them."""

import contextlib
import random
from collections.abc import AsyncIterator, Callable

from prometheus_client import CollectorRegistry

from services.fetcher.desk import Desk
from services.fetcher.http import opened as web_opened
from services.fetcher.requests import Requests
from services.fetcher.revisions import Policy
from services.fetcher.robots import Robots
from services.fetcher.tally import Tally
from services.fetcher.turns import Turns
from services.fetcher.worker import Workers
from shared.metrics import FetcherMetrics
from shared.settings import FetcherSettings
from shared.stream.lane import Body, Lane


@contextlib.asynccontextmanager
async def opened(settings: FetcherSettings, registry: CollectorRegistry, partitions: int) -> AsyncIterator[Callable[[], Body]]:
    """Open what the lanes share, and yield the maker of their bodies.

    Raises:
        SetupError: If a worker process cannot start.
    """
    metrics = FetcherMetrics(registry)
    policy = Policy(settings.recheck_after, settings.tombstone_after, settings.poll_floor)
    workers = Workers(settings)
    try:
        await workers.start()
        async with web_opened(settings, metrics) as web:
            requests = Requests(web, Robots(web, workers), workers)

            async def body(lane: Lane) -> None:
                desk = Desk(lane.partition, partitions, policy, random.random)
                tally = Tally(desk, lane.partition, metrics, lane.metrics, workers.deaths)
                await Turns(lane, desk, requests, tally, partitions).run()

            yield lambda: body
    finally:
        await workers.close()
