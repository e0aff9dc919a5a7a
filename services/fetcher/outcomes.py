"""What a request for a page came to."""

from dataclasses import dataclass

from services.fetcher.digest import PageDigest


@dataclass(frozen=True, slots=True)
class Page:
    """A page that came. Validators are bytes read as latin-1."""

    url: str
    status: int
    body: bytes
    digest: PageDigest
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The page is as it was (304)."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such page (404 or 410)."""

    status: int


@dataclass(frozen=True, slots=True)
class Failed:
    """No page this time, for a reason as a slug; a `final` failure needs no other try."""

    reason: str
    final: bool = False


Outcome = Page | Unchanged | Gone | Failed
TOO_LARGE = "body-too-large"
"""The one failure that the document itself reports, as an issue: there is a page, it was left out."""
