"""Worker processes for what comes from outside, so that no feed or page holds up the event loop, and with it the group's heartbeats."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from shared.errors import PoisonError
from shared.settings import FetcherSettings
from shared.stream.pool import Limits, Pool

P = ParamSpec("P")
T = TypeVar("T")
Call = Callable[[], object]


class Calls:
    """The work of the fetcher's pool: each item is a call of a function of `digest`."""

    module = "services.fetcher.digest"

    def prepare(self) -> None:
        """Load nothing besides the module."""

    def apply(self, item: Call, /) -> object:
        """Return what the call returns."""
        return item()


class Workers:
    """The worker processes that the lanes of a replica share, and what a call may take of each."""

    def __init__(self, settings: FetcherSettings) -> None:
        self._pool: Pool[Call, object] = Pool(
            Calls(), settings.workers, Limits(settings.cpu_limit, settings.time_limit, settings.memory_limit)
        )

    @property
    def deaths(self) -> dict[str, int]:
        """How many workers died since somebody emptied this, by reason."""
        return self._pool.deaths

    async def start(self) -> None:
        """Start every process.

        Raises:
            SetupError: If one dies before it is ready.
        """
        await self._pool.start()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function of `digest` returns in a worker.

        Raises:
            PoisonError: What it raises; ``cpu-limit``, ``time-limit``, ``memory-limit``, ``worker-died``, or ``step-failed``.
        """
        (result,) = await self._pool.run([partial(function, *args, **kwargs)])
        if isinstance(result, PoisonError):
            raise result
        return result  # type: ignore[return-value]  # the pool carries any call

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()
