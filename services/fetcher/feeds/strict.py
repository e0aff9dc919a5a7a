"""feedparser over feeds that we have decoded and repaired, without what costs most of its time there.

Its vocabulary, rules and loose parser are used as they come. Three things are done otherwise, all found by profiling 6.0.14:
expat calls it directly, with a name looked up once a feed and text joined (the SAX layer calls once for each reference and line);
what it notes of a text is a plain dict (its own one looks up aliases in every access, and deep copies); and text without bytes of
Windows-1252 in it is not translated character by character. `tests/unit/test_feed_strict.py` holds it against feedparser's own reading.
"""

import re
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype
from feedparser.util import FeedParserDict

FOREIGN = ("http://www.w3.org/1998/Math/MathML math", "http://www.w3.org/2000/svg svg")
"""Roots of what is no HTML, as expat names them: in a text they must state their namespace."""
USERLAND = "http://backend.userland.com/rss"
CONTROLS = re.compile("[\x80-\x9f]")
TEXT_BUFFER = 64 * 1024
"""Bytes of text that expat joins before it calls."""

Found = dict[str, Any]


def read(body: bytes, language: str | None, base: str = "") -> Found:
    """Return ``feed``, ``entries`` and ``version`` of a feed, as ``feedparser.parse`` gives them with its two options off.

    Args:
        body: UTF-8, declared so.
        language: What HTTP says of it.
        base: What a relative ``xml:base`` is joined to; with one, feedparser joins it to every link, and again at every tag.
    """
    version, xml, entities = replace_doctype(body)
    parser = Strict(base, language, "utf-8")
    try:
        _off(parser).parse(xml)
    except ExpatError:
        parser = _off(LooseFeedParser(base, language, "utf-8", entities))
        parser.feed(xml.decode("utf-8", "replace"))
    return {"feed": parser.feeddata, "entries": parser.entries, "version": version or parser.version}


def _off(parser: Any) -> Any:
    parser.resolve_relative_uris = parser.sanitize_html = False
    return parser


class Notes(FeedParserDict):  # type: ignore[misc]
    """What feedparser notes of a text (type, language, base): none of these names has an alias."""

    get = dict.get
    __getitem__ = dict.__getitem__
    __contains__ = dict.__contains__
    __setitem__ = dict.__setitem__

    def __deepcopy__(self, _: object) -> "Notes":
        return Notes(self)


class Plain(str):
    """A text that `translate` need not go through: feedparser maps U+0080 to U+009F and nothing else."""

    __slots__ = ()

    def translate(self, table: Any, /) -> str:
        """Return the text translated where there is something to translate."""
        return super().translate(table) if CONTROLS.search(self) else str(self)


class Strict(StrictFeedParser):  # type: ignore[misc]
    """feedparser's strict parser, called by expat."""

    def __init__(self, base: str, language: str | None, encoding: str) -> None:
        super().__init__(base, language, encoding)
        self.contentparams = Notes()
        self.decls: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.attributes: dict[str, tuple[str, ...]] = {}

    def parse(self, body: bytes) -> None:
        """Read a document.

        Raises:
            ExpatError: It is not well-formed.
        """
        expat = ParserCreate(namespace_separator=" ")
        expat.namespace_prefixes = True
        expat.buffer_text, expat.buffer_size = True, TEXT_BUFFER
        expat.StartNamespaceDeclHandler = self._declared
        expat.StartElementHandler = self._started
        expat.EndElementHandler = lambda name: self.unknown_endtag(self._tag(name))
        expat.CharacterDataHandler = self.handle_data
        expat.Parse(body, True)

    def push_content(self, *args: Any) -> None:
        """Begin a text, its notes as a plain dict."""
        super().push_content(*args)
        self.contentparams = Notes(self.contentparams)

    @staticmethod
    def decode_entities(_: str, data: str) -> str:
        """Return the text; expat has decoded its references."""
        return Plain(data)

    def _declared(self, prefix: str | None, uri: str | None) -> None:
        self.tags.clear()
        self.startPrefixMapping(prefix, uri)

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        stated, self.decls = self.decls, {}
        if name.startswith(FOREIGN):
            stated["xmlns"] = name.partition(" ")[0]
        for own, value in attributes.items():
            for known in self.attributes.get(own) or self.attributes.setdefault(own, self._names(own)):
                stated[known] = value
        self.unknown_starttag(self._tag(name), list(stated.items()))

    def _tag(self, name: str) -> str:
        """Return feedparser's name of an element: its own prefix of the namespace, else the document's."""
        return self.tags.get(name) or self.tags.setdefault(name, self._looked_up(name))

    def _looked_up(self, name: str) -> str:
        uri, local, _ = _parts(name)
        own = USERLAND if USERLAND.removeprefix("http://") in uri.lower() else uri
        prefix = self._matchnamespaces.get(own.lower())
        if uri and not prefix:
            prefix = next((given for given, used in self.namespaces_in_use.items() if given and used == own), None)
        return _joined(prefix, local)

    def _names(self, name: str) -> tuple[str, ...]:
        """Return an attribute's names: with feedparser's prefix of the namespace, and as written."""
        uri, local, given = _parts(name)
        return tuple(dict.fromkeys((_joined(self._matchnamespaces.get(uri.lower()), local), _joined(given, local))))


def _parts(name: str) -> tuple[str, str, str]:
    """Return namespace, local name and prefix of what expat joins."""
    parts = name.split(" ")
    return (parts[0], parts[1], "".join(parts[2:])) if len(parts) > 1 else ("", name, "")


def _joined(prefix: str | None, local: str) -> str:
    return (f"{prefix}:{local}" if prefix else local).lower()
