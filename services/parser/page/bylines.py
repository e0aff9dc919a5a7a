"""Authors where a page shows them: marked links and elements, addresses of authors' own pages, lines that begin with "By"."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from services.parser.page.authors import tidy
from services.parser.page.tree import Element, inner

ELEMENTS, SEEN = 20_000, 200
"""Elements whose names are looked at, and those named like a byline that are read."""

_TAGS = ("a", "span", "div", "p", "address", "li", "h4", "strong", "em", "small", "td")
_NAMED = re.compile(r"author|byline|contributor|writer|reporter", re.I)
_ASIDE = re.compile(r"bio|avatar|image|img|photo|social|comment|bookmark|follow|desc|more|related|footer|card-list|testimonial", re.I)
_BY = re.compile(
    r"(?:^|[|·•]\s*)(?:[Ww]ritten by|WRITTEN BY|[Bb]y|BY|Von|VON|Par|Por|[Pp]osted by|[Pp]ublished by|Authors?\s?:)\s*:?\s+"
    r"((?:(?:[Dd]r|[Pp]rof)\.? )?[A-ZÀ-Þ][\w'’.-]{0,20}(?: (?:(?:de|van|von|der|den|bin|al|la|le|and|und|&) )?[A-ZÀ-Þ][\w'’.-]{0,20}){1,6})"
)
_WORD = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w'’.-]*$|(?:de|van|von|der|den|da|di|del|la|le|bin|al|el|y|ter)$")


def marked(root: Element, publisher: str | None) -> tuple[str, ...]:
    """Return the names in the first element that is marked as the author's and holds nothing but names."""
    marks = (element for element in islice(root.iter(*_TAGS), ELEMENTS) if _is_marked(element.get("class") or "", element))
    for element in islice(marks, SEEN):
        if len(element) > 10:
            continue
        text = inner(element)
        if 4 <= len(text) <= 120 and (names := [name for name in tidy((text,), publisher) if is_person(name)]):
            return tuple(names)
    return ()


def _is_marked(name: str, element: Element) -> bool:
    """Say whether an element is named like a byline, or leads to an author's own page."""
    if (name and _is_named(name)) or element.get("itemprop") == "author":
        return True
    if element.tag != "a":
        return False
    link = element.get("href", "")
    return element.get("rel") == "author" or (_is_of_author(link) and not _ASIDE.search(name))


def _is_of_author(link: str) -> bool:
    """Say whether a link leads to an author's page; most links are told apart by the first look."""
    return ("/aut" in link and ("/author" in link or "/autor" in link)) or "/contributor" in link


@lru_cache(maxsize=4096)
def _is_named(name: str) -> bool:
    return _NAMED.search(name) is not None and _ASIDE.search(name) is None


def spoken(lines: Iterable[str], publisher: str | None) -> tuple[str, ...]:
    """Return the names in the first line that begins with "By" and goes on like a name."""
    for line in lines:
        if (match := _BY.search(line[:150])) and (names := [name for name in tidy((match[1],), publisher) if is_person(name)]):
            return tuple(names)
    return ()


def is_person(name: str) -> bool:
    """Say whether a name has the form of a person's in Latin script: two to five words that begin with a capital, particles apart."""
    words = name.split()
    return 2 <= len(words) <= 5 and all(_WORD.match(word) for word in words)
