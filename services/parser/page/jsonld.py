"""What a page says of its article in JSON-LD (schema.org), read without trusting its form."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from services.parser.page.tree import Element
from shared.text.fold import key

TYPES = frozenset(
    "article newsarticle blogposting reportagenewsarticle report analysisnewsarticle opinionnewsarticle liveblogposting scholarlyarticle "
    "techarticle backgroundnewsarticle advertisercontentarticle socialmediaposting reviewnewsarticle".split()
)
NEWS = frozenset(name for name in TYPES if name.endswith("newsarticle"))
PAGES = frozenset("webpage itempage medicalwebpage howto recipe review videoobject faqpage qapage".split())
"""Types that are read where no article is described."""
REFERRED = frozenset(("author", "publisher"))
"""Properties whose value may be a reference to another node."""
NODES = 500
"""Objects that are looked at in all."""

_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')

Node = dict[str, Any]


def article(root: Element, titles: Iterable[str | None] = ()) -> Node:
    """Return the node that describes the article, else one that describes the page, else an empty one.

    Of several articles it is the one whose headline is in a title of the page, else the first. What a node names by its ``@id`` alone
    is put in its place.
    """
    nodes = [node for script in _scripts(root) for node in _nodes(script)]
    for types in (TYPES, PAGES):
        if found := [node for node in nodes if _is(node, types)]:
            node = _agreeing(found, [key(title) for title in titles if title]) if len(found) > 1 else found[0]
            return {name: _resolved(value, nodes) if name in REFERRED else value for name, value in node.items()}
    return {}


def is_news(node: Node) -> bool:
    """Say whether a node describes a news article of any kind."""
    return _is(node, NEWS)


def dates(root: Element) -> list[str]:
    """Return the dates of publication in JSON-LD that no JSON reader takes: a comma too many, a line break in a text."""
    return [match[1] for script in _scripts(root) if (match := _DATE.search(script)) and _loads(script) is None]


def text(value: Any) -> str | None:
    """Return a value as text: itself, or the name or text of the object it is."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("text")
    return value.strip() or None if isinstance(value, str) else None


def names(value: Any) -> Iterator[str]:
    """Yield the names in an ``author`` value: a text, an object, or a list of them."""
    for item in value[:40] if isinstance(value, list) else [value]:
        name = item.get("name") if isinstance(item, dict) else item
        for one in name[:40] if isinstance(name, list) else [name]:
            if isinstance(one, str) and one.strip():
                yield one.strip()


def _scripts(root: Element) -> list[str]:
    return [script.text or "" for script in root.iter("script") if "ld+json" in script.get("type", "").lower()]


def _nodes(source: str) -> Iterator[Node]:
    todo = [_loads(source)]
    seen = 0
    while todo and seen < NODES:
        value = todo.pop(0)
        seen += 1
        if isinstance(value, list):
            todo.extend(value[:NODES])
        elif isinstance(value, dict):
            yield value
            todo.extend(
                value[name] for name in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") if isinstance(value.get(name), dict | list)
            )


def _loads(source: str) -> Any:
    source = source.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _agreeing(nodes: list[Node], titles: list[str]) -> Node:
    headlines = [key(html.unescape(text(node.get("headline")) or "")) for node in nodes]
    return next(
        (node for node, headline in zip(nodes, headlines, strict=True) if headline and any(headline in title for title in titles)), nodes[0]
    )


def _resolved(value: Any, nodes: list[Node]) -> Any:
    """Return a value, or each item of a list, with the node that it refers to in the place of a bare ``{"@id": …}``."""
    if isinstance(value, list):
        return [_resolved(item, nodes) for item in value[:40] if not isinstance(item, list)]
    if not isinstance(value, dict) or "name" in value or not isinstance(value.get("@id"), str):
        return value
    return next((node for node in nodes if node.get("@id") == value["@id"] and "name" in node), value)


def _is(node: Node, types: frozenset[str]) -> bool:
    declared = node.get("@type")
    return any(
        isinstance(name, str) and name.rsplit("/", 1)[-1].lower() in types
        for name in (declared if isinstance(declared, list) else [declared])
    )
