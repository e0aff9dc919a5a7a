"""What a page says of itself: title, dates, authors, description, canonical address, language; JSON-LD, then meta, then visible text."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from services.parser.page import jsonld
from services.parser.page.address import absolute
from services.parser.page.dates import Candidate, read
from services.parser.page.tree import Element

_DATE_NAMES = (
    "article:published_time og:published_time og:article:published_time datepublished date_published publishdate publish-date publish_date "
    "pubdate dc.date.issued dcterms.created dc.date.created dc.date dcterms.date dcterms.issued date sailthru.date parsely-pub-date "
    "article.published published-date article_date_original cxenseparse:recs:publishtime originalpublicationdate "
    "shareaholic:article_published_time bt:pubdate cre_date release_date"
).split()
_AUTHOR_NAMES = (
    "author article:author byl parsely-author sailthru.author dc.creator dcterms.creator article.author cxenseparse:author dc.contributor"
).split()
_DATE_CLASS = re.compile(r"date|time|publi|posted|created|meta|byline|info|source|pubtime|dateline", re.I)
_DIGITS = re.compile(r"\d{4}|\d{1,2}[./]\d{1,2}|\d+\s*(?:小时|小時|分钟|分鐘|天|hours?|minutes?|days?)")
_AUTHOR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|byline|by-line|writer|reporter|contributor)(?:[\s_-]*(?:name|link|names|s))?(?:$|\s)", re.I
)
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?([01]\d)[/-]?([0-3]\d)(?:[/_.-]|\d{0,10}[/_.-]|$)")
SEEN = 60
"""Visible elements of a kind that are looked at."""


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
    canonical_url: str | None
    language: str | None
    site: str | None


def metadata(root: Element, url: str) -> Metadata:
    """Return what the page at `url` says of itself; call it before the tree is changed by the walk over its blocks."""
    meta, ld = _meta(root), jsonld.article(root)
    stated = _dates(meta, ld)
    return Metadata(
        meta=meta,
        ld=ld,
        dates=(*stated, *(() if any(read(date.raw, date.origin) for date in stated) else _visible_dates(root)), *_url_date(url)),
        authors=_authors(root, meta, ld),
        headings=tuple(filter(None, (_inner(heading) for heading in _first(root, "h1")))),
        page_title=next((_inner(title) for title in root.iter("title")), None),
        description=meta.get("description")
        or meta.get("og:description")
        or jsonld.text(ld.get("description"))
        or meta.get("twitter:description"),
        canonical_url=_canonical(root, meta, ld, url),
        language=root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or meta.get("og:locale")
        or meta.get("content-language"),
        site=meta.get("og:site_name") or jsonld.text(ld.get("publisher")),
    )


def _meta(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content and content.strip() and len(found) < 300:
            found.setdefault(name.strip().lower()[:80], content.strip())
    return found


def _dates(meta: dict[str, str], ld: dict[str, Any]) -> list[Candidate]:
    stated = [Candidate(value, "json-ld") for name in ("datePublished", "dateCreated") if (value := jsonld.text(ld.get(name)))]
    stated += [Candidate(meta[name], "meta") for name in _DATE_NAMES if name in meta]
    return stated


def _visible_dates(root: Element) -> list[Candidate]:
    found = [Candidate(element.get("datetime") or _inner(element), "text") for element in _first(root, "time")]
    marked = _named(root, "itemprop", "datePublished")
    found += [Candidate(element.get("content") or element.get("datetime") or _inner(element), "text") for element in marked]
    for element in root.iter("span", "div", "p", "li", "td", "em", "i", "small", "font", "h4", "h5"):
        if len(found) >= SEEN:
            break
        name = element.get("class") or element.get("id")
        if name and len(element) <= 8 and _DATE_CLASS.search(name):
            text = _inner(element)
            if 6 <= len(text) <= 100 and _DIGITS.search(text):
                found.append(Candidate(text, "text"))
    return found


def _url_date(url: str) -> list[Candidate]:
    match = _URL_DAY.search(urlsplit(url).path)
    return [Candidate("-".join(match.groups()), "url")] if match else []


def _authors(root: Element, meta: dict[str, str], ld: dict[str, Any]) -> tuple[str, ...]:
    if found := tuple(jsonld.names(ld.get("author"))):
        return found
    if found := tuple(meta[name] for name in _AUTHOR_NAMES if name in meta and not meta[name].startswith("http")):
        return found[:1]
    links = [_inner(element) for element in (*_named(root, "rel", "author"), *_named(root, "itemprop", "author"))]
    if links := [link for link in links if 3 <= len(link) <= 80]:
        return tuple(dict.fromkeys(links))
    for element in root.iter("a", "span", "div", "p"):
        if (
            (name := element.get("class"))
            and _AUTHOR_CLASS.search(name)
            and len(element) <= 10
            and 3 <= len(text := _inner(element)) <= 100
        ):
            return (text,)
    return ()


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


def _inner(element: Element) -> str:
    """Return the text inside an element on one line, at most 1,000 characters."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(str(part))
        size += len(part)
        if size > 1000:
            break
    return " ".join(" ".join(parts).split())[:1000]
