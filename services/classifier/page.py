"""An explanation as one HTML page: the texts with their evidence marked, the score's sum, the tags, and what nearly counted."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from services.classifier.evidence import TOPIC
from services.classifier.explain import Explanation
from services.classifier.model import sigmoid
from shared.records.tagged import Evidence

STYLE = """
:root{color-scheme:light dark;--for:#1a7f37;--against:#c62828;--tag:#1565c0}
@media (prefers-color-scheme:dark){:root{--for:#56d364;--against:#ff8a80;--tag:#79b8ff}}
body{font:16px/1.6 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem;line-height:1.3}h2{font-size:.8rem;letter-spacing:.06em;text-transform:uppercase;opacity:.7;margin-top:2rem}
p.text{white-space:pre-wrap;overflow-wrap:anywhere}mark{background:none;color:inherit;border-bottom:2px solid var(--tag)}
mark.for{border-color:var(--for)}mark.against{border-color:var(--against)}mark.alone{border-bottom-style:dashed}
table{border-collapse:collapse;width:100%}td,th{padding:.2rem .6rem .2rem 0;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tr.sum td{border-top:1px solid;font-weight:600}.alone{font-style:italic}
"""


def page(found: Explanation) -> str:
    """Return the page: no script, nothing loaded from anywhere."""
    return "".join(
        (
            "<!doctype html>\n<html lang=und><meta charset=utf-8><meta name=viewport content='width=device-width'>",
            "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>chipwire explain</title><style>{STYLE}</style>\n<h1>{escape(headline(found))}</h1>\n",
            *(_text(found, field, text) for field, text in found.texts),
            _table("The sum", ("feature", "words", "where", "log odds"), sums(found)),
            _table("Tags", ("facet", "tag", "words", "where"), tags(found)),
            _table("Nearly", ("words", "where", "would have spoken for", "kept from it by"), nearly(found)),
        )
    )


def headline(found: Explanation) -> str:
    """Return the verdict in a line."""
    verdict = found.verdict
    answer = "semiconductor policy" if verdict.is_semiconductor_policy else "not semiconductor policy"
    return f"{answer}, probability {verdict.probability:.3f}{', to be reviewed' if verdict.review_required else ''}"


def sums(found: Explanation) -> Iterator[Sequence[str]]:
    """Yield the rows of the score: bias, contributions with the most telling first, and their sum."""
    items = sorted((item for item in found.verdict.evidence if item.facet == TOPIC), key=lambda item: -abs(item.contribution))
    total = found.bias + sum(item.contribution for item in items)
    yield "bias", "", "", f"{found.bias:+.3f}"
    for item in items:
        yield item.value, item.surface, _where(item), f"{item.contribution:+.3f}"
    yield "sum", f"probability {sigmoid(total):.3f}", "", f"{total:+.3f}"


def tags(found: Explanation) -> Iterator[Sequence[str]]:
    """Yield a row for each tag and each text that has words for it."""
    roles = {entity.id: entity.role for entity in found.verdict.entities}
    for item in found.verdict.evidence:
        if item.facet != TOPIC:
            role = f" ({roles[item.value]})" if item.facet == "entities" else ""
            yield item.facet, f"{item.value}{role}", item.surface, _where(item)


def nearly(found: Explanation) -> Iterator[Sequence[str]]:
    """Yield a row for each word or instrument that nearly counted."""
    for veto in found.vetoes:
        yield veto.surface, f"{veto.field} {veto.start}–{veto.end}", veto.value, veto.by


def stretches(found: Explanation, field: str, text: str) -> Iterator[tuple[str, Sequence[Evidence]]]:
    """Yield the whole of a text in stretches, each with the evidence that covers it."""
    items = [item for item in found.verdict.evidence if item.field == field]
    cuts = sorted({0, len(text), *(item.start for item in items), *(item.end for item in items)})
    for start, end in pairwise(cuts):
        yield text[start:end], [item for item in items if item.start <= start and end <= item.end]


def kind(items: Sequence[Evidence]) -> str:
    """Return what a marked stretch speaks: ``tag``, else ``for`` or ``against`` the article's being policy."""
    if any(item.facet != TOPIC for item in items):
        return "tag"
    return "for" if sum(item.contribution for item in items) > 0 else "against"


def _text(found: Explanation, field: str, text: str) -> str:
    parts = []
    for words, items in stretches(found, field, text):
        if items:
            labels = "; ".join(f"{item.facet}: {item.value} ({item.rule}, {item.contribution:+.2f})" for item in items)
            alone = " alone" if all(item.only_in_summary for item in items) else ""
            parts.append(f'<mark class="{kind(items)}{alone}" title="{escape(labels)}">{escape(words)}</mark>')
        else:
            parts.append(escape(words))
    return f"<h2>{escape(field)}</h2>\n<p class=text dir=auto>{''.join(parts)}</p>\n"


def _table(title: str, columns: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    number = [" class=n" if column == "log odds" else "" for column in columns]
    head = "".join(f"<th{form}>{escape(column)}" for form, column in zip(number, columns, strict=True))
    lines = []
    for row in rows:
        cells = "".join(f"<td{form}>{escape(cell)}" for form, cell in zip(number, row, strict=True))
        lines.append(f"<tr{' class=sum' if row[0] == 'sum' else ''}>{cells}")
    return f"<h2>{escape(title)}</h2>\n<table><tr>{head}\n{chr(10).join(lines)}</table>\n" if lines else ""


def _where(item: Evidence) -> str:
    return f"{item.field} {item.start}–{item.end}{', only in a summary' if item.only_in_summary else ''}"
