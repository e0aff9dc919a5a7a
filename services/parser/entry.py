"""A feed entry's own HTML, small and dirty, to text."""

import html
import re

from services.parser.draft import Draft
from services.parser.page.authors import tidy
from services.parser.page.blocks import collect, joined
from services.parser.page.dates import Candidate, choose
from services.parser.page.tree import bounded, tree
from shared.records.raw import Entry
from shared.text.fold import clean, line

_MARKUP = re.compile(r"<[a-zA-Z/!]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,1000}>[^<]*(?:</\1\s*>)?", re.I)
_APART = frozenset(("figcaption", "button", "form", "nav"))
_TRAILER = re.compile(
    r"(?:The post .{1,300} (?:appeared first|first appeared) on .{1,120}|(?:Continue reading|Read more|Read the full).{0,200}"
    r"|\[?(?:…|\.\.\.)\]?)$",
    re.DOTALL,
)

_CUT = re.compile(
    r"(?:\[(?:…|\.\.\.)\]|[\w,;](?: ?…| ?\.\.\.)|(?:Continue reading|Read more|Read the full|阅读全文|閱讀全文)[^.。]{0,120})\W{0,4}$", re.I
)
"""How the text of an entry ends that is only the beginning of an article."""
CUT_REACH = 1500
"""Characters at an entry's end in which that is looked for."""


def read_entry(markup: str, entry: Entry | None, fetched_at: str) -> Draft:
    """Return the draft of an entry: the text of its own HTML, and what the feed said beside it."""
    said = entry or Entry()
    published, issues = choose([Candidate(raw, "feed") for raw in (said.published, said.updated) if raw], fetched_at)
    return Draft(
        title=plain_line(said.title),
        text=text_of(markup),
        is_cut=_CUT.search(plain_line(markup[-CUT_REACH:]) or "") is not None,
        published=published,
        authors=tidy(said.authors),
        language=said.language,
        issues=issues,
    )


def plain_line(markup: str | None) -> str | None:
    """Return a title or a name on one line, entities and tags resolved (scripts go with their content), None where nothing is left."""
    text = markup or ""
    for _ in range(2):
        text = html.unescape(text) if "&" in text else text
        if "<" in text:
            text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    return line(text) or None


def text_of(markup: str) -> str:
    """Return the text of a small piece of HTML: paragraphs separated by an empty line, items and line breaks by a new line."""
    if not _MARKUP.search(markup):
        return plain(markup)
    root = tree(bounded("<body>" + markup))
    if root is None:
        return ""
    blocks = [block for block in collect(root).blocks if block.node.tag not in _APART]
    while blocks and _TRAILER.match(blocks[-1].text):
        blocks.pop()
    return clean(joined(blocks))


def plain(text: str) -> str:
    """Return plain text with its paragraphs and lines, white space collapsed inside them, entities resolved, tags left as they are."""
    text = html.unescape(text) if "&" in text else text
    paragraphs = re.split(r"\n[ \t\r]*\n", clean(text))
    lines = ("\n".join(filter(None, (" ".join(part.split()) for part in paragraph.split("\n")))) for paragraph in paragraphs)
    return "\n\n".join(filter(None, lines))
