"""What a page offers to follow: feeds that it names, links that look like feeds, its own list. Pure, run in worker processes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import lxml.etree
import lxml.html

from services.fetcher.feeds import structure
from services.fetcher.feeds.decode import decode
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.links import absolute
from services.fetcher.feeds.parse import parse
from services.fetcher.feeds.source import read_source
from shared.errors import PoisonError

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json")
LIKE_A_FEED = re.compile(
    r"(?:/feed/?$|/rss/?$|[/.-](?:rss|atom)\b|\.(?:rss|atom|rdf)$|feed\.(?:xml|json)$|rss\.xml|index\.rdf)", re.IGNORECASE
)
USUAL = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml", "/feed.json")
USUAL_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml")
SITEMAP_LINE = re.compile(r"^\s{0,20}sitemap\s{0,20}:\s{0,20}(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
MOST_LINKS, MOST_OFFERS = 5000, 20


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to follow: its address and kind, how it was found, and for a list of links the pattern of its articles."""

    url: str
    kind: str
    found: str
    title: str | None = None
    link_pattern: str | None = None


def offers(body: bytes, headers: Mapping[str, str], url: str) -> list[Offer]:
    """Return what a page offers, the surest first."""
    try:
        return [Offer(url, "feed", "is one", parse(body, headers, url).title)]
    except PoisonError:
        pass
    text = decode(body, headers)
    return [*_named(text, url)[:MOST_OFFERS], *_listing(body, headers, url)]


def _named(text: str, url: str) -> list[Offer]:
    try:
        page = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.ParserError, ValueError):
        return []
    found: dict[str, Offer] = {}
    for link in list(page.iter("link"))[:MOST_LINKS]:
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in FEED_TYPES and (address := absolute(link.get("href"), url)):
            found.setdefault(address, Offer(address, "feed", "<link rel=alternate>", link.get("title")))
    for anchor in list(page.iter("a"))[:MOST_LINKS]:
        address = absolute(anchor.get("href"), url)
        if address and LIKE_A_FEED.search(address.partition("?")[0]):
            found.setdefault(address, Offer(address, "feed", "<a>", " ".join("".join(map(str, anchor.itertext())).split())[:200] or None))
    return list(found.values())


def _listing(body: bytes, headers: Mapping[str, str], url: str) -> list[Offer]:
    try:
        feed, then = read_source(body, headers, url, Form("html-listing"))
    except PoisonError:
        return []
    if then:
        return [Offer(url, "html-listing", "its script loads a list")]
    links = [entry.link for entry in feed.entries if entry.link]
    return [Offer(url, "html-listing", f"{len(links)} links of one shape", feed.title, structure.pattern(links))]


def sitemaps(robots: str, url: str) -> list[Offer]:
    """Return the sitemaps that a robots.txt names, those of news first."""
    found = dict.fromkeys(address for line in SITEMAP_LINE.findall(robots) if (address := absolute(line, url)))
    return sorted((Offer(address, "sitemap", "robots.txt") for address in found), key=lambda offer: "news" not in offer.url.lower())[:5]
