"""Registered feeds as a file that an import reads back: YAML here, OPML in `opml`."""

from collections.abc import Iterable

import yaml

from services.fetcher import rsshub
from services.fetcher.line import Line, url_id
from shared.records.feed import Feed

FIELDS = ("id", "url", "name", "kind", "language", "group", "full_text", "poll_minutes", "enabled")
LIST_FIELDS = ("link_pattern", "list_selector", "date_selector", "json_fields")


def line(feed: Feed) -> dict[str, object]:
    """Return a feed as a line of a file: what it says beyond the defaults; a pause is no part of it."""
    minutes = round(feed.poll_seconds / 60, 4)
    stated: dict[str, object] = feed.model_dump() | {"poll_minutes": int(minutes) if minutes == int(minutes) else minutes}
    defaults = {name: field.default for name, field in Line.model_fields.items()}
    stated["url"] = rsshub.written(feed.url)
    if feed.id == url_id(rsshub.written(feed.url)):
        stated["id"] = None
    return {name: stated[name] for name in FIELDS + LIST_FIELDS if stated.get(name) is not None and stated[name] != defaults[name]}


def to_yaml(feeds: Iterable[Feed]) -> str:
    """Return feeds as the text of a registry file."""
    return yaml.safe_dump({"feeds": [line(feed) for feed in feeds]}, sort_keys=False, allow_unicode=True, width=1000)
