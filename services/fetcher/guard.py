"""Where the fetcher may go: http and https, the usual ports, public addresses. What it may not is refused before a packet leaves.

The address check runs twice: on the URL, for a clear reason, and on the address really connected to, which no name, redirect or
rebinding gets around (`http.py` puts it into the connector's socket factory).
Source: IANA special-purpose address registries; WHATWG URL, host and IPv4 parsers; OWASP SSRF prevention.
"""

import errno
import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

PORTS = frozenset({80, 443, 8080, 8443})
LONGEST_URL = 8192
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
LOCAL_NAMES = ("localhost", "local", "internal", "localdomain", "lan", "home.arpa", "intranet", "corp")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
EMBEDDING = (
    (ipaddress.ip_network("::ffff:0:0/96"), 0),
    (ipaddress.ip_network("64:ff9b::/96"), 0),
    (ipaddress.ip_network("::/96"), 0),
    (ipaddress.ip_network("2002::/16"), 80),
)
"""IPv6 networks that carry an IPv4 address, and how far it is shifted from the right: IPv4-mapped, NAT64, IPv4-compatible, 6to4."""
REFUSED = tuple(map(ipaddress.ip_network, ("168.63.129.16/32", "2001::/32", "64:ff9b:1::/48", "::ffff:0:0:0/96", "fec0::/10")))
"""What `ipaddress` takes for public, at least in some releases: Azure's wire server, Teredo, NAT64 for local use, IPv4-translated,
site-local."""


class RefusedAddressError(OSError):
    """An address that the fetcher does not connect to; an OSError, since the connector passes those on."""


class RefusedUrlError(Exception):
    """A URL that the fetcher does not ask for; `reason` is a slug."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail[:200]}")


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL.

    Raises:
        ValueError: If it has no port that can be.
    """
    parts = urlsplit(url)
    return parts.scheme, fold_host(parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)


def check_url(url: str, *, allow_loopback: bool = False, inside: str | None = None) -> None:
    """Refuse a URL that cannot be asked for.

    Args:
        url: As a feed or page states it.
        allow_loopback: Let this machine through, on any port.
        inside: The address of a server that the operator named: it may be anywhere.

    Raises:
        RefusedUrlError: ``bad-url``, ``refused-scheme``, ``refused-credentials``, ``refused-port`` or ``refused-address``.
    """
    if len(url) > LONGEST_URL or UNSAFE.search(url):
        raise RefusedUrlError("bad-url", url)
    try:
        scheme, host, port = origin(url)
    except ValueError as error:
        raise RefusedUrlError("bad-url", url) from error
    if scheme not in ("http", "https"):
        raise RefusedUrlError("refused-scheme", url)
    if "@" in urlsplit(url).netloc:
        raise RefusedUrlError("refused-credentials", host)
    if not host:
        raise RefusedUrlError("bad-url", url)
    if inside is None or origin(inside) != (scheme, host, port):
        _check_host(host, port, allow_loopback)


def _check_host(host: str, port: int, allow_loopback: bool) -> None:
    address = literal(host)
    loopback = address.is_loopback if address else host == "localhost"
    if loopback and allow_loopback:
        return
    if address is None and any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES):
        raise RefusedUrlError("refused-address", host)
    if address is not None and not is_public(address):
        raise RefusedUrlError("refused-address", host)
    if port not in PORTS:
        raise RefusedUrlError("refused-port", f"{host}:{port}")


def check_address(address: str, port: int, *, allow_loopback: bool = False) -> None:
    """Refuse an address that is about to be connected to.

    Args:
        address: As the system writes it, perhaps with a zone.
        port: Of the connection.
        allow_loopback: Let this machine through, on any port.

    Raises:
        RefusedAddressError: If it is not public, or the port is not a usual one.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if allow_loopback and found.is_loopback and "%" not in address:
        return
    if not is_public(found) or port not in PORTS:
        raise RefusedAddressError(errno.EACCES, f"refused-address {address} port {port}")


def is_public(address: Address) -> bool:
    """Say whether an address is a public one, and no disguise of one that is not."""
    inner = next((int(address) >> shift & 0xFFFFFFFF for network, shift in EMBEDDING if address in network), None)
    if inner is not None:
        return is_public(ipaddress.IPv4Address(inner))
    return address.is_global and not address.is_multicast and not any(address in network for network in REFUSED)


def fold_host(host: str) -> str:
    """Return a host as resolvers see it: full-width and circled characters folded, lower case, without a final dot."""
    return unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().rstrip(".")


def literal(host: str) -> Address | None:
    """Return the address that a host spells, in any of the forms that resolvers take; None for a name.

    Raises:
        RefusedUrlError: ``bad-url`` for a host that ends in a number and is no address.
    """
    if ":" in host:
        try:
            return ipaddress.IPv6Address(re.split("%", host)[0])
        except ValueError as error:
            raise RefusedUrlError("bad-url", host) from error
    parts = host.split(".")
    if not re.fullmatch(r"\d+|0x[0-9a-f]*", parts[-1]):
        return None
    numbers = [_number(part) for part in parts]
    *most, last = numbers
    if len(numbers) > 4 or None in numbers or any(number is None or number > 255 for number in most) or last is None:
        raise RefusedUrlError("bad-url", host)
    if last >= 256 ** (5 - len(numbers)):
        raise RefusedUrlError("bad-url", host)
    return ipaddress.IPv4Address(last + sum((number or 0) << 8 * (3 - place) for place, number in enumerate(most)))


def _number(part: str) -> int | None:
    """Read one part of an IPv4 address: hexadecimal after ``0x``, octal after ``0``, else decimal."""
    try:
        if part.startswith("0x"):
            return int(part[2:] or "0", 16)
        return int(part, 8) if len(part) > 1 and part.startswith("0") else int(part)
    except ValueError:
        return None
