"""The step: one raw document in, one article out. Decode, recognise, extract, normalise, summarise, sketch; no clock, no I/O."""

import re
from dataclasses import replace

from pydantic import ValidationError

from services.parser.decode import decode, is_damaged
from services.parser.draft import Draft, Lead
from services.parser.entry import plain, plain_line, read_entry, text_of
from services.parser.fidelity.check import checked
from services.parser.labelled import read_labelled
from services.parser.page.address import absolute
from services.parser.page.authors import tidy
from services.parser.page.read import read_page
from services.parser.summarise import summaries
from shared import __version__
from shared.errors import PoisonError
from shared.records.article import Article, Gap, Issue, Provenance, Source, Text
from shared.records.raw import Entry, RawDocument
from shared.text.fold import clean, cut, line
from shared.text.language import language
from shared.text.sketch import sketch
from shared.topics import TEXT_LIMIT

_HTML = re.compile(
    r"<(?:!--|(?:!doctype|html|head|body|div|p|br|span|a|table|article|section|h[1-6]|ul|ol|img|meta|script|title|b|i|em|strong|font|center|form"
    r"|main|header|li|td|tr|time)\b)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W_]")
_TEXTUAL = ("text/", *(f"application/{name}" for name in ("xhtml+xml", "xml", "json", "octet-stream", "rss+xml", "atom+xml")))
_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"OggS", b"\x00\x00\x00 ftyp", b"ID3")


def parse(document: RawDocument) -> Article:
    """Return the article in a document.

    Raises:
        PoisonError: ``no-text`` (nothing to read in page or entry), ``not-a-page`` (an image, a PDF), ``undecodable`` (bytes that are
            no text) or ``bad-document`` (a document that no fetcher makes).
    """
    draft = _draft(document)
    try:
        return _article(document, draft)
    except ValidationError as error:
        raise PoisonError("bad-document", str(error.errors(include_url=False, include_input=False)[0]["msg"])) from error


def _draft(document: RawDocument) -> Draft:
    entry = document.entry
    if document.kind == "page" and _is_no_page(document):
        if entry is None or not (entry.title or entry.summary) or not text_of(entry.summary or ""):
            raise PoisonError("not-a-page", f"{document.content_type or 'no media type'}: {document.body[:8]!r}")
        return _with_issue(_joined(read_entry("", entry, document.fetched_at), entry), "not-a-page", document.content_type)
    try:
        text = decode(document.body, document.content_type if document.kind == "page" else "text/html; charset=utf-8")
    except PoisonError:
        if entry is None or not text_of(entry.summary or ""):
            raise
        return _with_issue(_joined(read_entry("", entry, document.fetched_at), entry), "undecodable", None)
    return _read(document, text)


def _read(document: RawDocument, text: str) -> Draft:
    is_html = _HTML.search(text[:20000]) is not None
    if labelled := read_labelled(text, is_html, document.url, document.fetched_at):
        return labelled
    entry = document.entry
    if document.kind == "entry":
        return _joined(read_entry(text, entry, document.fetched_at), entry)
    if not is_html:
        return _joined(replace(read_entry("", entry, document.fetched_at), text=plain(text)), entry)
    page = read_page(text, document.url, entry, document.fetched_at)
    joined = _joined(page, entry)
    if page.text or not entry or not entry.summary:
        return joined
    return _with_issue(joined, "no-body", None)


def _joined(draft: Draft, entry: Entry | None) -> Draft:
    """Return the draft with what the feed said put first."""
    if entry is None:
        return draft
    summary = text_of(entry.summary) if entry.summary else ""
    return replace(
        draft,
        title=plain_line(entry.title) or draft.title,
        authors=tidy(entry.authors, draft.name) or draft.authors,
        leads=(*((Lead(summary, "feed"),) if summary else ()), *draft.leads),
        language=draft.language or entry.language,
    )


def _article(document: RawDocument, draft: Draft) -> Article:
    original, issues = _original(draft)
    title = line(draft.title or "") or None
    leads = tuple(replace(lead, text=cut(clean(lead.text), TEXT_LIMIT // 8)) for lead in draft.leads)
    found = checked(summaries(leads, original, title, draft.language), original, draft.published)
    if original is None and not found:
        raise PoisonError("no-text", document.url)
    if is_damaged(original.text if original else found[0].body.text) or is_damaged(title or ""):
        issues.append(Issue(code="mojibake"))
    return Article(
        id=document.id,
        revision=document.revision,
        change=document.change,
        source=_source(document, draft),
        title=title,
        published=draft.published,
        original=original,
        summaries=found,
        language=original.lang if original else found[0].body.lang,
        authors=draft.authors,
        issues=(*(Issue(code=slug) for slug in document.issues), *draft.issues, *issues),
        sketch=sketch(original.text if original else found[0].body.text),
        provenance=Provenance(parser=f"parser/{__version__}", raw_sha256=document.sha256, fetched_at=document.fetched_at or None),
    )


def _source(document: RawDocument, draft: Draft) -> Source:
    link = document.entry.link if document.entry else None
    return Source(
        domain=draft.domain or document.domain,
        name=line(document.feed_name or draft.name or "")[:200] or None,
        url=document.url or None,
        canonical_url=draft.canonical_url or absolute(link, document.url),
        feed=document.feed or None,
    )


def _original(draft: Draft) -> tuple[Text | None, list[Issue]]:
    """Return the original within `TEXT_LIMIT` bytes; what is cut off, here or before it came here, is a gap and an issue."""
    text = draft.text if draft.gaps else clean(draft.text).strip()
    if not _LETTER.search(text):
        return None, []
    kept = cut(text, TEXT_LIMIT)
    gaps, issues = tuple(gap for gap in draft.gaps if gap.end <= len(kept)), []
    if draft.is_cut or len(kept) < len(text):
        detail = f"{len(text)} characters" if len(kept) < len(text) else None
        gaps = (*gaps, Gap(start=len(kept), end=len(kept), kind="truncated"))
        issues = [Issue(code="truncated", detail=detail, field="original", start=len(kept), end=len(kept))]
    return Text.of(kept, language(kept, draft.language), gaps), issues


def _with_issue(draft: Draft, code: str, detail: str | None) -> Draft:
    return replace(draft, issues=(*draft.issues, Issue(code=code, detail=detail)))


def _is_no_page(document: RawDocument) -> bool:
    media_type = (document.content_type or "").split(";")[0].strip().lower()
    return document.body.startswith(_MAGIC) or bool(media_type and not media_type.startswith(_TEXTUAL))
