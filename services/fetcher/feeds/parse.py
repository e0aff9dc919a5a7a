"""Any bytes into a feed, or a reason why they are none. JSON Feed by our own code, everything else by feedparser."""

import re
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from services.fetcher.feeds import strict, wishes
from services.fetcher.feeds.decode import decode
from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.jsonfeed import ENTRY_LIMIT, parse_json
from services.fetcher.feeds.links import absolute
from services.fetcher.feeds.repair import repair
from services.fetcher.feeds.times import rfc3339
from services.fetcher.feeds.wishes import Wishes
from shared.errors import PoisonError

ROOT = re.compile(r"\s*(?:<(?:[!?])[^>]{0,2000}>\s*){0,20}<(?:[\w.-]{1,60}:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)

PLAIN = {"rel": "alternate", "type": "text/html"}
"""What feedparser says of a ``<link>`` without attributes, besides where it leads."""

Found = dict[str, Any]


def parse(body: bytes, headers: Mapping[str, str], url: str | None) -> ParsedFeed:
    """Return the feed in a response's body.

    Args:
        body: With its content codings undone.
        headers: The response's, names in any case; ``content-type`` and ``content-language`` matter.
        url: Where it came from, for relative links.

    Raises:
        PoisonError: ``not-a-feed`` if nothing in it is a feed.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    text = decode(body, headers)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return parse_json(start, url)
    base = urljoin(url or "", headers.get("content-location", "")) or None
    found = _with_feedparser(repair(start), headers.get("content-language"), base if base and "xml:base" in start else "")
    if not (found.get("version") or found["entries"] or ROOT.match(start[:50_000])):
        raise PoisonError("not-a-feed", "neither RSS nor Atom nor JSON Feed")
    return _feed(found, base, wishes.read(start))


def _with_feedparser(body: bytes, language: str | None, base: str) -> Found:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return strict.read(body, language, base)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # feedparser raises whatever its loose parser trips over
        raise PoisonError("not-a-feed", f"feedparser: {type(error).__name__}: {error}") from error


def _feed(found: Found, base: str | None, stated: Wishes) -> ParsedFeed:
    feed, version = found["feed"], found.get("version") or "unknown"
    others = _names(feed) if version.startswith("atom") else ()
    return ParsedFeed(
        format=version,
        title=_text(feed, "title"),
        link=absolute(_site(feed), base),
        language=_text(feed, "language"),
        updated=rfc3339(_text(feed, "updated"), dict.get(feed, "updated_parsed")),
        wishes=stated,
        entries=tuple(_entry(entry, base, others) for entry in found["entries"][:ENTRY_LIMIT]),
    )


def _site(feed: Found) -> str | None:
    """Return the feed's link: the last plain one, since feedparser lets a later ``atom:link`` win over the feed's own.

    It also puts the id in the place of a link that is missing; an address of any kind is better.
    """
    link = _text(feed, "link")
    own = [other["href"] for other in _dicts(feed, "links") if dict(other) == PLAIN | {"href": other.get("href")}]
    if link and own and isinstance(own[-1], str):
        return own[-1].strip() or link
    if link and not (link == _text(feed, "id") and not link.startswith("http")):
        return link
    return next((href for other in _dicts(feed, "links") if (href := _text(other, "href"))), link)


def _entry(entry: Found, base: str | None, others: tuple[str, ...]) -> ParsedEntry:
    """Return an entry; where it names no author, its source's count, then `others`: those of an Atom feed (RFC 4287 section 4.2.1)."""
    summary, content = _texts(entry)
    return ParsedEntry(
        guid=_text(entry, "id"),
        title=_text(entry, "title"),
        link=absolute(_text(entry, "link"), base),
        published=rfc3339(_text(entry, "published"), dict.get(entry, "published_parsed")),
        updated=rfc3339(_text(entry, "updated"), dict.get(entry, "updated_parsed")),
        summary=summary,
        content=content,
        authors=_names(entry) or _names(dict.get(entry, "source")) or others,
        tags=tuple(dict.fromkeys(term for tag in _dicts(entry, "tags") if (term := _text(tag, "term")))),
        language=_language(entry),
    )


def _texts(entry: Found) -> tuple[str | None, str | None]:
    """Return summary and content; feedparser calls the content the summary where there is no other."""
    contents = [value for content in _dicts(entry, "content") if (value := _text(content, "value"))]
    content = max(contents, key=len, default=None)
    summary = _text(entry, "summary")
    return (None if content is not None and summary == content else summary), content


def _names(stated: object) -> tuple[str, ...]:
    """Return the authors that an entry, a source or a feed names."""
    people = _dicts(stated, "authors") if isinstance(stated, dict) else []
    return tuple(dict.fromkeys(name for person in people if (name := _text(person, "name") or _text(person, "email"))))


def _language(entry: Found) -> str | None:
    for part in (*_dicts(entry, "content"), dict.get(entry, "title_detail")):
        if isinstance(part, dict) and (language := _text(part, "language")):
            return language
    return None


def _dicts(found: Found, name: str) -> list[Found]:
    value = dict.get(found, name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(found: Found, name: str) -> str | None:
    """Return a value as stripped text; ``dict.get`` keeps feedparser from answering `updated` with `published`."""
    value = dict.get(found, name)
    return (value.strip() or None) if isinstance(value, str) else None
