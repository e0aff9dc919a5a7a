"""The article among a page's blocks: its element, its beginning and its end there, then the blocks one by one."""

from dataclasses import dataclass

from services.parser.page.blocks import HEADINGS, Block, Blocks
from services.parser.page.clutter import clutter, running
from services.parser.page.element import DROPPED_WEIGHT, best
from services.parser.page.furniture import begins_tail
from services.parser.page.goodness import goodness
from shared.text.fold import key

TITLE_SHARE = 0.7
"""Share of the good text that must follow a heading for the article to begin there."""
TAIL_SHARE = 0.4
"""Text after a heading such as "Related stories" is cut off where it is less than this share of the good text."""
KEY_LENGTH = 40
"""Letters and digits of the first sentence, and of the description, that are looked for."""
DROPPED = -(2**40)
"""What a block in dropped noise is worth when blocks are looked at one by one: worse than any bad text."""
STANDFIRST_REACH = 12
"""Blocks after the title in which the standfirst stands."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What is known before the page is read, as keys (see `fold.key`).

    `title` is the feed's or the page's own, `first` the first words of the feed's summary, `description` of the page's.
    """

    title: str = ""
    first: str = ""
    description: str = ""

    @classmethod
    def of(cls, title: str | None, summary: str, description: str = "") -> "Guide":
        """Return the guide of an entry and of what the page says of itself."""
        return cls(key(title or ""), _beginning(summary, 16), _beginning(description, 25))


@dataclass(frozen=True, slots=True)
class Choice:
    """The blocks of the article in order; `found_first` says whether the guide's first sentence is among them."""

    blocks: tuple[Block, ...]
    found_first: bool


def choose(page: Blocks, guide: Guide) -> Choice:
    """Return the blocks of the article, none where the page has no text to speak of."""
    blocks, good = page.blocks, goodness(page)
    dropped = clutter(page, good)
    first, title = _find(blocks, guide.first, dropped), _title(blocks, guide.title)
    worth = [-round(value * DROPPED_WEIGHT) if drop and value > 0 else value for value, drop in zip(good, dropped, strict=True)]
    node = best(page, worth, first, title)
    if node is None:
        return Choice((), False)
    worth = [DROPPED if drop else value for value, drop in zip(worth, dropped, strict=True)]
    start, end = _bounds(blocks, worth, (node.first, node.last), first, title)
    kept = _kept(blocks[start:end], worth[start:end], guide.title)
    if first is None and title is not None:
        kept = [*_standfirst(blocks[title + 1 : min(start, title + STANDFIRST_REACH)], guide.description), *kept]
    return Choice(tuple(kept), first is not None and start <= first < end)


def _beginning(text: str, least: int) -> str:
    """Return the key of the first words, nothing where it has fewer than `least` bytes."""
    found = key(text[:400])[:KEY_LENGTH]
    return found if len(found.encode("utf-8", "replace")) >= least else ""


def _title(blocks: list[Block], title: str) -> int | None:
    """Return the heading that is the title, or holds it, or is held by it: the first ``h1``, else the first of any rank."""
    found: int | None = None
    for i, block in enumerate(blocks):
        if not title or block.tag not in HEADINGS or block.size > 600 or (found is not None and block.tag != "h1"):
            continue
        text = key(block.text)
        if text == title or (len(text) > 12 and (text in title or title in text)):
            if block.tag == "h1":
                return i
            found = i
    return found


def _find(blocks: list[Block], first: str, dropped: list[bool]) -> int | None:
    """Return the block that holds the guide's first sentence, one outside noise if there is one."""
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


def _bounds(blocks: list[Block], worth: list[int], inside: tuple[int, int], first: int | None, title: int | None) -> tuple[int, int]:
    """Return the range of the article: from its first good block, or the known first sentence, to before its tail."""
    start, end = inside
    sums = running([max(0, value) for value in worth])
    total = sums[end] - sums[start] or 1
    known = title is not None and start <= title < end
    heading = title if known else next((i for i in range(start, end) if blocks[i].tag == "h1"), None)
    if heading is not None and sums[end] - sums[heading] >= TITLE_SHARE * total:
        start = heading + 1
    if first is not None and start <= first < end and sums[first] - sums[start] < TAIL_SHARE * total:
        start = first
    tails = (i for i in range(start + 1, end) if begins_tail(blocks[i].text) and sums[end] - sums[i] < TAIL_SHARE * total)
    end = next((i for i in tails if worth[i] > DROPPED), end)
    while start < end and worth[start] <= 0 and start != first:
        start += 1
    while end > start and worth[end - 1] <= 0:
        end -= 1
    return start, end


def _kept(blocks: list[Block], worth: list[int], title: str) -> list[Block]:
    """Return the blocks that are no noise: each text once, without the title itself and without headings at the end."""
    kept: list[Block] = []
    seen: set[str] = set()
    for block, value in zip(blocks, worth, strict=True):
        is_title = block.tag == "h1" or (len(title) <= len(block.text) <= 2 * len(title) + 20 and key(block.text) == title)
        if value < 0 or is_title or (block.size >= 40 and block.text in seen):
            continue
        seen.add(block.text)
        kept.append(block)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return kept


def _standfirst(blocks: list[Block], description: str) -> list[Block]:
    """Return the line between title and article that the page gives as its description."""
    if not description:
        return []
    return [block for block in blocks if block.size >= KEY_LENGTH and block.linked < 0.5 and _beginning(block.text, 0) == description][:1]
