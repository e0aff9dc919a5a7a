"""Names of elements that hold no article: menus, comments, related stories, what is hidden."""

import re
from functools import lru_cache

from services.parser.page.tree import Element

_CLUTTER = re.compile(
    r"comment|disqus|related|recommend|side-?bar|footer|foot-|masthead|breadcrumb|newsletter|subscri|promo|sponsor|advert|\bads?\b|ad-|"
    r"social|share|sharing|popular|trending|most-?read|read-?more|more-?(?:news|stories|articles|from)|also-?(?:like|read)|"
    r"outbrain|taboola|widget|"
    r"cookie|consent|gdpr|paywall|regwall|modal|pop-?up|tooltip|toolbar|pagination|pager|menu|nav(?:bar|igation)?\b|caption|credit|byline|"
    r"author-?(?:bio|box|info|card)|about-?author|bio\b|tag-?(?:list|cloud|s)\b|\btags\b|topics|copyright|disclaimer|print-?only|"
    r"screen-?reader|"
    r"sr-only|visually-?hidden|(?<!overflow-)hidden|skip-|timestamp|dateline|metadata|meta\b|teaser|card-list|carousel|slider|gallery|jump|toc\b|"
    r"table-of-contents|"
    r"xgxw|qrcode|erweima|editor|bottom|login|sign-?up|survey|poll\b|quiz|player|embed"
)
"""Names of elements that hold no article, in lower case: matching without regard to case takes three times as long."""
_CLUTTER_TAGS = frozenset("nav footer aside figcaption form button address dialog menu".split())
_NAMING = frozenset(("class", "id", "role", "data-testid"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)


@lru_cache(maxsize=4096)
def _clutter_in(name: str) -> str:
    """Return what in a class or an id says noise, if anything; remembered, since the pages of one site share their names."""
    match = _CLUTTER.search(name.lower())
    return match.group() if match else ""


def noise(element: Element) -> str:
    """Return what in an element's tag, name or style says that it holds no article, empty where nothing does."""
    if element.tag in _CLUTTER_TAGS:
        return str(element.tag)
    for name, value in element.items():
        if name in _NAMING:
            if said := _clutter_in(str(value)[:200]):
                return said
        elif name == "hidden" or (name == "style" and _HIDDEN.search(str(value)[:300])):
            return "hidden"
    return ""
