"""The article among a page's blocks: the element of greatest good text less bad text, then its blocks one by one.

Source: the maximum subarray over text density of boilerpipe (Kohlschütter et al., WSDM 2010), taken over elements instead of spans.
"""

import re
from dataclasses import dataclass

from services.parser.page.blocks import HEADINGS, Block, Blocks, Node
from services.parser.page.furniture import begins_tail, is_furniture
from shared.text.fold import key

BAD_WEIGHT = 0.6
"""What a byte of bad text takes off an element's score."""
SHRINK = 0.7
"""Share of the best score that a smaller element must reach to be preferred when it holds the first sentence."""
CLUTTER_SHARE = 0.25
"""An element named like noise is dropped only below this share of the page's good text: such names wrap whole articles too."""
WRAPPERS = frozenset("widget embed editor player bottom modal toc jump hidden meta".split())
"""Names that page builders also give to each paragraph of an article: they count by all their elements together."""
LEFT_SHARE = 0.1
"""Share of the good text that must be left when noise is dropped."""
TAIL_SHARE = 0.4
"""Text after a heading such as "Related stories" is cut off where it is less than this share of the good text."""
KEY_LENGTH = 40
"""Letters and digits of the first sentence that are looked for."""

_SENTENCE = re.compile(r"[.!?。！？…：:；;][”’\"'」』)）\]]*$")
_LIST_TAGS = frozenset(("li", "dd", "dt", "td", "th", "caption"))


@dataclass(frozen=True, slots=True)
class Guide:
    """What is known before the page is read: the title and the first words of the summary, as keys (see `fold.key`)."""

    title: str = ""
    first: str = ""

    @classmethod
    def of(cls, title: str | None, summary: str) -> "Guide":
        """Return the guide of an entry."""
        first = key(summary[:400])[:KEY_LENGTH]
        return cls(key(title or ""), first if len(first.encode()) >= 16 else "")


@dataclass(frozen=True, slots=True)
class Choice:
    """The blocks of the article in order; `found_first` says whether the guide's first sentence is among them."""

    blocks: tuple[Block, ...]
    found_first: bool


def choose(page: Blocks, guide: Guide) -> Choice:
    """Return the blocks of the article, none where the page has no text to speak of."""
    blocks = page.blocks
    good = [_goodness(block) for block in blocks]
    dropped = _clutter(page, good)
    first = _find(blocks, guide.first, dropped)
    node = _best(page, good, dropped, first)
    if node is None:
        return Choice((), False)
    start, end = _bounds(blocks, good, dropped, node, guide, first)
    kept = _kept(blocks, good, dropped, start, end, guide)
    return Choice(tuple(kept), first is not None and start <= first < end)


def _goodness(block: Block) -> int:
    """Return the bytes of a block as good (positive), bad (negative) or neutral (0) text."""
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


def _clutter(page: Blocks, good: list[int]) -> list[bool]:
    """Return for each block whether it lies in an element that is named like noise and holds little of the page's text.

    Where that would leave less than `LEFT_SHARE` of the good text, a name counts by all its elements together: a page builder
    may wrap every paragraph in a ``widget``.
    """
    sums = _sums([max(0, value) for value in good])
    named = [node for node in page.nodes if node.clutter and node.first < node.last]
    sizes = [sums[node.last] - sums[node.first] for node in named]
    together = _together(named, sizes)
    careful = [whole if node.clutter in WRAPPERS else size for node, size, whole in zip(named, sizes, together, strict=True)]
    dropped = _marked(named, careful, CLUTTER_SHARE * sums[-1], len(good))
    left = sum(value for value, drop in zip(good, dropped, strict=True) if value > 0 and not drop)
    if left >= LEFT_SHARE * sums[-1]:
        return dropped
    return _marked(named, together, CLUTTER_SHARE * sums[-1], len(good))


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


def _sums(values: list[int]) -> list[int]:
    sums = [0]
    total = 0
    for value in values:
        total += value
        sums.append(total)
    return sums


def _find(blocks: list[Block], first: str, dropped: list[bool]) -> int | None:
    """Return the block that holds the guide's first sentence, preferring one outside noise; the last such one that is a paragraph."""
    if not first:
        return None
    probe = first[: KEY_LENGTH // 2]
    found: int | None = None
    for i, block in enumerate(blocks):
        if block.size >= len(probe) and probe in (text := key(block.text[:600])) and (first in text or block.size < 2 * len(first)):
            if not dropped[i] and block.linked < 0.5:
                return i
            found = i if found is None else found
    return found


def _best(page: Blocks, good: list[int], dropped: list[bool], first: int | None) -> Node | None:
    scores = [(value if value <= 0 or not drop else -value) for value, drop in zip(good, dropped, strict=True)]
    sums = _sums([value if value > 0 else round(value * BAD_WEIGHT) for value in scores])
    best: Node | None = None
    best_score = 0
    for node in page.nodes:
        score = sums[node.last] - sums[node.first]
        if score > best_score or (
            score == best_score and best is not None and best.first <= node.first and node.last <= best.last and score > 0
        ):
            best, best_score = node, score
    if first is None or best is None:
        return best
    holding = [node for node in page.nodes if node.first <= first < node.last]
    reach = max((sums[node.last] - sums[node.first] for node in holding), default=0)
    for node in reversed(holding):
        if sums[node.last] - sums[node.first] >= SHRINK * reach:
            return node
    return best


def _bounds(blocks: list[Block], good: list[int], dropped: list[bool], node: Node, guide: Guide, first: int | None) -> tuple[int, int]:
    """Return the range of the article inside `node`: from its first good block or the known first sentence to before its tail."""
    start, end = node.first, node.last
    sums = _sums([0 if drop else max(0, value) for value, drop in zip(good, dropped, strict=True)])
    total = sums[end] - sums[start] or 1
    for i in range(start, end):
        if blocks[i].tag == "h1" and sums[end] - sums[i] >= SHRINK * total:
            start = i + 1
    if first is not None and start <= first < end and sums[first] - sums[start] < TAIL_SHARE * total:
        start = first
    for i in range(start, end):
        if i > start and begins_tail(blocks[i].text) and sums[end] - sums[i] < TAIL_SHARE * total:
            end = i
            break
    while start < end and (good[start] <= 0 or dropped[start]) and start != first:
        start += 1
    while end > start and (good[end - 1] <= 0 or dropped[end - 1]):
        end -= 1
    return start, end


def _kept(blocks: list[Block], good: list[int], dropped: list[bool], start: int, end: int, guide: Guide) -> list[Block]:
    kept: list[Block] = []
    seen: set[str] = set()
    for i in range(start, end):
        block = blocks[i]
        if dropped[i] or good[i] < 0 or (block.size >= 40 and block.text in seen):
            continue
        if block.tag == "h1" or (guide.title and block.size < 300 and key(block.text) == guide.title):
            continue
        seen.add(block.text)
        kept.append(block)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return kept
