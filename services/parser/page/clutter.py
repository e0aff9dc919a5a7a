"""Which blocks lie in elements that are named like noise, and hold little enough of the page for that name to be believed."""

from services.parser.page.blocks import Blocks, Node

CLUTTER_SHARE = 0.25
"""An element named like noise is dropped only below this share of the page's good text: such names wrap whole articles too."""
WRAPPERS = frozenset("widget embed editor player bottom modal toc jump hidden meta paywall".split())
"""Names that page builders also give to each paragraph of an article: they count by all their elements together."""
LEFT_SHARE = 0.1
"""Share of the good text that must be left when noise is dropped."""


def clutter(page: Blocks, good: list[int]) -> list[bool]:
    """Return for each block whether it lies in an element that is named like noise and holds little of the page's text.

    Where that would leave less than `LEFT_SHARE` of the good text, a name counts by all its elements together: a page builder
    may wrap every paragraph in a ``widget``.
    """
    sums = running([max(0, value) for value in good])
    named = [node for node in page.nodes if node.clutter and node.first < node.last]
    sizes = [sums[node.last] - sums[node.first] for node in named]
    together = _together(named, sizes)
    careful = [whole if node.clutter in WRAPPERS else size for node, size, whole in zip(named, sizes, together, strict=True)]
    dropped = _marked(named, careful, CLUTTER_SHARE * sums[-1], len(good))
    left = sum(value for value, drop in zip(good, dropped, strict=True) if value > 0 and not drop)
    if left >= LEFT_SHARE * sums[-1]:
        return dropped
    return _marked(named, together, CLUTTER_SHARE * sums[-1], len(good))


def running(values: list[int]) -> list[int]:
    """Return the sums of the first 0, 1, 2 … values."""
    sums = [0]
    total = 0
    for value in values:
        total += value
        sums.append(total)
    return sums


def _marked(named: list[Node], sizes: list[int], limit: float, count: int) -> list[bool]:
    dropped = [False] * count
    covered = 0
    for node, size in zip(named, sizes, strict=True):
        if size < limit and node.last > covered:
            for i in range(max(node.first, covered), node.last):
                dropped[i] = True
            covered = node.last
    return dropped


def _together(named: list[Node], sizes: list[int]) -> list[int]:
    """Return for each element the text in all elements of its name; those inside one another count once."""
    held: dict[str, int] = {}
    seen: dict[str, int] = {}
    for node, size in zip(named, sizes, strict=True):
        if node.last > seen.get(node.clutter, 0):
            held[node.clutter] = held.get(node.clutter, 0) + size
            seen[node.clutter] = node.last
    return [held[node.clutter] for node in named]
