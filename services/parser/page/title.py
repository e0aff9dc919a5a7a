"""The title of a page: the heading that agrees with what the page calls itself."""

import html
import re

from services.parser.page import jsonld
from services.parser.page.metadata import Metadata
from shared.text.fold import key, line

LONGEST = 400
"""Characters of a title."""
SHARED_WORDS = 0.4
"""Share of a heading's words that one of the page's own titles must have, if it does not hold the whole heading."""

LEAST_PART = 0.2
"""Share of a stated title that a heading inside it has at least: less is a word of it, the heading of a section say."""

_SUFFIX = re.compile(r"\s+[|·•»–—:-]+\s+|\s*[|_｜]\s*|\s*[-–—]\s*(?=[^\s-]{2,12}$)")
_EDGE = " |·•»–—:-_｜"
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


def title(found: Metadata) -> str | None:
    """Return the heading that agrees with what the page says of itself, else the headline of JSON-LD, else ``og:title`` or ``<title>``.

    A title that a news page states three times stands before a heading that says something else. The site's name is no title.
    """
    graph, page = (_without_site(text, found.site) for text in (found.meta.get("og:title"), found.page_title))
    headline = html.unescape(jsonld.text(found.ld.get("headline")) or "")
    stated = [tidied for text in (graph, headline, page) if text and (tidied := _tidy(text))]
    headings = tuple(heading for heading in found.headings if not _is_site(heading, found))
    heading = _agreeing(headings, [text for text in (found.meta.get("og:title"), found.page_title, headline) if text])
    if (
        graph
        and jsonld.is_news(found.ld)
        and _is_stated_thrice(found, headline)
        and not (heading and _overlap(key(headline), key(heading)))
    ):
        return _tidy(graph if key(graph) == key(headline) else headline)
    if heading is None:
        return (_tidy(headline) if headline else None) or next(iter([*stated, *filter(None, map(_tidy, found.headings))]), None)
    return next((text for text in stated if _spells(text, heading)), _tidy(heading))


def _is_site(heading: str, found: Metadata) -> bool:
    """Say whether a heading is the site's name, as the page gives it or as ``<title>`` ends with it."""
    text, page = key(heading), found.page_title or ""
    last = _SUFFIX.split(page)[-1]
    return text == key(found.site or "") or (text == key(last) and 2 * len(last) < len(page))


def _is_stated_thrice(found: Metadata, headline: str) -> bool:
    """Say whether ``og:title`` and ``<title>``, perhaps with the site's name, are the headline of JSON-LD."""
    text, graph, page = key(headline), found.meta.get("og:title") or "", found.page_title or ""
    return bool(text) and text in (key(graph), key(_without_site(graph, found.site) or "")) and text in key(page)


def _agreeing(headings: tuple[str, ...], stated: list[str]) -> str | None:
    """Return the longest heading that a title of the page holds, else the first that shares enough words with one."""
    keys = [key(text) for text in stated]
    held = [heading for heading in headings if any(_holds(other, key(heading)) for other in keys)]
    if held:
        return max(held, key=len)
    words = [set(_WORD.findall(text.lower())) for text in stated]
    return next((heading for heading in headings if any(_shares(_WORD.findall(heading.lower()), other) for other in words)), None)


def _holds(whole: str, part: str) -> bool:
    """Say whether one key holds the other, the heading perhaps with a kicker before the title."""
    if part in whole:
        return len(part) >= max(4, LEAST_PART * len(whole))
    return len(whole) >= 12 and whole in part and len(part) < 2 * len(whole)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _shares(words: list[str], others: set[str]) -> bool:
    return len(words) >= 3 and sum(word in others for word in words) >= SHARED_WORDS * len(words)


def _spells(text: str, heading: str) -> bool:
    """Say whether a stated title is the heading itself, more of it, or the heading without its kicker; its spelling is the better one."""
    one, other = key(text), key(heading)
    return one == other or (len(other) >= 12 and one.endswith(other)) or (len(one) * 2 > len(other) and other.endswith(one))


def _tidy(text: str) -> str | None:
    return line(text)[:LONGEST].strip() or None


def _without_site(text: str | None, site: str | None) -> str | None:
    """Return a page's title without a last part that is the site's name, or short."""
    parts = _SUFFIX.split(text or "")
    if not text or len(parts) < 2:
        return text
    last = parts[-1]
    is_site = bool(site) and key(last) == key(site or "")
    return text[: text.rfind(last)].rstrip(_EDGE) if is_site or (len(last.split()) <= 5 and len(parts[0]) >= len(last)) else text
