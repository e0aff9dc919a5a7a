"""A broker for the length of a block."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from services.local import broker
from services.local.broker import Broker, Say


@contextlib.asynccontextmanager
async def running(home: Path, say: Say) -> AsyncIterator[Broker]:
    """Yield the broker of `home`; one that was started here is stopped here, also when the start itself is interrupted.

    Raises:
        BrokerError: If it cannot start.
    """
    before = await asyncio.to_thread(broker.status, home)
    starting = asyncio.ensure_future(asyncio.to_thread(broker.up, home, say=say))
    try:
        yield await asyncio.shield(starting)
    finally:
        await asyncio.wait([starting])  # a thread cannot be interrupted
        if before.state != "running":
            await asyncio.to_thread(broker.down, home)
