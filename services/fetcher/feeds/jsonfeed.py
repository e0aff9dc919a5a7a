"""JSON Feed 1.0 and 1.1.

Source: https://jsonfeed.org/version/1.1: readers ignore what they cannot use; an item without an id is not an item, but publishers
forget it, so its address stands in; an item without authors has the feed's.
"""

import json
from collections.abc import Iterator
from html import escape

from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.links import absolute
from services.fetcher.feeds.times import LONGEST, utc
from shared.errors import PoisonError

ENTRY_LIMIT = 10_000


def parse_json(text: str, url: str | None) -> ParsedFeed:
    """Return a JSON Feed.

    Raises:
        PoisonError: ``not-a-feed`` if the text is no JSON, or has no list of items.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PoisonError("not-a-feed", f"bad JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise PoisonError("not-a-feed", "JSON without a list of items")
    others = tuple(_authors(feed))
    base = _text(feed, "home_page_url") or _text(feed, "feed_url") or url
    return ParsedFeed(
        format="json1",
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url"),
        language=_text(feed, "language"),
        entries=tuple(_entry(item, url or base, others) for item in items[:ENTRY_LIMIT] if isinstance(item, dict)),
    )


def _entry(item: dict[str, object], base: str | None, others: tuple[str, ...]) -> ParsedEntry:
    plain = _text(item, "content_text")
    content = _text(item, "content_html") or (plain and "".join(f"<p>{escape(part, quote=False)}</p>" for part in plain.split("\n\n")))
    link = absolute(_text(item, "url"), base) or absolute(_text(item, "external_url"), base)
    return ParsedEntry(
        guid=_text(item, "id"),
        title=_text(item, "title"),
        link=link,
        published=_time(_text(item, "date_published")),
        updated=_time(_text(item, "date_modified")),
        summary=_text(item, "summary"),
        content=content,
        authors=tuple(_authors(item)) or others,
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        language=_text(item, "language"),
    )


def _text(item: dict[str, object], name: str) -> str | None:
    """Return a member as text; numbers count, since ids are often written as such."""
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return str(value).encode("utf-8", "replace").decode().strip() or None
    except ValueError:  # an integer of more digits than Python prints
        return None


def _list(item: dict[str, object], name: str) -> list[object]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _authors(item: dict[str, object]) -> Iterator[str]:
    for author in (*_list(item, "authors"), item.get("author")):
        if isinstance(author, dict) and (name := _text(author, "name")):
            yield name


def _time(stated: str | None) -> str | None:
    """Return a time as written if it can be read or not: the standard wants RFC 3339."""
    if stated is None:
        return None
    return stated[:LONGEST] if utc(stated) is None or not stated.endswith("+00:00") else utc(stated)
