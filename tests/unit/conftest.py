"""Unit tests touch no socket: pytest-socket is switched on for each of them."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    """Refuse sockets, but for the pair that an event loop wakes itself with."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
