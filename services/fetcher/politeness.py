"""One request in flight for each host, a gap after it, and rest where a host asked for it; shared by all lanes of a replica."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

PATIENCE = 30.0
"""Seconds that a caller waits for a host that rests; a longer rest is its own business to come back after."""
IDLE_HOSTS = 10_000
LONGEST_GAP = 60.0

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class HostResting(Exception):  # noqa: N818 - a fact, not a fault
    """The host asked to be left alone until `until`."""

    def __init__(self, authority: str, until: float) -> None:
        self.authority = authority
        self.until = until
        super().__init__(authority, until)


class Slot:
    """What is known of one host: who is at it, when the last one left, until when it rests, and its own wish for a gap."""

    __slots__ = ("gap", "left_at", "lock", "rest_until", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.left_at = float("-inf")
        self.rest_until = 0.0
        self.gap = 0.0


class Hosts:
    """The hosts of a replica.

    Args:
        gap: Seconds between two requests to one host.
        connections: Most requests under way at once.
        clock: Seconds since 1970.
        sleep: Waits for so many seconds of that clock.
    """

    def __init__(self, gap: float, connections: int, clock: Clock = time.time, sleep: Sleep = asyncio.sleep) -> None:
        self._gap = gap
        self._clock = clock
        self._sleep = sleep
        self._connections = asyncio.Semaphore(connections)
        self._slots: dict[str, Slot] = {}

    @contextlib.asynccontextmanager
    async def slot(self, authority: str) -> AsyncIterator[None]:
        """Be the only one at a host, once it is free.

        Raises:
            HostResting: If it rests for longer than `PATIENCE`.
        """
        slot = self._slot(authority)
        slot.waiting += 1
        try:
            async with slot.lock:
                await self._until_free(authority, slot)
                async with self._connections:
                    try:
                        yield
                    finally:
                        slot.left_at = self._clock()
        finally:
            slot.waiting -= 1

    async def _until_free(self, authority: str, slot: Slot) -> None:
        while (until := self._free_at(slot)) > (now := self._clock()):
            if slot.rest_until - now > PATIENCE:
                raise HostResting(authority, slot.rest_until)
            await self._sleep(until - now)

    def _free_at(self, slot: Slot) -> float:
        return max(slot.left_at + max(self._gap, slot.gap), slot.rest_until)

    def free_at(self, authority: str) -> float:
        """Return from when on a host may be asked, as far as is known."""
        slot = self._slots.get(authority)
        return self._free_at(slot) if slot else 0.0

    def rest(self, authority: str, until: float) -> None:
        """Leave a host alone until then."""
        slot = self._slot(authority)
        slot.rest_until = max(slot.rest_until, until)

    def widen(self, authority: str, gap: float) -> None:
        """Take a host's own wish for a gap (Crawl-delay), at most `LONGEST_GAP`."""
        self._slot(authority).gap = min(LONGEST_GAP, gap)

    def _slot(self, authority: str) -> Slot:
        if authority not in self._slots and len(self._slots) >= IDLE_HOSTS:
            self._sweep()
        return self._slots.setdefault(authority, Slot())

    def _sweep(self) -> None:
        """Forget hosts that nobody waits for and that are free anyway."""
        now = self._clock()
        for authority, slot in list(self._slots.items()):
            if not slot.waiting and self._free_at(slot) < now:
                del self._slots[authority]
