"""The ports of this machine's loopback address: which are free, and what answers on them."""

import secrets
import socket
import struct
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
# Below the ports that systems hand out to clients (Linux from 32768, macOS from 49152): a client that keeps calling a dead broker on
# such a port is at last given that very port as its own, connects to itself, and the broker cannot come back.
PORTS = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port of the loopback address now."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Kafka: connections of a dead broker do not count
        try:
            server.bind((LOOPBACK, port))
            server.listen()
        except OSError:
            return False
    return True


def free_port(preferred: Iterable[int], taken: int | None = None) -> int:
    """Return the first preferred port that is free, else a random free one; never ``taken``.

    Raises:
        OSError: A hundred tries found none, so something else is wrong.
    """
    for port in (*preferred, *secrets.SystemRandom().sample(PORTS, 100)):
        if port != taken and is_free(port):
            return port
    raise OSError(f"no port of {LOOPBACK} can be listened on")


def answers(port: int, timeout: float = 2.0) -> bool:
    """Return whether a Kafka broker answers on this port and counts itself among the live brokers.

    Asks for the cluster's metadata (Metadata v1, no topics): a broker that listens but is still fenced gives an empty list.

    Source: https://kafka.apache.org/protocol (RequestHeader v1, Metadata v1).
    """
    request = struct.pack(">hhihi", 3, 1, 0, -1, 0)  # key, version, correlation, no client id, no topics
    try:
        with socket.create_connection((LOOPBACK, port), timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as response:
                _size, _correlation, brokers = struct.unpack(">iii", response.read(12))
    except (OSError, struct.error):
        return False
    return bool(brokers > 0)
