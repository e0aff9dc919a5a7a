"""Links of entries made absolute; what is not http or https is no link."""

import re
from urllib.parse import urljoin, urlsplit

LONGEST = 8192
UNSEEN = re.compile(r"[\x00-\x20\x7f]+")
INSIDE = re.compile(r"[\t\r\n\x00]+")


def absolute(link: str | None, base: str | None) -> str | None:
    """Return `link` against `base` if the result is an http(s) address of sane length, else None; without a base it stays relative.

    An impossible port (``:99999``) makes no address either.

    Source: WHATWG URL, basic parser: tabs and line ends vanish, spaces at the ends are cut, inner ones become ``%20``.
    """
    if not link or len(link) > LONGEST:
        return None
    cleaned = INSIDE.sub("", link).strip()
    try:
        joined = urljoin(base, cleaned) if base else cleaned
        parts = urlsplit(joined)
        known = (parts.hostname and parts.port != 0) if parts.scheme.lower() in ("http", "https") else not (base or parts.scheme)
    except ValueError:
        return None
    return UNSEEN.sub("%20", joined) if known else None
