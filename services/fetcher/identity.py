"""Which article an entry is, whatever feeds do to their guids, links and dates.

An entry has up to three names, from the strongest to the weakest: its guid, its link, its title with its date. The article it belongs to
is the first one known by any of them; a new one gets its id from its strongest name, so the id is the same on every machine.
Names are scoped by the host of the feed, so that a story which two feeds of one host carry is one article. A guid that is no URI
(``17``) says nothing outside its own feed and is scoped by that, as title and date are. A name that two entries of one document
share tells nothing.
"""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from services.fetcher.feeds.feed import ParsedEntry
from services.fetcher.feeds.times import utc

ID_DIGITS = 32
"""Hex digits of an id: 128 bits."""
NAME_DIGITS = 16
"""Hex digits of a name as it is kept: 64 bits, beside at most some million others."""
TRACKING = re.compile(
    r"(?:utm_|at_|pk_|mtm_|hsa_)\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|"
    r"cmpid|ncid|ocid|spm|wt\.mc_id|ref_src|__twitter_impression|share_token|campaign_id",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from, never which article it is."""
DEFAULT_PORTS = {"http": 80, "https": 443}


def authority(url: str) -> str:
    """Return ``host[:port]`` of a URL, lower case, without a default port and a final dot."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


def schemeless(url: str) -> str:
    """Return a link without its scheme, its fragment and tracking parameters; other parameters stay, ids hide in them."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(name)]
    query = f"?{urlencode(kept, quote_via=quote)}" if kept else ""
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return f"//{authority(url)}{parts.path or '/'}{query}{fragment}"


def linkhash(url: str) -> str:
    """Return the hash of a link that copies of one page share on every host that links to it."""
    return _hash(schemeless(url))


def names(entries: Sequence[ParsedEntry], host: str, feed: str) -> list[tuple[str, ...]]:
    """Return the names of every entry of a document, the strongest first, as `ID_DIGITS` hex digits; never empty.

    Args:
        entries: With absolute links.
        host: The registered authority of the feed.
        feed: Its id.
    """
    stated = [_stated(entry, host, feed) for entry in entries]
    shared = Counter(name for own in stated for name in set(own))
    return [tuple(name for name in own if shared[name] == 1) or (_whole(entry, host),) for own, entry in zip(stated, entries, strict=True)]


def _stated(entry: ParsedEntry, host: str, feed: str) -> list[str]:
    found = []
    if entry.guid:
        scope = host if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", entry.guid) else feed
        found.append(_hash(scope, "guid", re.sub(r"^https?://", "//", entry.guid)))
    if entry.link:
        found.append(_hash(host, "link", schemeless(entry.link)))
    if entry.title and entry.published:
        found.append(_hash(feed, "title", " ".join(entry.title.casefold().split()), utc(entry.published) or entry.published))
    return found


def _whole(entry: ParsedEntry, host: str) -> str:
    """Return the name of an entry that has no other of its own: all that it says, so an edit makes it another one."""
    stated = (entry.guid, entry.link and schemeless(entry.link), entry.title, entry.published, entry.summary, entry.content)
    return _hash(host, "whole", *(value or "" for value in stated))


def fields_hash(entry: ParsedEntry) -> str:
    """Return the hash of an entry's own fields: a changed one is a changed entry, whatever its names do."""
    return _hash(*(value or "" for value in (entry.title, entry.summary, entry.content, entry.updated)))


def _hash(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:ID_DIGITS]
