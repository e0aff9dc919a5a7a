"""What is to be read at an address, and how: a feed, a list of links on a page, a list in JSON, a sitemap."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from shared.records.feed import Feed

PAGES = frozenset({"listing", "html-listing"})
"""Two names of one kind."""
LISTINGS = PAGES | {"json-listing", "sitemap"}
"""Kinds that are pages and no offer to feed readers: robots.txt is asked for them."""


@dataclass(frozen=True, slots=True)
class Form:
    """How to read a source that is no feed.

    Attributes:
        kind: ``html-listing`` (or ``listing``), ``json-listing``, ``sitemap``; anything else is a feed, whatever its format.
        link_pattern: A regular expression that is searched for in an article's absolute link, and in its path with the query.
        list_selector: CSS selector of the links, or of what holds them; without it and a pattern the list is found by its structure.
        date_selector: CSS selector of the date within a row.
        json_fields: Where things are in JSON: ``items`` (``data.results[].rows``), then ``title``, ``url``, ``published``,
            ``summary``, ``id`` in each; or ``html``, with ``item`` and ``published`` as the selectors in that.
    """

    kind: str = "feed"
    link_pattern: str | None = None
    list_selector: str | None = None
    date_selector: str | None = None
    json_fields: Mapping[str, str] | None = None


def of(feed: Feed) -> Form:
    """Return the form of a registered source."""
    return Form(feed.kind, feed.link_pattern, feed.list_selector, feed.date_selector, feed.json_fields)


def mark(feed: Feed) -> str | None:
    """Return what tells a source's form from another, None for a feed: read in another form a document says something else."""
    form = of(feed)
    if form.kind not in LISTINGS:
        return None
    stated = [form.kind, form.link_pattern, form.list_selector, form.date_selector, sorted((form.json_fields or {}).items())]
    return sha256(json.dumps(stated).encode()).hexdigest()[:16]
