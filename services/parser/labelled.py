"""The labelled page: a summary, then labels that say where it comes from, and the original under one of them; labels may lie.

The form is in DESIGN.md, "The form of the seed". A label stands at the start of a line; its value follows, or is the lines after it.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from services.parser.draft import Draft, Lead
from services.parser.labels import LONGEST_NAME, MAKERS, TEXTS, Part, is_hinted, parts
from services.parser.loss import losses, without_trailer
from services.parser.page.address import absolute
from services.parser.page.authors import tidy
from services.parser.page.dates import Candidate, choose
from services.parser.sections import sections
from services.parser.texts import texts
from shared.records.article import Issue
from shared.text.fold import clean, fold, line

KINDS_NEEDED = 3
"""Different kinds of label that make a labelled page; one must be of a text."""
STRONG_NEEDED = 2
"""Different labels of them that hardly stand in an ordinary article."""
KINDS_ENOUGH = 5
"""Different kinds of label with which one strong label is enough."""
MARKUP_LIMIT = 1_000_000
"""Characters: a larger page is no labelled one, and beautifulsoup4 would take seconds over it."""
TAGS_LIMIT = 20_000
"""Tags, opening and closing ones, for the same reason: 30 µs each. Real pages have 10,000 at most."""

_MARKDOWN = re.compile(r"\s*\[([^\]]{1,300})\]\((https?://[^\s)]{1,2000})\)\s*")
_INVISIBLE = "\u200b\u2060\ufeff"
_HOST = re.compile(r"(?:https?://)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24})(?:[:/].*)?", re.I)


def read_labelled(text: str, is_html: bool, url: str, fetched_at: str) -> Draft | None:
    """Return the draft of a labelled page, None if the text is none.

    Args:
        text: The page, decoded.
        is_html: Whether its tags are to be taken out first.
        url: Where it was fetched.
        fetched_at: RFC 3339 in UTC, empty where unknown.
    """
    for character in filter(text.__contains__, _INVISIBLE):
        text = text.replace(character, "")
    if not is_hinted(text) or (is_html and (len(text) > MARKUP_LIMIT or text.count("<") > TAGS_LIMIT)):
        return None
    for lines in sections(text) if is_html else (text,):
        found = parts(clean(lines))
        if _is_labelled(found):
            return _draft(found, url, fetched_at)
    return None


def _is_labelled(found: list[Part]) -> bool:
    """Say whether the parts are those of a labelled page: labels enough, and something to read."""
    kinds = {part.kind for part in found} - {""}
    strong = {part.label for part in found if part.is_strong}
    texts = [part for part in found if part.kind in TEXTS and part.text]
    enough = len(strong) >= STRONG_NEEDED or (bool(strong) and len(kinds) >= KINDS_ENOUGH)
    return len(kinds) >= KINDS_NEEDED and enough and bool(texts)


def _draft(parts: list[Part], url: str, fetched_at: str) -> Draft:
    parts = [_unquoted(part) for part in parts if not _is_translator(part)]
    values = {part.kind: part for part in reversed(parts) if part.text}
    issues: list[Issue] = []
    title, canonical = _title(values, url, issues)
    original, leads = texts(parts, issues)
    original, trailers = without_trailer(original)
    kept = [without_trailer(text) for text in leads]
    issues += [Issue(code="plugin-trailer", detail=cut) for cuts in (trailers, *(cuts for _, cuts in kept)) for cut in cuts]
    domain, name = _source(values.get("source"))
    published, date_issues = choose([Candidate(values["date"].text, "label")] if "date" in values else [], fetched_at)
    return Draft(
        title=title,
        text=original,
        gaps=losses(original),
        leads=tuple(Lead(text, "aggregator") for text, _ in kept),
        published=published,
        authors=tidy([values["author"].text], name) if "author" in values else (),
        domain=domain,
        name=name,
        canonical_url=canonical,
        issues=(*issues, *date_issues),
    )


def _is_translator(part: Part) -> bool:
    """Say whether a part tells who translated, under a label that may hold the translation too."""
    return part.kind == "summary" and part.label.lower() in MAKERS and len(part.text) <= LONGEST_NAME


def _unquoted(part: Part) -> Part:
    """Return a part without the marks of a Markdown quotation, where every line has one."""
    lines = part.text.split("\n")
    if not all(line.startswith(">") or not line.strip() for line in lines[1:]) or not any(line.startswith(">") for line in lines):
        return part
    return replace(part, text="\n".join(line.removeprefix(">").removeprefix(" ") for line in lines).strip())


def _title(values: dict[str, Part], url: str, issues: list[Issue]) -> tuple[str | None, str | None]:
    """Return title and address; a title in the field of the address, or the other way round, is an issue."""
    stated, address = values.get("title"), values.get("address")
    title = line(stated.text) if stated else None
    link = absolute(_link(address.text), url) if address else None
    if address and not title and (shown := _MARKDOWN.fullmatch(address.text)) and not _link(shown[1]):
        title = line(shown[1])
    if address and not link and address.text:
        issues.append(Issue(code="label-mismatch", detail=f"{address.label} holds a title, not an address", field="title"))
        title = title or line(address.text)
    if stated and title and (other := _link(title)) and absolute(other, url) and " " not in title:
        issues.append(Issue(code="label-mismatch", detail=f"{stated.label} holds an address, not a title", field="title"))
        return None, link or absolute(other, url)
    return title or None, link


def _link(value: str) -> str | None:
    """Return the address in a value: bare, without its scheme, or as a Markdown link."""
    match = re.search(r"https?://[^\s)\]>，。]+", value)
    if match:
        return match.group()
    return "https://" + value.strip() if _HOST.fullmatch(value.strip()) and "/" in value else None


def _source(part: Part | None) -> tuple[str | None, str | None]:
    """Return the host and the name in the field of the source: one of them."""
    if part is None:
        return None, None
    if shown := _MARKDOWN.fullmatch(part.text):
        return _source(Part("source", part.label, shown[2]))[0], line(shown[1]) or None
    value = fold(part.text)
    if match := _HOST.fullmatch(value):
        host = urlsplit("https://" + match[1]).hostname
        return host, None
    return None, line(part.text) or None
