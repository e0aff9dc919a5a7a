"""The text blocks of a page in document order, and the elements that hold them: one walk, no recursion."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from services.parser.page.noise import noise

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
BLOCKS_LIMIT = 20_000
"""Blocks that are read; the longest real pages have a quarter of it."""


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


class _Collector:
    """Collects text until a block ends."""

    __slots__ = ("found", "linked", "links", "open", "parts")

    def __init__(self) -> None:
        self.found = Blocks()
        self.open: list[Node] = []
        self.parts: list[str] = []
        self.links = 0
        self.linked = 0

    def flush(self, broken: bool = False) -> None:
        """End the block that was collected, if it has any text."""
        text = " ".join("".join(self.parts).split())
        if text:
            node, length = self.open[-1], len(text)
            size = length if text.isascii() else len(text.encode("utf-8", "replace"))
            self.found.blocks.append(Block(text, node.tag, size, min(1.0, self.linked / length), node, broken))
        self.parts.clear()
        self.linked = 0

    def add(self, text: str) -> None:
        """Add to the block; white space at its beginning is nothing."""
        if self.parts or not text.isspace():
            self.parts.append(text)
            if self.links:
                self.linked += len(text)

    def start(self, element: Element, tag: str) -> None:
        """Begin an element: a block-level one begins a block, and an element that may be the article's."""
        if tag not in INLINE:
            if self.parts:
                self.flush(broken=tag == "br")
            if tag == "br":
                return
            node = Node(tag, self.open[-1] if self.open else None, len(self.found.blocks), 0, noise(element, tag))
            self.open.append(node)
            self.found.nodes.append(node)
        elif tag == "a":
            self.links += 1
        if text := element.text:
            self.add(text)

    def end(self, tag: str) -> None:
        """End an element."""
        if tag == "a":
            self.links -= 1
        elif tag not in INLINE and tag != "br":
            if self.parts:
                self.flush()
            self.open.pop().last = len(self.found.blocks)


def collect(body: Element) -> Blocks:
    """Return the text blocks under `body`. The tree is changed: merged inline elements are taken out of it."""
    etree.strip_elements(body, etree.Comment, etree.ProcessingInstruction, *SKIPPED, with_tail=False)
    etree.strip_tags(body, *MERGED)
    body.tail = None
    collector = _Collector()
    start, end, add, blocks = collector.start, collector.end, collector.add, collector.found.blocks
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            start(element, element.tag)
            continue
        end(element.tag)
        if tail := element.tail:
            add(tail)
        if len(blocks) > BLOCKS_LIMIT:
            collector.found.cut = True
            break
    while collector.open:
        collector.end(collector.open[-1].tag)
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
