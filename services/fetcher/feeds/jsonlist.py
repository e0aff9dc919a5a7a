"""Lists in JSON: items at a path, or HTML inside JSON, as sites serve them to their own scripts."""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import urlencode

from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.links import absolute
from services.fetcher.feeds.listing import MOST_ENTRIES, matches, parse_html
from services.fetcher.feeds.rows import stated_date
from shared.errors import PoisonError

DEEPEST = 6
SCRIPT = re.compile(r"<script\b([^>]{0,4000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\b(url|querydata)\s{0,5}=\s{0,5}(?:"([^"]{1,3000})"|'([^']{1,3000})')""", re.IGNORECASE)
PAIR = re.compile(r"""["']?([\w.-]{1,60})["']?\s{0,5}:\s{0,5}["']([^"']{0,500})["']""")
TAGS = re.compile(r"<[^<>]{0,500}>")


def parse_list(text: str, url: str, form: Form) -> ParsedFeed:
    """Return the articles of a list in JSON.

    Raises:
        PoisonError: ``bad-json``, or ``empty-list``.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PoisonError("bad-json", f"{error}") from error
    fields = form.json_fields or {}
    if "items" not in fields:
        html = _html(document, fields.get("html"))
        selectors = Form("html-listing", form.link_pattern, fields.get("item") or form.list_selector, fields.get("published"))
        return parse_html(html, url, selectors)
    found = [entry for item in _at(document, fields["items"]) if isinstance(item, dict) and (entry := _entry(item, url, fields))]
    entries = [entry for entry in found if not form.link_pattern or matches(form.link_pattern, entry.link or "")]
    if not entries:
        raise PoisonError("empty-list", f"no article at {fields['items']!r}")
    return ParsedFeed("listing", entries=tuple(entries[:MOST_ENTRIES]))


def _at(value: object, path: str) -> Iterator[object]:
    """Yield what is at a path: names joined by dots, ``[]`` after one for each member of its list; a list at the end is its members."""
    values = [value]
    for name in filter(None, path.split(".")):
        values = [found for each in values if isinstance(each, dict) and (found := each.get(name.removesuffix("[]"))) is not None]
        if name.endswith("[]"):
            values = [member for each in values if isinstance(each, list) for member in each]
    for each in values:
        yield from each if isinstance(each, list) else [each]


def _entry(item: dict[str, object], url: str, fields: Mapping[str, str]) -> ParsedEntry | None:
    def text(name: str) -> str | None:
        value = next(_at(item, fields[name]), None) if name in fields else None
        plain = unescape(TAGS.sub("", str(value))) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        return " ".join(plain.split()) or None

    link = absolute(text("url"), url)
    if link is None:
        return None
    written = text("published") or ""
    return ParsedEntry(text("id"), text("title"), link, stated_date(written) or written or None, summary=text("summary"))


def _html(document: object, path: str | None) -> str:
    """Return the HTML at a path, without one the longest text with a link in it."""
    if path:
        return "".join(value for value in _at(document, path) if isinstance(value, str))
    return max((text for text in _texts(document, DEEPEST) if "<a" in text.lower()), key=len, default="")


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth > 0 and isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member, depth - 1)


def second_address(text: str, url: str) -> str | None:
    """Return the address of the list that a page's script loads (``url`` and ``queryData`` of its tag), None if there is none."""
    for script in SCRIPT.findall(text):
        stated = {name.lower(): unescape(double or single) for name, double, single in ATTRIBUTE.findall(script)}
        if "url" in stated and "querydata" in stated:
            query = urlencode(PAIR.findall(stated["querydata"]))
            return absolute(f"{stated['url']}{'&' if '?' in stated['url'] else '?'}{query}", url)
    return None
