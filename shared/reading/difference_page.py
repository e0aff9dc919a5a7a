"""A difference as one self-contained page, to attach to a review."""

from html import escape
from typing import Any

from shared.reading.difference import Difference, Different

MOST = 500
"""Articles shown; the page says how many more there are."""
STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse}td,th{padding:.2rem .9rem .2rem 0;text-align:left;vertical-align:top}
article{border-top:1px solid #ccc;padding:.6rem 0}h2{font-size:1rem;margin:.2rem 0}code{color:#666}
del{background:#fde8e8;text-decoration:none}ins{background:#e3f6e5;text-decoration:none}small{color:#666}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}del{background:#4a1f1f}ins{background:#1d3f22}}"""


def page(found: Difference, old: str, new: str) -> str:
    """Return the page: what was compared, a table by facet, the articles that changed most first.

    Args:
        found: The difference.
        old: How the old slice is called.
        new: Likewise the new one.
    """
    rows = "".join(
        f"<tr><td>{escape(facet)}</td>" + "".join(f"<td>{counts[kind] or ''}</td>" for kind in ("gained", "lost", "changed")) + "</tr>"
        for facet, counts in sorted(found.facets.items())
    )
    rows += "".join(
        f"<tr><td>dead letter {escape(reason)}</td><td>{count if kind == 'gained' else ''}</td><td>{count if kind == 'lost' else ''}</td>"
        "<td></td></tr>"
        for (reason, kind), count in sorted(found.dead.items())
    )
    more = f"<p>and {found.over - MOST} more</p>" if found.over > MOST else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>chipwire diff</title><style>{STYLE}</style>'
        f"<h1>{found.over} of {found.compared} revisions differ</h1><p><code>{escape(old)}</code> → <code>{escape(new)}</code></p>"
        f"<table><tr><th>facet<th>gained<th>lost<th>changed</tr>{rows}</table>"
        + "".join(_article(each) for each in found.articles[:MOST])
        + more
        + "</html>\n"
    )


def _article(each: Different) -> str:
    head = f"<article><h2>{escape(each.title) or '(no title)'}</h2><code>{escape(each.id)}.{escape(each.revision)}</code> {each.kind}"
    rows = "".join(
        f"<tr><td>{escape(change.facet)}</td><td>{_side('del', change.old)} {_side('ins', change.new)}"
        + (f"<br><small>{escape(change.evidence)}</small>" if change.evidence else "")
        + "</td></tr>"
        for change in each.changes
    )
    return f"{head}<table>{rows}</table></article>"


def _side(tag: str, value: Any) -> str:
    return "" if value is None else f"<{tag}>{escape(str(value))}</{tag}>"
