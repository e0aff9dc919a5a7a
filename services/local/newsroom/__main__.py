"""``python -m services.local.newsroom``: the feeds as YAML on stdout, served until Ctrl-C or SIGTERM."""

import asyncio
import signal
import sys

import yaml

from services.local.newsroom import load, serve


async def run() -> None:
    """Serve the demo newsroom until a signal comes."""
    running = await serve(load())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    feeds = [feed.model_dump(include={"id", "url", "name", "language", "group"}) for feed in running.feeds]
    sys.stdout.write(yaml.safe_dump({"feeds": feeds}, allow_unicode=True, sort_keys=False))
    sys.stdout.flush()
    await stop.wait()
    await running.close()


if __name__ == "__main__":
    asyncio.run(run())
