"""A page's text to lxml's tree.

With ``huge_tree`` libxml2 reads elements 2,048 deep instead of 255 (what lies deeper is lost with all that follows it) and texts of more
than 10 MB; time and memory stay linear, and the fetcher bounds the page.
"""

import re
from collections.abc import Iterator

from lxml import etree

Element = etree._Element

TAGS_LIMIT = 150_000
"""Tags of a page that are read, opening and closing ones: libxml2 takes 150 bytes for the least of them. Real pages have 20,000 at most."""

LONG_TAG, ATTRIBUTES_LIMIT = 5_000, 1_000
"""Characters of a tag whose attributes are counted, and how many it may have."""

_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")


def tree(text: str) -> Element | None:
    """Return the root of the page, None where there is no element at all.

    The text is handed over as UTF-8, so that a charset inside it cannot lie again. Bound it with `bounded` before.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def bounded(text: str) -> str:
    """Return a page before the tag that is one too many for `TAGS_LIMIT`, tags of too many attributes bare; nearly all stay as they are."""
    if text.count("<") > TAGS_LIMIT:
        text = "<".join(text.split("<", TAGS_LIMIT + 1)[:-1])
    parts: list[str] = []
    at = 0
    for start, end in _long(text):
        tag = text[start:end]
        if (bare := _without_attributes(tag)) != tag:
            parts += text[at:start], bare
            at = end
    return "".join((*parts, text[at:])) if parts else text


def _long(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of at least `LONG_TAG` characters between one ``<`` and the next, or the end; short ones are leapt over."""
    start, size = 0, len(text)
    while start < size:
        if nearest := text.rfind("<", start, start + LONG_TAG) + 1:
            start = nearest
            continue
        end = text.find("<", start + LONG_TAG)
        end = size if end < 0 else end
        if end - start >= LONG_TAG:
            yield start, end
        start = end + 1


def _without_attributes(part: str) -> str:
    """Return what follows a ``<``, the tag alone where it has more than `ATTRIBUTES_LIMIT`: libxml2 compares each with each."""
    inside, end, after = part.partition(">")
    if len(inside) < LONG_TAG or len(_QUOTED.sub("", inside).split()) <= ATTRIBUTES_LIMIT:
        return part
    return inside[:40].split()[0] + end + after if inside[:1].isalpha() else part


def body_of(root: Element) -> Element:
    """Return the body of a page; of one that libxml2 put wholly into the head (no ``body`` tag, a script first), that head as a body."""
    body = root.find("body")
    if body is not None:
        return body
    for head in list(root.iter("head")):
        head.tag = "div"
    return root


def inner(element: Element) -> str:
    """Return the text inside an element on one line, at most 1,000 characters."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(str(part))
        size += len(part)
        if size > 1000:
            break
    return " ".join(" ".join(parts).split())[:1000]
