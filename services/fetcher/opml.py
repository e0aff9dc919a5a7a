"""OPML, the lists that feed readers exchange: folders are groups, our own fields are attributes of our own namespace.

Source: OPML 2.0, subscription lists (http://opml.org/spec2.opml): an outline with ``xmlUrl`` is a feed.
"""

import json
from collections.abc import Iterable, Iterator

from lxml import etree

from services.fetcher import export, line
from shared.errors import SetupError
from shared.records.feed import Feed

OURS = "urn:chipwire:opml"
DEEPEST = 50


def parse(text: bytes, name: str, hub: str | None = None) -> list[Feed]:
    """Return the feeds of an OPML file called `name`; of several with one address the first.

    Routes are of the RSSHub at `hub`.

    Raises:
        SetupError: One line, with the number of the first line that is wrong.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise SetupError(f"{name}:{error.lineno or 1}: not XML: {error.msg}") from error
    if root.tag != "opml" or (body := root.find("body")) is None:
        raise SetupError(f"{name}:1: not OPML: the root is {root.tag!r:.60}")
    found: dict[str, Feed] = {}
    for outline, group in _outlines(body, None, DEEPEST):
        feed = _feed(outline, group, name, hub)
        found.setdefault(feed.url, feed)
    return list(found.values())


def _outlines(parent: etree._Element, group: str | None, depth: int) -> Iterator[tuple[etree._Element, str | None]]:
    for outline in parent.iterchildren("outline"):
        if _address(outline):
            yield outline, group
        elif depth > 0:
            yield from _outlines(outline, outline.get("text") or outline.get("title") or group, depth - 1)


def _address(outline: etree._Element) -> str:
    """Return ``xmlUrl``, empty without one; some readers write it in lower case."""
    return next((str(value).strip() for name, value in outline.attrib.items() if str(name).lower() == "xmlurl"), "")


def _feed(outline: etree._Element, group: str | None, name: str, hub: str | None) -> Feed:
    url = _address(outline)
    label = outline.get("title") or outline.get("text") or None
    given: dict[str, object] = {
        "url": f"http://{url.removeprefix('feed://')}" if url.startswith("feed://") else url.removeprefix("feed:"),
        "name": label if label != url else None,
        "language": outline.get("language") or None,
        "group": group,
    }
    for key, value in outline.attrib.items():
        if str(key).startswith(f"{{{OURS}}}"):
            given[str(key).removeprefix(f"{{{OURS}}}")] = _value(str(value))
    try:
        return line.read({key: value for key, value in given.items() if value is not None}, hub)
    except ValueError as error:
        raise SetupError(f"{name}:{outline.sourceline}: {error}") from error


def _value(written: str) -> object:
    """Return an attribute's value: JSON for what is no text."""
    try:
        return json.loads(written) if written[:1] in "{tf0123456789" else written
    except ValueError:
        return written


def write(feeds: Iterable[Feed], title: str = "chipwire") -> bytes:
    """Return feeds as OPML, one folder a group; what OPML has no word for is kept in our namespace."""
    root = etree.Element("opml", {"version": "2.0"}, {"c": OURS})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str | None, etree._Element] = {None: body}
    for feed in feeds:
        if feed.group not in folders:
            folders[feed.group] = etree.SubElement(body, "outline", {"text": feed.group or ""})
        stated = export.line(feed)
        url = str(stated.pop("url"))
        label = str(stated.pop("name", url))
        known = {"type": "rss", "text": label, "title": label, "xmlUrl": url}
        known |= {"language": feed.language} if feed.language else {}
        ours = {f"{{{OURS}}}{key}": _written(value) for key, value in stated.items() if key not in ("group", "language")}
        etree.SubElement(folders[feed.group], "outline", known | ours)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
