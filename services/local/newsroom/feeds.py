"""An outlet's stories as the bytes of its feed: RSS 2.0, RSS 1.0 (RDF), Atom or JSON Feed."""

import json
from collections.abc import Callable, Mapping, Sequence
from email.utils import format_datetime
from typing import Any

from lxml import etree

from services.local.newsroom.pages import Document, Origins, html, link
from services.local.newsroom.stories import Outlet, Story

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RSS1 = "{http://purl.org/rss/1.0/}"
XML = "{http://www.w3.org/XML/1998/namespace}"
PREFIXES = {ATOM: "atom", CONTENT: "content", DC: "dc", TERMS: "dcterms", RDF: "rdf"}
PATHS = {"rss": "/rss.xml", "atom": "/atom.xml", "rdf": "/index.rdf", "json": "/feed.json"}
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml", "json": "application/feed+json"}


def listing(outlet: Outlet, stories: Sequence[Story], origins: Origins) -> Document:
    """Return an outlet's feed with these stories in it; XML alone declares its encoding."""
    return Document(RENDERERS[outlet.format](outlet, stories, origins), TYPES[outlet.format])


def _rss(outlet: Outlet, stories: Sequence[Story], origins: Origins) -> bytes:
    root = etree.Element("rss", {"version": "2.0"}, _prefixes(ATOM, CONTENT, DC))
    channel = _add(root, "channel")
    _channel(channel, "", outlet, origins)
    _add(channel, "language", outlet.language)
    for story in stories:
        item = _add(channel, "item")
        _add(item, "title", story.title)
        _add(item, "link", link(story, origins))
        _add(item, "guid", _guid(story, outlet), isPermaLink="false")
        _add(item, "pubDate", format_datetime(story.date))
        _details(item, outlet, story, "description", f"{ATOM}updated")
    return _xml(root, outlet)


def _rdf(outlet: Outlet, stories: Sequence[Story], origins: Origins) -> bytes:
    root = etree.Element(f"{RDF}RDF", {}, _prefixes(RDF, DC, TERMS, CONTENT, default=RSS1))
    channel = _add(root, f"{RSS1}channel", **{f"{RDF}about": origins[outlet.id] + PATHS["rdf"]})
    _channel(channel, RSS1, outlet, origins)
    _add(channel, f"{DC}language", outlet.language)
    sequence = _add(_add(channel, f"{RSS1}items"), f"{RDF}Seq")
    for story in stories:
        _add(sequence, f"{RDF}li", **{f"{RDF}resource": link(story, origins)})
        item = _add(root, f"{RSS1}item", **{f"{RDF}about": link(story, origins)})
        _add(item, f"{RSS1}title", story.title)
        _add(item, f"{RSS1}link", link(story, origins))
        _add(item, f"{DC}date", story.date.isoformat())
        _details(item, outlet, story, f"{RSS1}description", f"{TERMS}modified")
    return _xml(root, outlet)


def _channel(channel: etree._Element, namespace: str, outlet: Outlet, origins: Origins) -> None:
    _add(channel, f"{namespace}title", outlet.title)
    _add(channel, f"{namespace}link", origins[outlet.id] + "/")
    _add(channel, f"{namespace}description", outlet.about)


def _details(item: etree._Element, outlet: Outlet, story: Story, summary: str, updated: str) -> None:
    """Append what both kinds of RSS say alike, under the tags of the one at hand."""
    for author in story.authors:
        _add(item, f"{DC}creator", author)
    if story.updated:
        _add(item, updated, story.updated.isoformat())
    if story.summary:
        _add(item, summary, story.summary)
    if outlet.delivery == "full":
        _add(item, f"{CONTENT}encoded").text = etree.CDATA(html(story))


def _atom(outlet: Outlet, stories: Sequence[Story], origins: Origins) -> bytes:
    root = etree.Element(f"{ATOM}feed", {f"{XML}lang": outlet.language}, _prefixes(default=ATOM))
    _add(root, f"{ATOM}title", outlet.title)
    _add(root, f"{ATOM}id", f"tag:{outlet.id}.example,2026:feed")
    _add(root, f"{ATOM}link", rel="self", href=origins[outlet.id] + PATHS["atom"])
    _add(root, f"{ATOM}updated", max(story.changed for story in stories).isoformat())
    for story in stories:
        _atom_entry(_add(root, f"{ATOM}entry"), outlet, story, origins)
    return _xml(root, outlet)


def _atom_entry(entry: etree._Element, outlet: Outlet, story: Story, origins: Origins) -> None:
    _add(entry, f"{ATOM}title", story.title)
    _add(entry, f"{ATOM}link", rel="alternate", href=link(story, origins))
    _add(entry, f"{ATOM}id", _guid(story, outlet))
    _add(entry, f"{ATOM}published", story.date.isoformat())
    _add(entry, f"{ATOM}updated", story.changed.isoformat())
    for author in story.authors:
        _add(_add(entry, f"{ATOM}author"), f"{ATOM}name", author)
    if story.summary:
        _add(entry, f"{ATOM}summary", story.summary)
    if outlet.delivery == "full":
        _add(entry, f"{ATOM}content", html(story), type="html")


def _json(outlet: Outlet, stories: Sequence[Story], origins: Origins) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": origins[outlet.id] + "/",
        "description": outlet.about,
        "language": outlet.language,
        "items": [_json_item(outlet, story, origins) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(outlet: Outlet, story: Story, origins: Origins) -> dict[str, object]:
    item = {
        "id": _guid(story, outlet),
        "url": link(story, origins),
        "title": story.title,
        "date_published": story.date.isoformat(),
        "date_modified": story.changed.isoformat(),
        "authors": [{"name": name} for name in story.authors],
        "summary": story.summary,
        "content_html": html(story) if outlet.delivery == "full" else None,
    }
    return {name: value for name, value in item.items() if value}


def _prefixes(*namespaces: str, default: str | None = None) -> Any:
    """Return lxml's map of prefixes; lxml-stubs does not know that the default namespace goes under None."""
    return {PREFIXES[name]: name[1:-1] for name in namespaces} | ({None: default[1:-1]} if default else {})


def _add(parent: etree._Element, tag: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """Append an element and return it."""
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _xml(root: etree._Element, outlet: Outlet) -> bytes:
    encoding = outlet.encoding.upper()
    text: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding, "xmlcharrefreplace")


def _guid(story: Story, outlet: Outlet) -> str:
    return f"tag:{outlet.id}.example,2026:{story.id.partition('/')[2]}"


RENDERERS: Mapping[str, Callable[[Outlet, Sequence[Story], Origins], bytes]] = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}
