"""Liveness and readiness of a service, and the little server that tells them, with the metrics, on one port.

``/livez`` fails when a lane has not moved for long: restart the process. It makes no call to the broker.
``/readyz`` fails while the group is still joining or the broker was not seen lately: wait, do not restart.
"""

import time
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from shared.errors import SetupError

LANE_STALLED_AFTER = 180.0
BROKER_LOST_AFTER = 30.0


class Health:
    """What the lanes and the consumer report; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._moved: dict[int, float] = {}
        self._broker_seen: float | None = None
        self.joined = False

    def moved(self, partition: int) -> None:
        """Note that the lane of a partition turned once more."""
        self._moved[partition] = self._clock()

    def forget(self, partition: int) -> None:
        """Note that a partition is no longer ours."""
        self._moved.pop(partition, None)

    def broker_seen(self) -> None:
        """Note that the broker answered."""
        self._broker_seen = self._clock()

    def live(self) -> str | None:
        """Return what is wrong with this process, None if it lives."""
        late = self._clock() - LANE_STALLED_AFTER
        stalled = sorted(partition for partition, moved in self._moved.items() if moved < late)
        return f"the lanes of partitions {stalled} have not moved for {LANE_STALLED_AFTER:.0f} s" if stalled else None

    def ready(self) -> str | None:
        """Return why this process does no work, None if it is assigned, or joined and idle."""
        if not self.joined:
            return "the consumer group has not assigned anything yet"
        if self._broker_seen is None or self._clock() - self._broker_seen > BROKER_LOST_AFTER:
            return f"the broker has not answered for {BROKER_LOST_AFTER:.0f} s"
        return None


async def serve(health: Health, registry: CollectorRegistry, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Serve ``/metrics``, ``/livez`` and ``/readyz``; return what to clean up, and the port (a free one for 0).

    Raises:
        SetupError: If the port is taken.
    """

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    def answer(problem: str | None) -> web.Response:
        return web.Response(status=503 if problem else 200, text=(problem or "ok") + "\n")

    async def livez(_: web.Request) -> web.Response:
        return answer(health.live())

    async def readyz(_: web.Request) -> web.Response:
        return answer(health.ready())

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/livez", livez), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise SetupError(f"cannot listen on {host}:{port} ({error.strerror}); set CHIPWIRE_PORT to a free port, or 0") from error
    return runner, runner.addresses[0][1]
