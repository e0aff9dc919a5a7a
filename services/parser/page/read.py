"""A whole web page to a draft, guided by what the feed said of it."""

import html
from collections.abc import Iterator

from services.parser.draft import Draft, Lead
from services.parser.entry import plain_line, text_of
from services.parser.page import jsonld
from services.parser.page.about import is_about_another
from services.parser.page.blocks import Block, collect, joined
from services.parser.page.bylines import spoken
from services.parser.page.chinese_bylines import chinese
from services.parser.page.choose import Choice, Guide, choose
from services.parser.page.dates import Candidate
from services.parser.page.dates import choose as choose_date
from services.parser.page.metadata import Metadata, metadata
from services.parser.page.title import title
from services.parser.page.tree import body_of, bounded, tree
from services.parser.page.wall import breaks_off, is_wall, is_walled
from shared.records.article import Issue
from shared.records.raw import Entry
from shared.text.fold import key

POOR = 300
"""Bytes: a chosen text smaller than this gives way to the ``articleBody`` of JSON-LD where that is at least twice as long."""
PART = 0.85
"""A text shorter than this share of ``articleBody`` is a part of it alone: of an article behind a wall, say."""
HELD = 0.8
"""Share of the text that ``articleBody`` must hold to be the same article."""
OPENING, CLOSING = 60, 30
"""Characters at the beginning of an article and at its end in which its reporter is named."""
BEFORE, AFTER, FIRST = 25, 10, 80
"""Blocks before and after the beginning of the article, then of the page, in which bylines and dates are looked for."""


def read_page(text: str, url: str, entry: Entry | None, fetched_at: str) -> Draft:
    """Return what the page says; its text is empty where no article is found.

    Args:
        text: The page, decoded.
        url: Where it was fetched: relative links are resolved against it.
        entry: What the feed said, None where the page stands alone.
        fetched_at: RFC 3339 in UTC, empty where unknown.
    """
    within = bounded(text)
    root = tree(within)
    if root is None:
        return Draft()
    found = metadata(root, url)
    stated = title(found)
    description = html.unescape(found.description or "")
    summary = text_of(entry.summary or "") if entry else ""
    guide = Guide.of((plain_line(entry.title) if entry else None) or stated, summary, description)
    blocks = collect(body_of(root))
    choice = choose(blocks, guide)
    article, issues = _body(choice, found, guide, summary)
    is_cut = breaks_off(article) if any(issue.code == "json-ld-body" for issue in issues) else is_walled(choice, blocks.blocks)
    lines = _around(blocks.blocks, choice)
    dates = [Candidate(entry.published, "feed")] if entry and entry.published else []
    published, date_issues = choose_date([*dates, *found.dates, *(Candidate(line, "text") for line in lines)], fetched_at)
    return Draft(
        title=stated,
        text=article,
        is_cut=is_cut,
        leads=_leads(found),
        published=published,
        authors=found.authors or tuple(chinese(_bylines(blocks.blocks, choice))) or spoken(lines, found.site),
        language=found.language,
        name=found.site,
        canonical_url=found.canonical_url,
        issues=(
            *issues,
            *date_issues,
            *((Issue(code="too-many-blocks", field="original"),) if blocks.cut or len(within) < len(text) else ()),
        ),
    )


def _leads(found: Metadata) -> tuple[Lead, ...]:
    stated = ((found.abstract, "abstract"), (found.description, "description"))
    return tuple(Lead(html.unescape(text), "publisher", method) for text, method in stated if text)


def _bylines(blocks: list[Block], choice: Choice) -> Iterator[str]:
    """Yield the short lines of the page, then how the article begins and how it ends: an agency's line stands there."""
    yield from (block.text for block in blocks if block.size <= 200)
    yield from (block.text[:OPENING] for block in choice.blocks[:1])
    yield from (block.text[-CLOSING:] for block in choice.blocks[-1:])


def _around(blocks: list[Block], choice: Choice) -> list[str]:
    """Return the short lines at the beginning of the page, then those around the beginning of the article."""
    at = next((i for i, block in enumerate(blocks) if choice.blocks and block is choice.blocks[0]), 0)
    near = blocks[max(0, at - BEFORE) : at + AFTER]
    return [block.text for block in (*blocks[:FIRST], *near) if block.size <= 200]


def _body(choice: Choice, found: Metadata, guide: Guide, summary: str) -> tuple[str, list[Issue]]:
    """Return the article's text, from the blocks or, where they fail, from JSON-LD."""
    shown = choice.blocks
    text = joined(shown[:-1] if shown and is_wall(shown[-1].text) else shown)
    stated = text_of(html.unescape(jsonld.text(found.ld.get("articleBody")) or ""))
    poor = len(text.encode("utf-8", "replace")) < POOR
    lost = bool(guide.first) and not choice.found_first and guide.first not in key(text[:20000])
    if stated:
        better = len(stated) > 2 * len(text) if poor else (lost and guide.first in key(stated)) or _holds_more(stated, text)
        if better:
            return stated, [Issue(code="json-ld-body", field="original")]
    return text, [Issue(code="summary-not-in-text", field="original")] if lost and text and is_about_another(summary, text) else []


def _holds_more(stated: str, text: str) -> bool:
    """Say whether the stated body holds nearly all of a text and a good deal more: the page shows a part alone."""
    whole, parts = key(stated), [key(part) for part in text.split("\n")]
    size = sum(map(len, parts))
    return len(whole) * PART > size and sum(len(part) for part in parts if part in whole) >= HELD * size
