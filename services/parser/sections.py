"""The sections of an HTML page that may be a labelled one: from the smallest element that holds all the labels to the whole page."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString

from services.parser.labels import KINDS, parts

APART = frozenset("script style head title noscript template nav aside footer form button iframe svg select".split())
"""Elements that hold no part of a labelled page."""
BLOCKS = frozenset("p div li tr h1 h2 h3 h4 blockquote section article table ul ol dl dt dd main header pre".split())
SECTIONS_LIMIT = 12
"""Elements that are tried, from the inside."""
LONGEST_LABEL_LINE = 400
"""Characters of a text with a label in it, if it is no text under one."""

_NARROW = frozenset("p span td th tr tbody thead li ul ol dl dt dd strong b em table font a h1 h2 h3 h4 h5 h6 blockquote".split())
_CELLS = ("dt", "th", "td")


def sections(markup: str) -> Iterator[str]:
    """Yield the text of each section, the smallest first, the whole page last; runs of spaces are kept: they tell of lost links."""
    soup = BeautifulSoup("<body>" + markup, "lxml")
    for cell in soup(_CELLS):
        if (cell.string or "").strip().lower() in KINDS:
            cell.append("：")
    labelled = [node.parent for node in soup.find_all(string=_is_label) if node.parent and not _is_apart(node)]
    root = soup.body or soup
    inner, tried = _holder(labelled), 0
    while inner is not None and inner is not root and tried < SECTIONS_LIMIT:
        if inner.name not in _NARROW:
            yield _text(inner)
            tried += 1
        inner = inner.parent
    yield _text(root)


def _is_label(text: str | None) -> bool:
    if not text or len(text) > LONGEST_LABEL_LINE:
        return False
    return any(part.is_strong for part in parts(text.strip()) if part.kind) or text.strip().lower() in KINDS


def _is_apart(node: PageElement) -> bool:
    return any(parent.name in APART for parent in node.parents)


def _holder(tags: list[Tag]) -> Tag | None:
    """Return the smallest element that holds the first and the last of `tags`."""
    if not tags:
        return None
    chains = [[*reversed([tag, *tag.parents])] for tag in (tags[0], tags[-1])]
    shared = [one for one, other in zip(*chains, strict=False) if one is other]
    return shared[-1] if shared else None


def _text(tag: Tag) -> str:
    r"""Return the text of an element: blocks apart by an empty line, ``br`` a new line, cells of a row on one line."""
    text = re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", "".join(_pieces(tag)))
    text = re.sub(" *\x1f *", " ", text)
    return re.sub(" *\x01 *", "\n", re.sub("[ \x01]*\x02[ \x01\x02]*", "\n\n", text))


def _pieces(tag: Tag) -> Iterator[str]:
    """Yield the strings in an element with marks between them, in linear time: bs4's own insertion is quadratic."""
    waiting: list[PageElement | str] = [*reversed(tag.contents)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            if node.name in APART:
                continue
            mark = "\x02" if node.name in BLOCKS else "\x1f" if node.name in _CELLS else "\x01" if node.name == "br" else ""
            waiting.append(mark if node.name != "br" else "")
            waiting.extend(reversed(node.contents))
            yield mark
        elif not isinstance(node, PreformattedString):
            yield str(node)
