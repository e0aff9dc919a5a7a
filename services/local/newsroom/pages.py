"""A story as the bytes of its page: the outlet's template filled in. Nothing in it depends on time, so a re-check finds it unchanged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template

from services.local.newsroom.stories import Newsroom, Outlet, Story

PLAIN = "plain.txt"
"""The template that is none: the story's text is the page."""

Origins = Mapping[str, str]
"""Outlet id → ``http://127.0.0.1:PORT``."""


@dataclass(frozen=True, slots=True)
class Document:
    """A body and its media type; `charset` is None where only the document itself declares its encoding."""

    body: bytes
    content_type: str
    charset: str | None = None


def link(story: Story, origins: Origins) -> str:
    """Return the address of a story's page, which is on the host of the outlet that wrote it."""
    return origins[story.outlet] + story.path


def page(newsroom: Newsroom, story: Story, origins: Origins) -> Document:
    """Return a story's page, in its outlet's encoding; an encoding other than UTF-8 is declared by the page alone."""
    outlet = newsroom.outlet(story.outlet)
    name = story.template or outlet.template
    if name == PLAIN:
        return Document(story.body.encode(), "text/plain", "utf-8")
    body = Template(newsroom.templates[name]).substitute(_fields(newsroom, outlet, story, origins))
    declared = "utf-8" if outlet.encoding == "utf-8" else None
    return Document(body.encode(outlet.encoding, "xmlcharrefreplace"), "text/html", declared)


def html(story: Story) -> str:
    """Return a story's text as HTML, a ``<p>`` a paragraph."""
    return "\n".join("<p>" + "<br>\n".join(escape(line, quote=False) for line in part.splitlines()) + "</p>" for part in story.paragraphs)


def _fields(newsroom: Newsroom, outlet: Outlet, story: Story, origins: Origins) -> dict[str, str]:
    others = [other for other in newsroom.stories if other.outlet == outlet.id and other.id != story.id]
    return {
        "lang": outlet.language,
        "charset": outlet.encoding,
        "site": escape(outlet.title),
        "title": escape(story.title),
        "byline": escape(" / ".join(story.authors)),
        "iso": story.date.isoformat(),
        "day": f"{story.date:%Y-%m-%d %H:%M}",
        "head": "\n".join(_head(outlet, story, origins)),
        "text": html(story),
        "nav": "".join(f'<li><a href="/section/{at}">{escape(name)}</a></li>' for at, name in enumerate(outlet.sections)),
        "more": escape(outlet.more),
        "related": "".join(f'<li><a href="{link(other, origins)}">{escape(other.title)}</a></li>' for other in others[:3]),
        "footer": escape(outlet.footer),
    }


def _head(outlet: Outlet, story: Story, origins: Origins) -> list[str]:
    tags = [f'<link rel="canonical" href="{link(story, origins)}">']
    if outlet.description and story.summary:
        tags.append(f'<meta name="description" content="{escape(story.summary)}">')
    if outlet.json_ld:
        tags.append(f'<script type="application/ld+json">{_json_ld(outlet, story)}</script>')
    return tags


def _json_ld(outlet: Outlet, story: Story) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.date.isoformat(),
        "dateModified": story.changed.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "Organization", "name": outlet.title},
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
