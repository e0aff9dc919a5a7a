"""The text blocks of a page in document order, and the elements that hold them: one walk, no recursion."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lxml import etree

Element = etree._Element

SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed select option textarea head title audio video canvas map datalist "
    "input img "
    "picture source meta link link param track".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike "
    "strong sub sup "
    "time tt u var wbr".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
MERGED = (
    "b",
    "i",
    "em",
    "strong",
    "font",
    "u",
    "abbr",
    "acronym",
    "mark",
    "sup",
    "sub",
    "small",
    "big",
    "nobr",
    "ins",
    "s",
    "tt",
    "cite",
    "wbr",
)
"""Inline elements that carry nothing of use here: taken out in C before the walk, their text stays."""
DEPTH_LIMIT = 400
"""Elements inside one another that are walked; libxml2 itself stops at 255 without ``huge_tree``."""
BLOCKS_LIMIT = 50_000
"""Blocks that are read; the longest real pages have a tenth of it."""

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


@dataclass(slots=True)
class Block:
    """A run of text between two block boundaries. `size` is its bytes of UTF-8, `linked` the share of it inside links."""

    text: str
    tag: str
    size: int
    linked: float
    node: "Node"
    broken: bool


@dataclass(slots=True, eq=False)
class Node:
    """A block-level element and the range of blocks inside it, ``blocks[first:last]``; `clutter` is what in its name says noise."""

    tag: str
    parent: "Node | None"
    first: int
    last: int = 0
    clutter: str = ""


@dataclass(slots=True)
class Blocks:
    """All blocks and all block-level elements of a page, both in document order; `cut` if there were more than `BLOCKS_LIMIT`."""

    blocks: list[Block] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    cut: bool = False


@lru_cache(maxsize=4096)
def _clutter_in(name: str) -> str:
    """Return what in a class or an id says noise, if anything; remembered, since the pages of one site share their names."""
    match = _CLUTTER.search(name.lower())
    return match.group() if match else ""


def _clutter_of(element: Element) -> str:
    for name, value in element.items():
        if name in _NAMING:
            if said := _clutter_in(str(value)[:200]):
                return said
        elif name == "hidden" or (name == "style" and _HIDDEN.search(str(value)[:300])):
            return "hidden"
    return ""


class _Collector:
    """Collects text until a block ends."""

    __slots__ = ("found", "linked", "parts")

    def __init__(self) -> None:
        self.found = Blocks()
        self.parts: list[str] = []
        self.linked = 0

    def flush(self, node: Node, broken: bool = False) -> None:
        """End the block that was collected, if it has any text."""
        if not self.parts:
            return
        text = " ".join("".join(self.parts).split())
        if text:
            share = min(1.0, self.linked / len(text))
            self.found.blocks.append(Block(text, node.tag, len(text.encode("utf-8", "replace")), share, node, broken))
        self.parts.clear()
        self.linked = 0

    def add(self, text: str, link: bool) -> None:
        """Add to the block; white space at its beginning is nothing."""
        if self.parts or not text.isspace():
            self.parts.append(text)
            if link:
                self.linked += len(text)

    def open(self, element: Element, parent: Node | None) -> Node:
        """Begin a block-level element."""
        node = Node(element.tag, parent, len(self.found.blocks))
        node.clutter = element.tag if element.tag in _CLUTTER_TAGS else _clutter_of(element)
        self.found.nodes.append(node)
        return node


def collect(body: Element) -> Blocks:
    """Return the text blocks under `body`. The tree is changed: merged inline elements are taken out of it."""
    etree.strip_elements(body, etree.Comment, etree.ProcessingInstruction, *SKIPPED, with_tail=False)
    etree.strip_tags(body, *MERGED)
    collector = _Collector()
    root = collector.open(body, None)
    stack: list[tuple[Element, Node, bool]] = []
    element: Element | None = body[0] if len(body) else None
    collector.add(body.text or " ", link=False)
    node, link = root, False
    while True:
        while element is not None:
            stack.append((element, node, link))
            node, link = _enter(collector, element, node, link)
            element = element[0] if len(element) and len(stack) < DEPTH_LIMIT else None
        if not stack:
            break
        done, outer, outer_link = stack.pop()
        if node is not outer:
            collector.flush(node)
            node.last = len(collector.found.blocks)
        node, link = outer, outer_link
        if tail := done.tail:
            collector.add(tail, link)
        element = done.getnext()
        if len(collector.found.blocks) > BLOCKS_LIMIT:
            collector.found.cut, element = True, None
    collector.flush(root)
    root.last = len(collector.found.blocks)
    return collector.found


def joined(blocks: Sequence[Block]) -> str:
    """Return the blocks as paragraphs; lines that only a line break ended, and items of one list, are lines of one paragraph."""
    parts: list[str] = []
    for block, following in pairwise(blocks):
        together = (block.broken and following.node is block.node) or (
            block.tag == following.tag == "li" and block.node.parent is following.node.parent
        )
        parts += block.text, "\n" if together else "\n\n"
    parts.extend(block.text for block in blocks[-1:])
    return "".join(parts)


def _enter(collector: _Collector, element: Element, node: Node, link: bool) -> tuple[Node, bool]:
    tag = element.tag
    if tag == "br":
        collector.flush(node, broken=True)
        return node, link
    if tag not in INLINE:
        collector.flush(node)
        node = collector.open(element, node)
    link = link or tag == "a"
    if text := element.text:
        collector.add(text, link)
    return node, link
