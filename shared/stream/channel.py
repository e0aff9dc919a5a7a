"""The way to a worker process and back: what goes over lies in memory that both sides share, and a pipe says that it is there.

Through a pipe alone a page would be copied six times, and both sides would be woken for every 200 KB of it.
"""

import pickle
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

ROOM_BYTES = 4 * 1024 * 1024
"""Holds a chunk of whole pages; what is larger goes through the pipe. Small, since containers share out 64 MiB of such memory."""


class Room:
    """Shared memory for one thing at a time, written like a file."""

    def __init__(self, memory: Any) -> None:
        self._view = memoryview(memory).cast("B")
        self._used = 0

    def put(self, thing: object) -> int:
        """Lay a thing down and return how many bytes it takes, 0 if there is no room for it."""
        self._used = 0
        try:
            pickle.Pickler(self, pickle.HIGHEST_PROTOCOL).dump(thing)
        except BufferError:
            return 0
        return self._used

    def write(self, data: "bytes | pickle.PickleBuffer") -> None:
        """Append, as the pickler wants it."""
        view = memoryview(data).cast("B")
        end = self._used + view.nbytes
        if end > len(self._view):
            raise BufferError
        self._view[self._used : end] = view
        self._used = end

    def get(self, size: int) -> Any:
        """Return what was laid down and takes so many bytes."""
        return pickle.loads(self._view[:size])  # noqa: S301 - from the other side


class Channel:
    """One end of the way. The ends take turns: whoever received answers before the next thing is sent.

    A dead other side is an `EOFError` or an `OSError` of any call.
    """

    def __init__(self, pipe: Connection, memory: Any) -> None:
        self._pipe = pipe
        self._room = Room(memory)

    def send(self, thing: object) -> None:
        """Send a thing that can be pickled."""
        size = self._room.put(thing)
        self._pipe.send_bytes(size.to_bytes(8, "big"))
        if not size:
            self._pipe.send_bytes(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL))

    def receive(self, seconds: float | None = None) -> Any:
        """Return what the other side sent.

        Raises:
            TimeoutError: If it sent nothing for so many seconds.
        """
        if not self._pipe.poll(seconds):
            raise TimeoutError
        size = int.from_bytes(self._pipe.recv_bytes(), "big")
        return self._room.get(size) if size else pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - from the other side

    def close(self) -> None:
        """Let go; the other side finds its end ended."""
        self._pipe.close()


def channel_memory(context: BaseContext) -> Any:
    """Return memory for a channel, to be handed to both its ends."""
    return context.RawArray("c", ROOM_BYTES)
