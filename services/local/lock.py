"""One holder at a time among the processes of this machine."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import SetupError


@contextmanager
def locked(path: Path, *, held: str | None = None) -> Iterator[None]:
    """Hold an exclusive lock on ``path`` for the length of the block, waiting for whoever holds it.

    The kernel drops the lock when its holder dies, however it dies. The file stays: removing it would let a third process lock a new
    file of the same name while a second one still waits for the old one.

    Args:
        path: The file.
        held: What to say in place of waiting.

    Raises:
        SetupError: With `held`, if somebody holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if held else 0))
        except BlockingIOError as error:
            raise SetupError(held) from error
        yield
