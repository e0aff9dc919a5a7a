"""The element that holds the article: the one of greatest good text less bad text, held to what is known of the article.

Source: the maximum subarray over text density of boilerpipe (Kohlschütter et al., WSDM 2010), taken over elements instead of spans.
"""

from services.parser.page.blocks import Blocks, Node
from services.parser.page.clutter import running

BAD_WEIGHT = 0.6
"""What a byte of bad text takes off an element's score."""
DROPPED_WEIGHT = 0.5
"""What a byte of good text in dropped noise takes off it: a teaser is no reason against the element around it, many are."""
TITLE_WEIGHT = 1.5
"""What the score of an element counts for where the title stands in it or shortly before it."""
TITLE_REACH = 6
"""Blocks (kicker, byline, date) that may stand between a title and its article."""
HELD = 0.7
"""Share of the best score that a smaller element must reach to be preferred when it holds the first sentence."""
NEARLY = 0.93
"""The same where no first sentence is known: a footer or a box beside the article adds less than the rest."""
ARTICLE_SHARE = 0.2
"""The same for an ``article`` or ``main`` that holds the first sentence or the title: what lies around it is another article's."""

LINES = ("p", "li", "td", "blockquote")
"""Elements that are lines of an article rather than all of it, where no first sentence says so."""


def best(page: Blocks, worth: list[int], first: int | None, title: int | None) -> Node | None:
    """Return the article's element, None where no element is worth anything.

    Args:
        page: The blocks and elements.
        worth: For each block its good bytes, or its bad ones below zero.
        first: The block of the first sentence, where it is known and found.
        title: The block of the title, where it is found.
    """
    sums = running([value if value > 0 else round(value * BAD_WEIGHT) for value in worth])
    greatest = _greatest(page.nodes, sums, title)
    if greatest is None:
        return None
    if first is None:
        holding = [node for node in page.nodes if _inside(node, greatest) and node.tag not in LINES]
        least = NEARLY * _score(sums, greatest)
    else:
        holding = [node for node in page.nodes if node.first <= first < node.last]
        least = HELD * max((_score(sums, node) for node in holding), default=0)
    found = next((node for node in reversed(holding) if _score(sums, node) >= least), greatest)
    return _article(page.nodes, sums, found, first if first is not None else title) or found


def _score(sums: list[int], node: Node) -> int:
    return sums[node.last] - sums[node.first]


def _inside(node: Node, outer: Node) -> bool:
    return outer.first <= node.first and node.last <= outer.last


def _greatest(nodes: list[Node], sums: list[int], title: int | None) -> Node | None:
    """Return the element of greatest score; of equal ones the innermost."""
    found: Node | None = None
    greatest = 0.0
    for node in nodes:
        score: float = _score(sums, node)
        if title is not None and node.first <= title + TITLE_REACH and title < node.last:
            score *= TITLE_WEIGHT
        if score > greatest or (found is not None and score == greatest and _inside(node, found)):
            found, greatest = node, score
    return found


def _article(nodes: list[Node], sums: list[int], outer: Node, anchor: int | None) -> Node | None:
    """Return the first ``article`` or ``main`` inside `outer` that holds `anchor` and enough of its text."""
    if anchor is None:
        return None
    least = ARTICLE_SHARE * _score(sums, outer)
    return next(
        (
            node
            for node in nodes
            if node.tag in ("article", "main") and _inside(node, outer) and node.first <= anchor < node.last and _score(sums, node) >= least
        ),
        None,
    )
