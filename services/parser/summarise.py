"""The summaries of an article: the publisher's, the feed's, and, where there is none, the beginning of the text itself."""

from collections.abc import Iterable

from services.parser.draft import Lead
from shared.records.article import Summary, Text
from shared.text.centroid import central
from shared.text.fold import clean, key
from shared.text.language import language
from shared.text.sentences import sentences

LEAD_BYTES = 400
"""Bytes of UTF-8 that an extractive summary has at least, if the text has them: about two sentences."""
LEAD_LIMIT = 1200
"""Bytes of UTF-8 that it has at most; it is cut between words where its first sentence alone is longer."""
LONG = 12_000
"""Bytes of UTF-8 from which a text's beginning is no summary of it: its central sentences are taken."""
SHORTEST = 12
"""Letters and digits, in bytes, that a summary has at least."""


def summaries(leads: Iterable[Lead], original: Text | None, title: str | None, declared: str | None) -> tuple[Summary, ...]:
    """Return the summaries, each text once; a lead of the original where nobody wrote one.

    A feed's summary that is only the beginning of the original has the method ``truncated-copy``.
    """
    seen = {key(title or "")}
    found: list[Summary] = []
    for lead in leads:
        text = clean(lead.text).strip()
        folded = key(text)
        if len(folded.encode()) < SHORTEST or folded in seen:
            continue
        seen.add(folded)
        copied = lead.origin == "feed" and original is not None and key(original.text[: 2 * len(text) + 40]).startswith(folded[:-3])
        method = "truncated-copy" if copied else lead.method
        found.append(Summary(body=Text.of(text, language(text, declared)), origin=lead.origin, method=method))
    if not found and original is not None:
        found.append(_extract(original))
    return tuple(found)


def _extract(original: Text) -> Summary:
    """Return the first sentences of the original as its summary, of a long one its most central ones, bound to its hash."""
    if len(original.text) * 4 > LONG and len(original.text.encode()) > LONG and (spans := central(original.text)):
        text = "\n".join(original.text[start:end] for start, end in spans)
        return Summary(body=Text.of(text, original.lang), origin="extractive", method="centroid", of_sha256=original.sha256)
    text = _lead(original)
    return Summary(body=Text.of(text, original.lang), origin="extractive", method="lead", of_sha256=original.sha256)


def _lead(original: Text) -> str:
    end = 0
    for start, stop in sentences(original.text[: LEAD_LIMIT * 4]):
        size = len(original.text[:stop].encode())
        if end and (size > LEAD_LIMIT or len(original.text[:start].encode()) >= LEAD_BYTES):
            break
        end = stop
    return _shortened(original.text[:end] or original.text)


def _shortened(text: str) -> str:
    encoded = text.encode()
    if len(encoded) <= LEAD_LIMIT:
        return text
    beginning = encoded[: LEAD_LIMIT - 3].decode(errors="ignore")
    return (beginning.rpartition(" ")[0] if " " in beginning[-60:] else beginning).rstrip() + "…"
