"""Draft: what one way of reading a document found, before it is normalised into an Article."""

from dataclasses import dataclass

from shared.records.article import Gap, Issue, Origin, Published


@dataclass(frozen=True, slots=True)
class Lead:
    """A summary as it was found; `method` says how, where that needs saying."""

    text: str
    origin: Origin
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found. `text` is the original's, empty where there is none; `gaps` are offsets into it, in code points.

    `is_cut` says that the page or the feed shows only the beginning of the text.

    `domain`, `name` and `canonical_url` are None where the document itself does not say; `language` is what it declares.
    """

    title: str | None = None
    text: str = ""
    gaps: tuple[Gap, ...] = ()
    is_cut: bool = False
    leads: tuple[Lead, ...] = ()
    published: Published | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    domain: str | None = None
    name: str | None = None
    canonical_url: str | None = None
    issues: tuple[Issue, ...] = ()
