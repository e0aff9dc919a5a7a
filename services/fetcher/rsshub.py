"""Routes of an RSSHub: ``rsshub://gov/miit/zcjd`` is that route of the one whose address is `CHIPWIRE_RSSHUB`.

The registry holds the full address. A source that is off is registered without an RSSHub too, under a name that never resolves;
the first import with one gives it its address.
Source: https://docs.rsshub.app (an RSSHub of one's own); RFC 6761 section 6.4 (``.invalid``).
"""

SCHEME = "rsshub://"
NOWHERE = "https://rsshub.invalid/"


def resolved(url: str, hub: str | None, *, needed: bool) -> str:
    """Return the address of a source as it is registered: that of a route at the RSSHub, any other as it is.

    Args:
        url: As written.
        hub: The address of the RSSHub, None without one.
        needed: Whether the source is on.

    Raises:
        ValueError: If it needs an RSSHub and there is none.
    """
    if not url.startswith(SCHEME):
        return url
    if needed and not hub:
        raise ValueError(f"url: {url} needs the address of an RSSHub in CHIPWIRE_RSSHUB; see docs/settings.md")
    return (hub.rstrip("/") + "/" if hub else NOWHERE) + url.removeprefix(SCHEME).lstrip("/")


def written(url: str) -> str:
    """Return an address as a file has it: a route that was registered without an RSSHub is a route again."""
    return SCHEME + url.removeprefix(NOWHERE) if url.startswith(NOWHERE) else url
