"""The labelled page: a summary, then labels that say where it comes from, and the original under one of them; labels may lie.

The form is in DESIGN.md, "The form of the seed". A label stands at the start of a line; its value follows, or is the lines after it.
"""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from services.parser.draft import Draft, Lead
from services.parser.labels import Part, is_hinted, parts
from services.parser.loss import losses, without_trailer
from services.parser.page.address import absolute
from services.parser.page.authors import tidy
from services.parser.page.dates import Candidate, choose
from shared.records.article import Issue
from shared.text.fold import clean, fold, line
from shared.text.language import language

KINDS_NEEDED = 3
"""Different kinds of label that make a labelled page; two labels must be strong and one must be of a text."""
CHARACTERS_OF_A_WORD = 3
"""A Chinese character says about as much as this many letters."""
MARKUP_LIMIT = 1_000_000
"""Characters: a larger page is no labelled one, and beautifulsoup4 would take seconds over it."""

_HOST = re.compile(r"(?:https?://)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24})(?:[:/].*)?", re.I)
_APART = ["script", "style", "head", "title", "noscript", "template"]
_BLOCKS = "br p div li tr h1 h2 h3 h4 blockquote section article table ul ol dt dd".split()


def read_labelled(text: str, is_html: bool, url: str, fetched_at: str) -> Draft | None:
    """Return the draft of a labelled page, None if the text is none.

    Args:
        text: The page, decoded.
        is_html: Whether its tags are to be taken out first.
        url: Where it was fetched.
        fetched_at: RFC 3339 in UTC, empty where unknown.
    """
    if not is_hinted(text) or (is_html and len(text) > MARKUP_LIMIT):
        return None
    found = parts(clean(_lines(text) if is_html else text))
    kinds = {part.kind for part in found} - {""}
    strong = {part.label for part in found if part.is_strong}
    if len(kinds) < KINDS_NEEDED or len(strong) < 2 or not kinds & {"abstract", "original", "summary"}:
        return None
    return _draft(found, url, fetched_at)


def _lines(markup: str) -> str:
    """Return the text of a small page, its runs of spaces kept: they tell of lost links."""
    soup = BeautifulSoup("<body>" + markup, "lxml")
    for tag in soup(_APART):
        tag.extract()
    for tag in soup(_BLOCKS):
        tag.insert_before("\x01" if tag.name == "br" else "\x02")
        tag.insert_after("" if tag.name == "br" else "\x02")
    text = re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", soup.get_text())
    return re.sub(" *\x01 *", "\n", re.sub("[ \x01]*\x02[ \x01\x02]*", "\n\n", text))


def _draft(parts: list[Part], url: str, fetched_at: str) -> Draft:
    values = {part.kind: part for part in reversed(parts) if part.text}
    issues: list[Issue] = []
    title, canonical = _title(values, url, issues)
    original, leads = _texts(parts, issues)
    original, trailer = without_trailer(original)
    kept = [(text, *without_trailer(text)) for text in leads]
    issues += [Issue(code="plugin-trailer", detail=cut) for cut in (trailer, *(cut for _, _, cut in kept)) if cut]
    domain, name = _source(values.get("source"))
    published, date_issues = choose([Candidate(values["date"].text, "label")] if "date" in values else [], fetched_at)
    return Draft(
        title=title,
        text=original,
        gaps=losses(original),
        leads=tuple(Lead(text, "aggregator") for _, text, _ in kept),
        published=published,
        authors=tidy([values["author"].text]) if "author" in values else (),
        domain=domain,
        name=name,
        canonical_url=canonical,
        issues=(*issues, *date_issues),
    )


def _texts(parts: list[Part], issues: list[Issue]) -> tuple[str, list[str]]:
    """Return the original and the summaries; a full text in the field of the abstract is the original, and an issue."""
    unlabelled = "\n\n".join(part.text for part in parts if part.kind == "")
    summaries = [part.text for part in parts if part.kind == "summary"]
    original = next((part.text for part in parts if part.kind == "original"), "")
    abstract = next((part for part in parts if part.kind == "abstract"), None)
    if not original and unlabelled and summaries and abstract is None:
        return unlabelled, summaries
    leads = [text for text in (unlabelled, *summaries) if text]
    if abstract is None:
        return original, leads
    if original:
        return original, [*leads, abstract.text]
    if leads and _weight(abstract.text) < _weight("".join(leads)):
        return "", [*leads, abstract.text]
    issues.append(Issue(code="label-mismatch", detail=f"{abstract.label} holds the full text", field="original"))
    return abstract.text, leads


def _weight(text: str) -> int:
    return len(text) * (CHARACTERS_OF_A_WORD if language(text).startswith("zh") else 1)


def _title(values: dict[str, Part], url: str, issues: list[Issue]) -> tuple[str | None, str | None]:
    """Return title and address; a title in the field of the address, or the other way round, is an issue."""
    stated, address = values.get("title"), values.get("address")
    title = line(stated.text) if stated else None
    link = absolute(_link(address.text), url) if address else None
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
    value = fold(part.text)
    if match := _HOST.fullmatch(value):
        host = urlsplit("https://" + match[1]).hostname
        return host, None
    return None, line(part.text) or None
