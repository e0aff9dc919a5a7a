"""What a page says of itself: title, dates, authors, description, canonical address, language; JSON-LD, then meta, then visible text."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from services.parser.page import jsonld
from services.parser.page.address import absolute
from services.parser.page.authors import tidy
from services.parser.page.bylines import marked
from services.parser.page.dates import Candidate, read
from services.parser.page.tree import Element, inner

_DATE_NAMES = (
    "article:published_time og:published_time og:article:published_time datepublished date_published publishdate publish-date publish_date "
    "pubdate dc.date.issued dcterms.created dc.date.created dc.date dcterms.date dcterms.issued date sailthru.date parsely-pub-date "
    "article.published published-date article_date_original cxenseparse:recs:publishtime originalpublicationdate "
    "shareaholic:article_published_time bt:pubdate cre_date release_date"
).split()
_AUTHOR_NAMES = (
    "author article:author byl parsely-author sailthru.author dc.creator dcterms.creator article.author cxenseparse:author dc.contributor"
).split()
_DATED_TAGS = "span div p li td em i small font h4 h5".split()
_DATED = re.compile(r"date|time|publi|posted|created|meta|byline|info|source", re.I)
_UPDATED = re.compile(r"updat|modif|aktualis|mis à jour|更新|修改", re.I)
_DIGITS = re.compile(r"\d{4}|\d{1,2}[./]\d{1,2}|\d+\s*(?:小时|小時|分钟|分鐘|天|hours?|minutes?|days?)")
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?([01]\d)[/-]?([0-3]\d)(?:[/_.-]|\d{0,10}[/_.-]|$)")
SEEN = 60
"""Visible elements of a kind that are looked at."""
ELEMENTS = 20_000
"""Elements whose names are looked at: the longest real pages have half as many."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found, best first; nothing is cleaned yet but addresses, which are absolute http(s) ones."""

    meta: dict[str, str]
    ld: dict[str, Any]
    dates: tuple[Candidate, ...]
    authors: tuple[str, ...]
    headings: tuple[str, ...]
    page_title: str | None
    description: str | None
    abstract: str | None
    canonical_url: str | None
    language: str | None
    site: str | None


def metadata(root: Element, url: str) -> Metadata:
    """Return what the page at `url` says of itself; call it before the tree is changed by the walk over its blocks."""
    meta, page_title = _meta(root), next((inner(title) for title in root.iter("title")), None)
    ld = jsonld.article(root, (meta.get("og:title"), page_title))
    stated = _dates(root, meta, ld)
    publisher = meta.get("og:site_name") or jsonld.text(ld.get("publisher"))
    return Metadata(
        meta=meta,
        ld=ld,
        dates=(*stated, *(() if any(read(date.raw, date.origin) for date in stated) else _visible_dates(root)), *_url_date(url)),
        authors=_authors(root, meta, ld, publisher),
        headings=tuple(filter(None, (inner(heading) for heading in _first(root, "h1")))),
        page_title=page_title,
        description=meta.get("description")
        or meta.get("og:description")
        or jsonld.text(ld.get("description"))
        or meta.get("twitter:description"),
        abstract=jsonld.text(ld.get("abstract")),
        canonical_url=_canonical(root, meta, ld, url),
        language=root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or meta.get("og:locale")
        or meta.get("content-language"),
        site=publisher,
    )


def _meta(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content and content.strip() and len(found) < 300:
            found.setdefault(name.strip().lower()[:80], content.strip())
    return found


def _dates(root: Element, meta: dict[str, str], ld: dict[str, Any]) -> list[Candidate]:
    stated = [Candidate(value, "json-ld") for name in ("datePublished", "dateCreated") if (value := jsonld.text(ld.get(name)))]
    stated += [] if stated else [Candidate(value, "json-ld") for value in jsonld.dates(root)]
    stated += [Candidate(meta[name], "meta") for name in _DATE_NAMES if name in meta]
    return stated


def _visible_dates(root: Element) -> list[Candidate]:
    """Return what is marked as a date, then what is named like one; where only an update is told, that comes last."""
    marked = _named(root, "itemprop", "datePublished")
    found = [element.get("content") or element.get("datetime") or inner(element) for element in marked]
    found += [element.get("datetime") or inner(element) for element in _first(root, "time")]
    for element in islice(root.iter(*_DATED_TAGS), ELEMENTS):
        name = element.get("class") or element.get("id")
        if name and _is_dated(name) and len(element) <= 8:
            text = inner(element)
            if 6 <= len(text) <= 100 and _DIGITS.search(text):
                found.append(text)
                if len(found) >= SEEN:
                    break
    return [Candidate(text, "text") for text in sorted(found, key=lambda text: _UPDATED.search(text) is not None)]


@lru_cache(maxsize=4096)
def _is_dated(name: str) -> bool:
    return _DATED.search(name) is not None


def _url_date(url: str) -> list[Candidate]:
    match = _URL_DAY.search(urlsplit(url).path)
    return [Candidate("-".join(match.groups()), "url")] if match else []


def _authors(root: Element, meta: dict[str, str], ld: dict[str, Any], publisher: str | None) -> tuple[str, ...]:
    """Return the authors that JSON-LD names, else meta, else marked elements; a publisher or a user name only where there is no other."""
    linked = tuple(jsonld.names(ld.get("author")))
    named = tuple(meta[name] for name in _AUTHOR_NAMES if name in meta)[:1]
    if found := tidy(linked, publisher):
        return found
    found = tidy(named, publisher)
    if any(" " in name or not name.isascii() for name in found):
        return found
    return marked(root, publisher) or found or tidy(linked)


def _canonical(root: Element, meta: dict[str, str], ld: dict[str, Any], url: str) -> str | None:
    links = (link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    for link in (next(links, None), meta.get("og:url"), jsonld.text(ld.get("url"))):
        if found := absolute(link, url):
            return found
    return None


def _named(root: Element, attribute: str, value: str) -> list[Element]:
    """Return the first elements whose attribute has this value."""
    found = root.xpath(f"(//*[@{attribute}='{value}'])[position() <= 6]")
    return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []


def _first(root: Element, tag: str) -> list[Element]:
    return [element for element, _ in zip(root.iter(tag), range(8), strict=False)]
