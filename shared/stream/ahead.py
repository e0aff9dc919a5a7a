"""Ahead: the next items are made in a thread while the event loop uses the last one."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


async def ahead(made: Iterator[T]) -> AsyncGenerator[T]:
    """Yield items, each made while the one before it is used; it pays where making them is mostly done without Python's lock.

    Args:
        made: Makes an item at a time, never None.

    Raises:
        Exception: What making one raises, after all that were made before.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = loop.run_in_executor(thread, next, made, None)
        while (item := await coming) is not None:
            coming = loop.run_in_executor(thread, next, made, None)
            coming.add_done_callback(lambda future: future.cancelled() or future.exception())  # nobody asks if the use of this one fails
            yield item
