"""Sitemaps as feeds: news sitemaps with titles and dates, plain ones by their addresses, an index by its newest parts; gzip or not.

Source: sitemaps.org protocol 0.9; Google News sitemap 0.9 (at most 1,000 addresses, two days).
"""

import re
import zlib
from collections.abc import Iterator

from lxml import etree

from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.links import absolute
from services.fetcher.feeds.listing import matches
from services.fetcher.feeds.repair import repair
from shared.errors import PoisonError

MOST_ENTRIES = 1000
MOST_PARTS = 3
UNPACKED_LIMIT = 16 * 1024 * 1024
ELSEWHERE = re.compile(r"\{[^}]{0,200}(?:image|video)[^}]{0,200}\}")
GZIP = b"\x1f\x8b"


def unpacked(body: bytes) -> bytes:
    """Return a body without the gzip that ``sitemap.xml.gz`` comes in, itself no content coding.

    Raises:
        PoisonError: ``body-too-large`` beyond `UNPACKED_LIMIT`, ``bad-gzip``.
    """
    if not body.startswith(GZIP):
        return body
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        text = unpacker.decompress(body, UNPACKED_LIMIT)
    except zlib.error as error:
        raise PoisonError("bad-gzip", str(error)) from error
    if unpacker.unconsumed_tail:
        raise PoisonError("body-too-large", f"more than {UNPACKED_LIMIT} bytes unpacked")
    return text


def parse_sitemap(text: str, url: str, form: Form) -> tuple[ParsedFeed, tuple[str, ...]]:
    """Return the articles of a sitemap, the newest first, and the addresses of its newest parts if it is an index.

    Raises:
        PoisonError: ``not-a-sitemap``, or ``empty-list``.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    root = etree.fromstring(repair(text), parser)
    if root is None or not isinstance(root.tag, str) or _name(root) not in ("urlset", "sitemapindex"):
        raise PoisonError("not-a-sitemap", f"its root is {getattr(root, 'tag', None)!r:.80}")
    if _name(root) == "sitemapindex":
        return ParsedFeed("sitemap"), _parts(root, url)
    entries = [entry for entry in _entries(root, url) if not form.link_pattern or matches(form.link_pattern, entry.link or "")]
    if not entries:
        raise PoisonError("empty-list", "no address in the sitemap is an article's")
    entries.sort(key=lambda entry: entry.published or entry.updated or "", reverse=True)
    return ParsedFeed("sitemap", entries=tuple(entries[:MOST_ENTRIES])), ()


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _fields(element: etree._Element) -> dict[str, str]:
    """Return the texts below an element by their names without a namespace; images and videos have a ``loc`` and a title of their own."""
    texts: dict[str, str] = {}
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and not ELSEWHERE.search(child.tag):
            texts.setdefault(_name(child), " ".join((child.text or "").split()))
    return texts


def _parts(root: etree._Element, url: str) -> tuple[str, ...]:
    """Return the parts to read: those that say news, then the last changed, then the last listed."""
    parts = [(fields.get("lastmod", ""), place, link) for place, (link, fields) in enumerate(_located(root, url))]
    parts.sort(key=lambda part: ("news" in part[2].lower(), part[0], part[1]), reverse=True)
    return tuple(link for _, _, link in parts[:MOST_PARTS])


def _located(root: etree._Element, url: str) -> Iterator[tuple[str, dict[str, str]]]:
    for element in root:
        if isinstance(element.tag, str):
            fields = _fields(element)
            if link := absolute(fields.get("loc"), url):
                yield link, fields


def _entries(root: etree._Element, url: str) -> Iterator[ParsedEntry]:
    for link, fields in _located(root, url):
        yield ParsedEntry(
            title=fields.get("title") or None,
            link=link,
            published=fields.get("publication_date") or None,
            updated=fields.get("lastmod") or None,
            tags=tuple(tag.strip() for tag in fields.get("keywords", "").split(",") if tag.strip())[:20],
            language=fields.get("language") or None,
        )
