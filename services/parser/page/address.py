"""Addresses as a page or a feed names them, made absolute and cleaned."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 2000
"""Characters of an address."""

_BAD = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ref|ref_src|spm|igshid|ncid|ocid|xtor|wt_mc|sr_share|smid|partner|cmp|ito|at_\w+)$",
    re.IGNORECASE,
)


def absolute(link: str | None, base: str) -> str | None:
    """Return `link` as an absolute http(s) address without tracking parameters and fragment, None where it is no such address."""
    if not link or len(link) > LONGEST:
        return None
    try:
        parts = urlsplit(urljoin(base, _BAD.sub("", link)))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or parts.port == 0:
            return None
        query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])] if parts.query else []
    except ValueError:
        return None
    kept = parts.query if len(query) == len(parts.query.split("&")) else urlencode(query)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, kept, ""))
