"""Which links of a page are its list of articles, told by their form alone.

Links of one shape (digits and long words blotted out) are a group; the group whose titles say most wins. Menus have short titles, and
one link each of many shapes.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

LEAST = 3
TITLE_WIDTH = 16
"""Least mean width of the titles of a list; a Chinese character is as wide as two letters."""
MOST_WIDTH = 80
DIGITS = re.compile(r"\d+")
HEX = re.compile(r"[0-9a-f]{16,}")
SLUG = re.compile(r"[^/]*(?:[-_][^/-]+){2,}|[^/]{24,}")
WIDE = re.compile("[\u3000-\u9fff\uff00-\uffef]")


def shape(link: str) -> str:
    """Return a link's shape: its host and path with hex, numbers and slugs blotted out, and the names of its query."""
    parts = urlsplit(link)
    segments = [_blot(segment) for segment in parts.path.split("/")]
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return f"{parts.netloc}{'/'.join(segments)}?{'&'.join(names)}"


def _blot(segment: str) -> str:
    stem, dot, ending = segment.rpartition(".")
    if not dot or len(ending) > 6:
        stem, dot, ending = segment, "", ""
    stem = HEX.sub("h", stem.lower())
    return ("s" if SLUG.fullmatch(stem) else DIGITS.sub("0", stem)) + dot + ending


def articles(titles: Mapping[str, str], url: str) -> list[str]:
    """Return the links of the list, in the page's order; empty if there is none.

    Args:
        titles: Of each link on the page, by the link.
        url: Of the page; links to other sites are no part of its list.
    """
    host = _site(url)
    groups: dict[str, list[str]] = {}
    for link in titles:
        if _site(link) == host and urlsplit(link).path.strip("/"):
            groups.setdefault(shape(link), []).append(link)
    best = max(groups.values(), key=lambda links: _weight(titles[link] for link in links), default=[])
    return best if _weight(titles[link] for link in best) > 0 else []


def _site(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _weight(titles: Iterable[str]) -> float:
    widths = [min(MOST_WIDTH, len(title) + len(WIDE.findall(title))) for title in titles]
    return float(sum(widths)) if len(widths) >= LEAST and sum(widths) >= TITLE_WIDTH * len(widths) else 0.0


def pattern(links: Iterable[str]) -> str:
    """Return a link pattern that fits links of one shape: what is equal in all of them stays, numbers and slugs may vary."""
    first = next(iter(links), "")
    parts = urlsplit(first)
    path = "/".join(_loose(segment) for segment in parts.path.split("/"))
    query = "&".join(f"{re.escape(pair.partition('=')[0])}=[^&]+" for pair in parts.query.split("&") if pair)
    return f"^https?://{re.escape(parts.netloc)}{path}{rf'[?]{query}' if query else ''}$"


def _loose(segment: str) -> str:
    blotted = _blot(segment)
    stem, dot, ending = segment.rpartition(".") if "." in blotted else (segment, "", "")
    if blotted.startswith("s") and SLUG.fullmatch(stem.lower()):
        return r"[^/]+" + re.escape(dot + ending)
    return DIGITS.sub(lambda _: r"\d+", HEX.sub("H", re.escape(segment))).replace("H", "[0-9a-f]+")
