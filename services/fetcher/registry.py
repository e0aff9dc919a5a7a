"""The registry of feeds: a YAML file into feeds, and an import into the records that change something.

An import changes only lines that changed since the last one; a pause is never overwritten, and a feed stays in the partition of
the host that it was registered with.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import soupsieve
import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.fetcher.feeds.form import LISTINGS
from services.fetcher.feeds.links import absolute
from services.fetcher.identity import authority
from shared.errors import SetupError
from shared.records.feed import Feed
from shared.records.record import Message
from shared.topics import partition_of

READABLE = frozenset({"feed", "rss", "atom", "rdf", "json", "rsshub"}) | LISTINGS
"""Kinds that this version polls; the others are kept and skipped."""
LINE = "__line__"


def _url(value: str) -> str:
    """Refuse an address that no request can be made of."""
    if absolute(value, None) != value:
        raise ValueError("it is no http(s) address")
    return value


def _pattern(value: str) -> str:
    """Refuse what is no regular expression."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"it is no regular expression: {error}") from error
    return value


def _selector(value: str) -> str:
    """Refuse what is no CSS selector."""
    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"it is no CSS selector: {str(error).splitlines()[0]}") from error
    return value


def _name(value: object) -> object:
    """Let YAML's numbers be names: an id of ``36`` reads as one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_name)]


class Line(BaseModel):
    """One source as a file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_url), Field(pattern=r"^https?://[^\s/]+")]
    id: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] | None = None
    name: Name | None = None
    kind: Literal["feed", "rss", "atom", "rdf", "json", "html-listing", "json-listing", "sitemap", "rsshub"] = "feed"
    language: str | None = None
    group: Name | None = None
    full_text: Literal["auto", "always", "never"] = "auto"
    poll_minutes: float = Field(default=30, gt=0, le=7 * 24 * 60)
    enabled: bool = True
    link_pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    list_selector: Annotated[str, AfterValidator(_selector)] | None = None
    date_selector: Annotated[str, AfterValidator(_selector)] | None = None
    json_fields: dict[Literal["items", "html", "item", "title", "url", "published", "summary", "id"], str] | None = None
    note: str | None = None

    def feed(self) -> Feed:
        """Return the feed; its id is that given, else a hash of the URL."""
        stated = self.model_dump(exclude={"note"}, exclude_defaults=True)
        return Feed(
            id=self.id or sha256(self.url.encode()).hexdigest()[:16],
            url=self.url,
            name=self.name,
            kind=self.kind,
            language=self.language,
            group=self.group,
            full_text=self.full_text,
            poll_seconds=self.poll_minutes * 60,
            enabled=self.enabled,
            authority=authority(self.url),
            link_pattern=self.link_pattern,
            list_selector=self.list_selector,
            date_selector=self.date_selector,
            json_fields={str(name): value for name, value in self.json_fields.items()} if self.json_fields else None,
            line_sha256=sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest(),
        )


class _Numbered(yaml.SafeLoader):
    """Puts the line of each mapping into it."""


def _mapping(loader: _Numbered, node: yaml.MappingNode) -> dict[Any, Any]:
    return {**loader.construct_mapping(node, deep=True), LINE: node.start_mark.line + 1}


_Numbered.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path) -> list[Feed]:
    """Return the feeds of a file.

    Raises:
        SetupError: One line, with the number of the first line that is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"cannot read {path}: {error}") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> list[Feed]:
    """Return the feeds in the text of a file called `name`.

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
    lines = [_line(entry, place, name) for place, entry in enumerate(entries, 1)]
    _unique(lines, name)
    return [feed for _, feed in lines]


def _line(entry: object, place: int, name: str) -> tuple[int, Feed]:
    if not isinstance(entry, dict):
        raise SetupError(f"{name}: feed {place} is not a mapping but {entry!r:.60}")
    number = entry.get(LINE, 1)
    try:
        return number, Line.model_validate({key: value for key, value in entry.items() if key != LINE}).feed()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][:1])
        raise SetupError(f"{name}:{number}: feed {place}: {where}: {first['msg']}") from error


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
