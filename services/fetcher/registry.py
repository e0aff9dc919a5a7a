"""The registry of feeds: a YAML file into feeds, and an import into the records that change something.

An import changes only lines that changed since the last one; a pause is never overwritten, and a feed stays in the partition of
the host that it was registered with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.fetcher import line
from services.fetcher.feeds.form import LISTINGS
from shared.errors import SetupError
from shared.records.feed import Feed
from shared.records.record import Message
from shared.topics import partition_of

READABLE = frozenset({"feed", "rss", "atom", "rdf", "json", "rsshub"}) | LISTINGS
"""Kinds that this version polls; the others are kept and skipped."""
LINE = "__line__"


class _Numbered(yaml.SafeLoader):
    """Puts the line of each mapping into it."""


def _mapping(loader: _Numbered, node: yaml.MappingNode) -> dict[Any, Any]:
    return {**loader.construct_mapping(node, deep=True), LINE: node.start_mark.line + 1}


_Numbered.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path, hub: str | None = None) -> list[Feed]:
    """Return the feeds of a file; `hub` is the address of the RSSHub that its routes are of.

    Raises:
        SetupError: One line, with the number of the first line that is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"cannot read {path}: {error}") from error
    return parse(text, str(path), hub)


def parse(text: str, name: str, hub: str | None = None) -> list[Feed]:
    """Return the feeds in the text of a file called `name`; `hub` is the address of the RSSHub that its routes are of.

    Raises:
        SetupError: One line, with the number of the first line that is wrong.
    """
    try:
        document = yaml.load(text, _Numbered)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SetupError(f"{name}:{mark.line + 1 if mark else 1}: not YAML: {getattr(error, 'problem', error)}") from error
    entries = document.get("feeds") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise SetupError(f"{name}:1: a list called `feeds` is missing")
    lines = [_line(entry, place, name, hub) for place, entry in enumerate(entries, 1)]
    _unique(lines, name)
    return [feed for _, feed in lines]


def _line(entry: object, place: int, name: str, hub: str | None) -> tuple[int, Feed]:
    if not isinstance(entry, dict):
        raise SetupError(f"{name}: feed {place} is not a mapping but {entry!r:.60}")
    number = entry.get(LINE, 1)
    try:
        return number, line.read(_unnumbered(entry), hub)
    except ValueError as error:
        raise SetupError(f"{name}:{number}: feed {place}: {error}") from error


def _unnumbered(value: Any) -> Any:
    """Return a mapping without the line numbers in it and in what it holds."""
    return {key: _unnumbered(inner) for key, inner in value.items() if key != LINE} if isinstance(value, dict) else value


def _unique(lines: Iterable[tuple[int, Feed]], name: str) -> None:
    seen: dict[str, int] = {}
    for number, feed in lines:
        for what in (feed.url, feed.id):
            if what in seen:
                raise SetupError(f"{name}:{number}: {what} is in line {seen[what]} already")
            seen[what] = number


@dataclass(frozen=True, slots=True)
class Change:
    """A record for `news.feeds.v1` and its partition."""

    partition: int
    message: Message


def merge(existing: Mapping[str, Feed], imported: Iterable[Feed], partitions: int) -> list[Change]:
    """Return what an import changes: new feeds, and those whose line changed since the last import.

    Args:
        existing: The registry, by id.
        imported: The feeds of a file.
        partitions: How many the topic has.
    """
    changed = []
    for feed in imported:
        known = existing.get(feed.id)
        if known is not None and known.line_sha256 == feed.line_sha256:
            continue
        if known is not None:
            feed = feed.model_copy(update={"paused": known.paused, "authority": known.registered_authority})
        changed.append(Change(partition(feed.registered_authority, partitions), feed.to_message()))
    return changed


def partition(registered_authority: str, partitions: int) -> int:
    """Return the partition of a host's feeds, of their states and of their articles' states."""
    return partition_of(registered_authority.encode(), partitions)


def unsupported(feeds: Iterable[Feed]) -> list[Feed]:
    """Return the feeds of kinds that this version cannot read: they are kept and not polled."""
    return [feed for feed in feeds if feed.kind not in READABLE]


def is_polled(feed: Feed) -> bool:
    """Say whether a feed is polled: enabled, not paused, of a kind that can be read."""
    return feed.enabled and feed.paused is None and feed.kind in READABLE
