"""One source as a file has it, checked, and the feed that it registers."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Literal

import soupsieve
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.fetcher import rsshub
from services.fetcher.feeds.links import absolute
from services.fetcher.identity import authority
from shared.records.feed import Feed


def _url(value: str) -> str:
    """Refuse an address that no request can be made of."""
    resolved = rsshub.resolved(value, None, needed=False)
    if absolute(resolved, None) != resolved:
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

    url: Annotated[str, AfterValidator(_url), Field(pattern=r"^(https?|rsshub)://[^\s/]+")]
    id: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] | None = None
    name: Name | None = None
    kind: Literal["feed", "rss", "atom", "rdf", "json", "listing", "html-listing", "json-listing", "sitemap", "rsshub"] = "feed"
    language: str | None = None
    group: Name | None = None
    full_text: Literal["auto", "always", "never"] = "auto"
    poll_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60)
    enabled: bool = True
    link_pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    list_selector: Annotated[str, AfterValidator(_selector)] | None = None
    date_selector: Annotated[str, AfterValidator(_selector)] | None = None
    json_fields: dict[Literal["items", "html", "item", "title", "url", "published", "summary", "id"], str] | None = None
    note: str | None = None

    def feed(self, hub: str | None = None) -> Feed:
        """Return the feed; its id is that given, else a hash of the URL as written.

        Args:
            hub: The address of the RSSHub, for a route of it.

        Raises:
            ValueError: If the feed needs an RSSHub and there is none.
        """
        url = rsshub.resolved(self.url, hub, needed=self.enabled)
        stated = self.model_dump(exclude={"note"}, exclude_defaults=True) | {"url": url}
        return Feed(
            id=self.id or url_id(self.url),
            url=url,
            name=self.name,
            kind=self.kind,
            language=self.language,
            group=self.group,
            full_text=self.full_text,
            poll_seconds=self.poll_minutes * 60,
            enabled=self.enabled,
            authority=authority(url),
            link_pattern=self.link_pattern,
            list_selector=self.list_selector,
            date_selector=self.date_selector,
            json_fields={str(name): value for name, value in self.json_fields.items()} if self.json_fields else None,
            line_sha256=sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest(),
        )


def read(given: Mapping[str, object], hub: str | None) -> Feed:
    """Return the feed that a line of a file registers.

    Args:
        given: What the line says.
        hub: The address of the RSSHub.

    Raises:
        ValueError: The first field that is wrong, and why.
    """
    try:
        return Line.model_validate(given).feed(hub)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'][:1])}: {first['msg']}") from error


def url_id(url: str) -> str:
    """Return the id of a feed that was given none."""
    return sha256(url.encode()).hexdigest()[:16]
