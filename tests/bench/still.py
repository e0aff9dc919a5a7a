"""Any number of hosts that never change: every loopback address on one port, 304 to whoever knows. ``python -m tests.bench.still``.

Prints its port. Bound to the loopback interface (Linux), so that nobody else reaches it.
"""

import asyncio
import socket

ETAG = '"still"'
ANSWERED = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class Still(asyncio.Protocol):
    """One connection; a request without our validator is refused, and so shows in the outcomes of the polls."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._asked = b""

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while (end := self._asked.find(b"\r\n\r\n")) >= 0:
            asked, self._asked = self._asked[:end], self._asked[end + 4 :]
            assert isinstance(self._transport, asyncio.WriteTransport)
            self._transport.write(ANSWERED if f"If-None-Match: {ETAG}".encode() in asked else REFUSED)


async def serve() -> None:
    """Serve until killed."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listening.bind(("0.0.0.0", 0))
    server = await asyncio.get_running_loop().create_server(Still, sock=listening, backlog=1000)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
