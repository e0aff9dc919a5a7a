"""An HTML page that lists articles, as a feed: for sites that have none.

Links are kept with their query (ids hide in it). Of several links to one article the longest title counts. A row is the largest
element around a link that holds no other article; its date is the one that the selector names, a ``<time>``, or the first in its text;
else the day in the address counts.
"""

import re
import warnings
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.links import absolute
from services.fetcher.feeds.rows import best_title, linked_date, stated_date
from services.fetcher.feeds.structure import articles
from shared.errors import PoisonError

MOST_LINKS, MOST_ENTRIES = 5000, 300
CLIMB = 5
ROW_TEXT = 2000


def parse_html(text: str, url: str, form: Form) -> ParsedFeed:
    """Return the articles that a page lists, in its order.

    Args:
        text: Of the page.
        url: Where it came from.
        form: Which links are articles.

    Raises:
        PoisonError: ``empty-list`` if it lists none.
    """
    page = _soup(text)
    base = page.find("base", href=True)
    found = list(_links(page, urljoin(url, str(base["href"])) if isinstance(base, Tag) else url, form.list_selector))
    wanted = _wanted(found, url, form)
    entries = [_entry(link, tags, wanted, form.date_selector) for link, tags in wanted.items()]
    if not entries:
        raise PoisonError("empty-list", "no link on the page is an article's")
    language = page.html.get("lang") if page.html else None
    title = page.title.get_text(strip=True) if page.title else ""
    return ParsedFeed("listing", title[:300] or None, url, str(language) if language else None, entries=tuple(entries[:MOST_ENTRIES]))


def _soup(text: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it may well be XML, or an address
        return BeautifulSoup(text, "lxml")


def _links(page: BeautifulSoup, base: str, selector: str | None) -> Iterator[tuple[str, Tag]]:
    chosen = page.select(selector, limit=MOST_LINKS) if selector else page.find_all("a", href=True, limit=MOST_LINKS)
    for tag in chosen:
        anchor = tag if tag.name == "a" else tag.find("a", href=True)
        link = absolute(str(anchor.get("href") or ""), base) if isinstance(anchor, Tag) else None
        if isinstance(anchor, Tag) and link:
            yield link.partition("#")[0], anchor


def _wanted(found: list[tuple[str, Tag]], url: str, form: Form) -> dict[str, list[Tag]]:
    """Return the article links, each with its anchors."""
    groups: dict[str, list[Tag]] = {}
    for link, anchor in found:
        groups.setdefault(link, []).append(anchor)
    if form.link_pattern:
        return {link: tags for link, tags in groups.items() if matches(form.link_pattern, link)}
    if form.list_selector:
        return groups
    kept = articles({link: _title(tags) for link, tags in groups.items()}, url)
    return {link: groups[link] for link in kept}


def matches(pattern: str, link: str) -> bool:
    """Say whether a link pattern is found in a link or in its path with the query."""
    parts = urlsplit(link)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return bool(re.search(pattern, link) or re.search(pattern, path))


def _title(anchors: list[Tag]) -> str:
    return max((best_title(anchor.get_text(" "), str(anchor.get("title") or "")) for anchor in anchors), key=len)


def _entry(link: str, anchors: list[Tag], wanted: dict[str, list[Tag]], date_selector: str | None) -> ParsedEntry:
    others = {id(tag) for other, tags in wanted.items() if other != link for tag in tags}
    published = next((when for anchor in anchors if (when := _date(_row(anchor, others), date_selector))), None)
    return ParsedEntry(title=_title(anchors) or None, link=link, published=published or linked_date(link))


def _row(anchor: Tag, others: set[int]) -> Tag:
    """Return the largest element around a link, few steps up, that holds no link of another article."""
    row = anchor
    for parent in list(anchor.parents)[:CLIMB]:
        if parent.name in ("body", "html", "[document]") or any(id(tag) in others for tag in parent.find_all("a", limit=200)):
            break
        row = parent
    return row


def _date(row: Tag, selector: str | None) -> str | None:
    if selector and (chosen := row.select_one(selector)) and (when := stated_date(chosen.get_text(" ")[:ROW_TEXT])):
        return when
    stamp = row.find("time", attrs={"datetime": True})
    if isinstance(stamp, Tag) and (when := stated_date(str(stamp["datetime"])[:100])):
        return when
    return stated_date(row.get_text(" ")[:ROW_TEXT])
