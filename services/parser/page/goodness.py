"""What each block is worth: the bytes of text that read like an article's, less those that read like a page's."""

import re

from services.parser.page.blocks import HEADINGS, Block, Blocks, Node
from services.parser.page.furniture import is_furniture

CARD_BLOCKS = 8
"""Blocks that a card (a linked headline with a line or two under it) has at most."""
CARD_TEXT = 300
"""Bytes of good text that a card has at most."""
CARDS = 3
"""Cards that a page has at least, before they are taken for teasers: one alone may be a section of the article."""

_SENTENCE = re.compile(r"[.!?。！？…：:；;][”’\"'」』)）\]]*$")
_LIST_TAGS = frozenset(("li", "dd", "dt", "td", "th", "caption"))


def goodness(page: Blocks) -> list[int]:
    """Return for each block its bytes as good (positive), bad (negative) or neutral (0) text; the texts of teasers are bad."""
    good = [_worth(block) for block in page.blocks]
    cards = _cards(page, good)
    if len(cards) >= CARDS:
        for node in cards:
            good[node.first : node.last] = [-abs(value) for value in good[node.first : node.last]]
    return good


def _worth(block: Block) -> int:
    size, linked = block.size, block.linked
    if linked > 0.5 and not (linked < 0.75 and size > 200):
        return -size
    if is_furniture(block.text):
        return -size
    sentence = _SENTENCE.search(block.text) is not None
    if block.tag in HEADINGS:
        return 0
    if block.tag in ("p", "blockquote", "pre") or block.broken:
        return size if size >= 60 or (sentence and size >= 20) else 0
    if block.tag in _LIST_TAGS:
        return size if (size >= 60 and linked < 0.3) or (sentence and size >= 30) else (0 if linked < 0.2 else -size)
    return size if (size >= 100 and linked < 0.4) or (sentence and size >= 50) else (-size // 2 if size >= 30 else 0)


def _cards(page: Blocks, good: list[int]) -> list[Node]:
    """Return the largest elements that are cards; none lies in another."""
    found: list[Node] = []
    end = 0
    for node in page.nodes:
        if 1 < node.last - node.first <= CARD_BLOCKS and node.first >= end and _is_card(page.blocks, good, node):
            found.append(node)
            end = node.last
    return found


def _is_card(blocks: list[Block], good: list[int], node: Node) -> bool:
    """Say whether the element begins with its one linked headline and has a little text after it."""
    inside = range(node.first, node.last)
    links = [i for i in inside if blocks[i].linked > 0.9 and blocks[i].size >= 20]
    text = sum(good[i] for i in inside if good[i] > 0)
    return len(links) == 1 and 0 < text <= CARD_TEXT and not any(good[i] > 0 for i in range(node.first, links[0]))
