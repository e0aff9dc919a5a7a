"""An answer over HTTP, its bounded body, and the reasons why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from services.fetcher.coding import CodingError, coding_of, unpacking


class FetchError(Exception):
    """A request without an answer to use; a fact for the state, not a fault. `reason` is a slug; a `final` one needs no other try."""

    def __init__(self, reason: str, detail: str = "", *, final: bool = False) -> None:
        self.reason = reason
        self.final = final
        super().__init__(reason, detail[:300])


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    Attributes:
        url: Of the document in the end, after redirects.
        headers: Names in lower case, values as received, read as latin-1; of several the last.
        body: Decoded; at most `limit` bytes; None if there was more.
        moved_to: Where permanent redirects, and only such, led.
        rests: The host that asked for rest, and until when.
        conditional: Whether validators were sent for it.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    moved_to: str | None = None
    rests: tuple[str, float] | None = None
    conditional: bool = False


async def read_body(answer: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """Return the decoded body, None if it is larger than `limit`, packed or unpacked: the rest of a bomb is never unpacked.

    HTTP's own chunks are taken one by one, so that those of a byte each are counted.

    Raises:
        CodingError: If its coding is none that was asked for, or broken.
    """
    if limit == 0:
        return b""
    coding = coding_of(",".join(answer.headers.getall("Content-Encoding", [])))
    stream = unpacking(coding, limit)
    async for chunk, _ in answer.content.iter_chunks():
        if not stream.take(chunk):
            break
    return stream.body()


def reason_of(error: Exception) -> FetchError:
    """Return what an exception of aiohttp or the system means."""
    text = f"{type(error).__name__}: {error}"
    if "refused-address" in text:
        return FetchError("refused-address", text, final=True)
    if isinstance(error, CodingError):
        return FetchError(error.reason, text)
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (TimeoutError, "timeout"),
        (aiohttp.ClientConnectorCertificateError, "bad-certificate"),
        (aiohttp.ClientConnectorSSLError, "bad-tls"),
        (aiohttp.ClientConnectorDNSError, "no-such-host"),
        (aiohttp.ClientConnectorError, "no-connection"),
        (aiohttp.InvalidURL, "bad-url"),
        (aiohttp.ClientPayloadError, "bad-body"),
        (aiohttp.ServerDisconnectedError, "disconnected"),
        (aiohttp.ClientResponseError, "bad-http"),
    )
    return FetchError(next((reason for kind, reason in kinds if isinstance(error, kind)), "no-connection"), text)
