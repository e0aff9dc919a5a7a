"""Names of elements that hold no article: menus, comments, related stories, what is hidden."""

import re
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from services.parser.page.tree import Element

_NAMES = (
    r"comment disqus related recommend side-?bar footer foot- masthead breadcrumb newsletter subscri promo sponsor advert ad- "
    r"social share sharing popular trending most-?read read-?more more-?(?:news|stories|articles|from) also-?(?:like|read) "
    r"outbrain taboola widget cookie consent gdpr paywall regwall modal pop-?up tooltip toolbar pagination pager menu "
    r"nav(?:bar|igation)?\b caption credit byline author-?(?:bio|box|info|card) about-?author bio\b tag-?(?:list|cloud|s)\b topics "
    r"copyright disclaimer print-?only screen-?reader sr-only visually-?hidden skip- timestamp dateline metadata meta\b teaser "
    r"card-list carousel slider gallery jump toc\b table-of-contents xgxw qrcode erweima editor bottom login sign-?up survey "
    r"poll\b quiz player embed "
).split()
_CLUTTER = re.compile(
    "|".join(
        (
            *(f"{first}(?:{'|'.join(name[1:] for name in names)})" for first, names in groupby(sorted(_NAMES), itemgetter(0))),
            r"\bads?\b",
            r"\btags\b",
            r"(?<!overflow-)hidden",
        )
    )
)
"""Names of elements that hold no article, in lower case: grouped by their first letters, which halves the time of a search."""
_CLUTTER_TAGS = frozenset("nav footer aside figcaption form button address dialog menu".split())
_NAMING = ("class", "id", "role", "data-testid")
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
LONGEST = 200
"""Characters of a name that are looked at."""


def noise(element: Element, tag: str) -> str:
    """Return what in an element's tag, name or style says that it holds no article, empty where nothing does."""
    if tag in _CLUTTER_TAGS:
        return tag
    for naming in _NAMING:
        if (name := element.get(naming)) and (said := _said_by(name[:LONGEST])):
            return said
    style = element.get("style")
    return "hidden" if element.get("hidden") is not None or (style and _HIDDEN.search(style[:300])) else ""


@lru_cache(maxsize=16384)
def _said_by(name: str) -> str:
    """Return what a name says that is noise, if anything; remembered, since the pages of one site share their names."""
    match = _CLUTTER.search(name.lower())
    return match.group() if match else ""
