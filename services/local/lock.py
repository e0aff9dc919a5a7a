"""One holder at a time among the processes of this machine."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``path`` for the length of the block, waiting for whoever holds it.

    The kernel drops the lock when its holder dies, however it dies. The file stays: removing it would let a third process lock a new
    file of the same name while a second one still waits for the old one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
