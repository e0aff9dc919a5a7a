"""What worker processes make of bytes from outside: entries ready to be compared, hashes of pages, a verdict of robots.txt."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from html import unescape

import lxml.html
from protego import Protego

from services.fetcher import identity
from services.fetcher.blocks import is_block_page
from services.fetcher.feeds.feed import ParsedEntry
from services.fetcher.feeds.form import Form
from services.fetcher.feeds.source import read_source
from services.fetcher.feeds.times import seconds, utc
from services.fetcher.feeds.wishes import Wishes
from shared.errors import PoisonError
from shared.records.raw import SUMMARY_LIMIT, Entry
from shared.topics import BODY_LIMIT

BLOCK_LENGTH = 80
"""Characters from which a block is text and not a menu, a caption or an advertisement (issue 5, Edits and withdrawals)."""
WHOLE_TEXT, WHOLE_TEXT_CJK = 1000, 400
"""Characters from which an entry's content counts as the whole article; Chinese says the same in fewer."""
CUT_SHORT = re.compile(r"(?:\[?(?:…|\.\.\.)\]?|read more\W*|continue reading\W*|阅读全文\W*|閱讀全文\W*|查看更多\W*)$", re.IGNORECASE)
HTML_LIMIT = 256 * 1024
"""Bytes of an entry's own HTML that are kept while its page is fetched."""
MOST_TIMES = 200
TEXT_LIMIT, NAME_LIMIT, NAMES_LIMIT = 4096, 300, 20
TAG = re.compile(r"<[^<>]{0,10000}>")
CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
INVISIBLE = frozenset({"script", "style", "noscript", "template", "head", "svg", "nav", "iframe"})
INLINE = frozenset(
    "a abbr b bdi br cite code em font i kbd mark q small span strong sub sup u wbr".split(),
)
MODIFIED = (
    re.compile(
        r"""<meta[^>]{0,200}?(?:article:modified_time|og:updated_time|dateModified)["'][^>]{0,100}?content=["']([^"'<>]{4,60})""",
        re.IGNORECASE,
    ),
    re.compile(r'"dateModified"\s{0,20}:\s{0,20}"([^"]{4,60})"'),
)

GROUP = re.compile(r"^([ \t]*user[- ]?agent[ \t]*:[ \t]*[^\s/#]+).*$", re.IGNORECASE | re.MULTILINE)
"""A line of robots.txt that names whom the rules are for, up to the end of the product token."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as the lane compares it. `names` as `identity.names` gives them; `whole` if `html` is the whole article."""

    names: tuple[str, ...]
    fields_hash: str
    entry: Entry
    html: str
    link: str | None
    whole: bool


@dataclass(frozen=True, slots=True)
class FeedDigest:
    """A feed's title and entries, how often it wishes to be polled, and the dates of its entries (seconds since 1970).

    `then` holds the addresses at which the rest is: the list of a page that loads it, the parts of an index.
    """

    title: str | None
    entries: tuple[Found, ...]
    wishes: Wishes = field(default_factory=Wishes)
    times: tuple[float, ...] = ()
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageDigest:
    """The hash of a page's text, and when the page itself says that it was modified."""

    text_sha256: str
    modified: str | None


def read_feed(
    body: bytes, headers: Mapping[str, str], url: str, host: str, feed: str, full_text: str, form: Form | None = None
) -> FeedDigest:
    """Return what a feed, a list of links or a sitemap says.

    Args:
        body: With its content codings undone.
        headers: The response's.
        url: Where it came from in the end.
        host: The registered authority of the feed.
        feed: Its id.
        full_text: ``always`` fetch article pages, ``never``, or ``auto``: those of entries that do not hold the whole text.
        form: How to read what is no feed.

    Raises:
        PoisonError: ``not-a-feed``, ``not-a-sitemap``, ``empty-list``, ``bad-json``, ``bad-gzip``, ``body-too-large``, or
            ``block-page`` for what stands in its way.
    """
    try:
        parsed, then = read_source(body, headers, url, form or Form())
    except PoisonError:
        if is_block_page(body):
            raise PoisonError("block-page", "a page stands in the way of the feed") from None
        raise
    names = identity.names(parsed.entries, host, feed)
    found = [_found(entry, own, full_text, parsed.language) for entry, own in zip(parsed.entries, names, strict=True)]
    times = [moment for entry in parsed.entries[:MOST_TIMES] if (moment := seconds(entry.published or entry.updated)) is not None]
    return FeedDigest(parsed.title, tuple(found), parsed.wishes, tuple(times), then)


def _found(entry: ParsedEntry, names: tuple[str, ...], full_text: str, language: str | None) -> Found:
    whole = full_text == "never" or (full_text == "auto" and _is_whole(entry))
    html = _cut(entry.content or entry.summary or "", BODY_LIMIT if whole else HTML_LIMIT)
    return Found(names, identity.fields_hash(entry), stated(entry, language), html, entry.link, whole)


def stated(entry: ParsedEntry, language: str | None) -> Entry:
    """Return what a feed in `language` says of an article, each part cut to its limit."""
    return Entry(
        title=entry.title and _cut(entry.title, TEXT_LIMIT),
        summary=entry.summary and _cut(entry.summary, SUMMARY_LIMIT),
        published=entry.published,
        updated=entry.updated,
        authors=tuple(_cut(name, NAME_LIMIT) for name in entry.authors[:NAMES_LIMIT]),
        guid=entry.guid and _cut(entry.guid, TEXT_LIMIT),
        link=entry.link,
        tags=tuple(_cut(tag, NAME_LIMIT) for tag in entry.tags[:NAMES_LIMIT]),
        language=entry.language or language,
    )


def _cut(text: str, limit: int) -> str:
    """Return at most `limit` bytes of a text, between characters, without what UTF-8 cannot hold."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")


def _is_whole(entry: ParsedEntry) -> bool:
    """Say whether an entry's content is long enough for an article and does not break off."""
    text = " ".join(unescape(TAG.sub(" ", entry.content or "")).split())
    least = WHOLE_TEXT_CJK if len(CJK.findall(text)) * 3 > len(text) else WHOLE_TEXT
    return len(text) >= least and not CUT_SHORT.search(text[-40:])


def read_page(body: bytes, last_modified: str | None) -> PageDigest:
    """Return the hash of a page's text blocks of `BLOCK_LENGTH` characters or more, of its whole body where it has none.

    Args:
        body: Of the page.
        last_modified: The response's own word, which counts where the page says nothing.

    Raises:
        PoisonError: ``block-page`` for one that stands in the way of the page.
    """
    if is_block_page(body):
        raise PoisonError("block-page", "a page stands in the way of the page")
    blocks = [block for block in _blocks(body) if len(block) >= BLOCK_LENGTH]
    text = "\n".join(blocks).encode("utf-8", "replace") or body
    head = body[: 512 * 1024].decode("utf-8", "replace")
    stated = next((match[1] for pattern in MODIFIED if (match := pattern.search(head))), last_modified)
    return PageDigest(sha256(text).hexdigest(), stated and (utc(stated) or stated))


def _blocks(body: bytes) -> Iterator[str]:
    """Yield the runs of text between block elements, white space folded."""
    try:
        root = lxml.html.document_fromstring(body)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return
    lxml.etree.strip_elements(root, *INVISIBLE, lxml.etree.Comment, with_tail=False)
    run: list[str] = []
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        if element.tag not in INLINE and run:
            yield " ".join("".join(run).split())
            run = []
        run.append((element.text if event == "start" else element.tail) or "")
    yield " ".join("".join(run).split())


@lru_cache(maxsize=64)
def _robots(text: str) -> Protego:
    return Protego.parse(GROUP.sub(r"\1", "\n".join(text.splitlines())))


def read_robots(text: str, url: str, agent: str) -> tuple[bool, float | None]:
    """Return whether a robots.txt lets `agent` fetch `url`, and the seconds between requests that it wishes for.

    Groups are found by product tokens alone: Protego would look for them in every word of `agent`, contact included, versions too.
    """
    rules, token = _robots(text), re.split(r"[\s/]", agent.strip(), maxsplit=1)[0]
    return bool(rules.can_fetch(url, token)), rules.crawl_delay(token)
