"""What a feed says, as data: the same shape for RSS, Atom, RDF, CDF and JSON Feed."""

from dataclasses import dataclass, field

from services.fetcher.feeds.wishes import Wishes


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry. Times are RFC 3339 with the offset that the feed gave, without one or as a day where it gave no more, or as written.

    `link` is absolute, http or https, else None; `content` is HTML, and the longest of several.
    `guid` is as written, but for a relative one that says it is a permalink: that is absolute.
    """

    guid: str | None = None
    title: str | None = None
    link: str | None = None
    published: str | None = None
    updated: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One feed. `format` is feedparser's name of it (``rss20``, ``atom10``), ``json1``, ``listing`` or ``sitemap``."""

    format: str
    title: str | None = None
    link: str | None = None
    language: str | None = None
    updated: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    entries: tuple[ParsedEntry, ...] = field(default=())
