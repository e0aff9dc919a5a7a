"""OPML, the lists that feed readers exchange: folders are groups, our own fields are attributes of our own namespace.

Source: OPML 2.0, subscription lists (http://opml.org/spec2.opml): an outline with ``xmlUrl`` is a feed.
"""

import json
from collections.abc import Iterable, Iterator

from lxml import etree
from pydantic import ValidationError

from services.fetcher.export import line
from services.fetcher.line import Line
from shared.errors import SetupError
from shared.records.feed import Feed

OURS = "urn:chipwire:opml"
DEEPEST = 50


def parse(text: bytes, name: str) -> list[Feed]:
    """Return the feeds of an OPML file called `name`; of several with one address the first.

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
        feed = _feed(outline, group, name)
        found.setdefault(feed.url, feed)
    return list(found.values())


def _outlines(parent: etree._Element, group: str | None, depth: int) -> Iterator[tuple[etree._Element, str | None]]:
    for outline in parent.iterchildren("outline"):
        if outline.get("xmlUrl", "").strip():
            yield outline, group
        elif depth > 0:
            yield from _outlines(outline, outline.get("text") or outline.get("title") or group, depth - 1)


def _feed(outline: etree._Element, group: str | None, name: str) -> Feed:
    url = outline.get("xmlUrl", "").strip()
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
        return Line.model_validate({key: value for key, value in given.items() if value is not None}).feed()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SetupError(f"{name}:{outline.sourceline}: {'.'.join(str(part) for part in first['loc'][:1])}: {first['msg']}") from error


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
        stated = line(feed)
        label = str(stated.pop("name", feed.url))
        known = {"type": "rss", "text": label, "title": label, "xmlUrl": feed.url}
        known |= {"language": feed.language} if feed.language else {}
        ours = {f"{{{OURS}}}{key}": _written(value) for key, value in stated.items() if key not in ("url", "group", "language")}
        etree.SubElement(folders[feed.group], "outline", known | ours)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
