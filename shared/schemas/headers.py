"""Every header that a record can carry: the one table behind the schemas, the AsyncAPI document and `docs/consumers.md`.

What a consumer filters on is ``ce_*``; ``chipwire-*`` is plumbing, for people who look for where a record came from.
"""

from dataclasses import dataclass

from shared.records.article import CHANGES
from shared.records.headers import ARTICLE_TYPE, ENTRY_TYPE, JSON, PAGE_TYPE, RETRACTION_TYPE, TAGGED_TYPE
from shared.schemas.generate import DIALECT, OPEN, OPEN_NOTE, Schema, identifier

RAW_KINDS = frozenset(["page", "entry"])
ARTICLE_KINDS = frozenset(["article", "tagged"])
LIVING = RAW_KINDS | ARTICLE_KINDS
WITHDRAWN = frozenset(["retraction", "tombstone"])
EVENTS = LIVING | WITHDRAWN
STATE = frozenset(["feed", "fetch-state"])
LETTER = frozenset(["dead-letter"])
KINDS = ("page", "entry", "article", "tagged", "retraction", "tombstone", "dead-letter", "settlement", "feed", "fetch-state")
SETTLEMENT = frozenset(["settlement"])
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Header:
    """One header.

    Attributes:
        name: As on the wire.
        says: What it means, for people.
        example: A value, as text.
        on: The kinds of record that always carry it.
        may: Those that may.
        pattern: A regular expression that every value matches, where there is one.
        known: Values known today, where they can be listed; new ones may come.
    """

    name: str
    says: str
    example: str
    on: frozenset[str]
    may: frozenset[str] = NONE
    pattern: str | None = None
    known: tuple[str, ...] = ()


ID, LIST, WHOLE, TIME = r"[0-9a-f]{32}", r"([^,]+(,[^,]+)*)?", r"[0-9]+", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"
TYPES = (PAGE_TYPE, ENTRY_TYPE, ARTICLE_TYPE, TAGGED_TYPE, RETRACTION_TYPE)
ADDRESS = r"[a-zA-Z0-9._-]+/[0-9]+/[0-9]+"
HEADERS = (
    Header("ce_specversion", "Version of CloudEvents.", "1.0", EVENTS, pattern=r"1\.0"),
    Header(
        "ce_id",
        "Article id and revision: with `ce_type` unique for ever, equal in every replay.",
        f"{'0a' * 16}.2",
        EVENTS,
        NONE,
        ID + r"\.[0-9]+",
    ),
    Header("ce_source", "The feed's id.", "example-wire", EVENTS),
    Header("ce_type", "What the record is.", TAGGED_TYPE, EVENTS, known=TYPES),
    Header("ce_subject", "The article's id, as in the key.", "0a" * 16, EVENTS, pattern=ID),
    Header("ce_time", "When it was fetched, RFC 3339 in UTC.", "2026-11-24T10:00:00Z", EVENTS, pattern=TIME),
    Header("ce_dataschema", "URN of the value's schema.", identifier("tagged"), EVENTS, NONE, r"urn:chipwire:schema:[a-z-]+:v[0-9]+"),
    Header("ce_revision", "Counts up from 1 with each change of the article.", "2", EVENTS, pattern=r"[1-9][0-9]*"),
    Header("ce_change", "Why this revision is there.", "corrected", EVENTS, known=tuple(sorted(CHANGES))),
    Header("ce_feed", "The feed's id.", "example-wire", EVENTS),
    Header("ce_domain", "Host of the article's page.", "example.org", EVENTS),
    Header("ce_linkhash", "Hash of the link without its scheme: equal for copies of one page in several feeds.", "f" * 32, EVENTS),
    Header(
        "ce_traceparent",
        "W3C trace context; the trace is the article.",
        f"00-{'0a' * 16}-{'1b' * 8}-01",
        EVENTS,
        pattern=rf"00-{ID}-[0-9a-f]{{16}}-01",
    ),
    Header("ce_lang", "Main language, BCP 47; `und` where unknown.", "zh-Hans", ARTICLE_KINDS, pattern=r"[A-Za-z0-9-]+"),
    Header("ce_policy", "Is it about semiconductor policy?", "true", frozenset(["tagged"]), pattern="true|false"),
    Header(
        "ce_instruments",
        "Its policy instruments, sorted, with commas; empty if there are none.",
        "export_control,tariff",
        frozenset(["tagged"]),
        pattern=LIST,
    ),
    Header(
        "ce_jurisdictions",
        "Whose policy, sorted, with commas; empty if there is none.",
        "CN,US,US/BIS",
        frozenset(["tagged"]),
        NONE,
        LIST,
    ),
    Header("content-type", "Media type of the value; a tombstone has none.", JSON, LIVING | STATE | frozenset(["retraction"])),
    Header(
        "chipwire-from",
        "The record it was made from: topic/partition/offset.",
        "news.articles.v1/2/17",
        ARTICLE_KINDS,
        WITHDRAWN,
        ADDRESS,
    ),
    Header("chipwire-version", "Version of the code that made it.", "0.1.0", ARTICLE_KINDS, WITHDRAWN),
    Header("chipwire-url", "Where the document was fetched, or what the entry links to.", "https://example.org/news/1", RAW_KINDS),
    Header("chipwire-feed-name", "The feed's name, for people.", "Example Wire", NONE, RAW_KINDS),
    Header("chipwire-status", "HTTP status of the answer.", "200", NONE, RAW_KINDS, WHOLE),
    Header("chipwire-etag", "As received.", 'W/"5f"', NONE, RAW_KINDS),
    Header("chipwire-last-modified", "As received.", "Tue, 24 Nov 2026 09:00:00 GMT", NONE, RAW_KINDS),
    Header("chipwire-content-type", "As received.", "text/html; charset=gbk", NONE, RAW_KINDS),
    Header("chipwire-raw-sha256", "SHA-256 of the value, in hex.", "0a" * 32, RAW_KINDS, pattern=r"[0-9a-f]{64}"),
    Header("chipwire-previous-sha256", "The same of the revision before.", "1b" * 32, NONE, RAW_KINDS, r"[0-9a-f]{64}"),
    Header("chipwire-fetched-at", "When it was fetched, RFC 3339 in UTC.", "2026-11-24T10:00:00Z", RAW_KINDS, pattern=TIME),
    Header("chipwire-issues", "What the fetcher left out, with commas.", "body-too-large", NONE, RAW_KINDS, LIST),
    Header("chipwire-entry", "What the feed said of it, JSON of the schema `entry-header`.", '{"title":"Chips"}', NONE, RAW_KINDS),
    Header("dlq-stage", "The service that gave the record up.", "parser", LETTER),
    Header("dlq-reason", "Why, a slug.", "no-text", LETTER, pattern=r"[a-z0-9-]+"),
    Header("dlq-error", "Why, for people.", "the page holds no text", LETTER),
    Header("dlq-topic", "Where the record lay: its topic,", "news.raw.v1", LETTER),
    Header("dlq-partition", "its partition,", "2", LETTER, pattern=WHOLE),
    Header("dlq-offset", "and its offset.", "17", LETTER, pattern=WHOLE),
    Header("dlq-at", "When it was given up, RFC 3339 in UTC.", "2026-11-24T10:00:00.000Z", LETTER, pattern=TIME),
    Header("dlq-round", "How often it had been put back before.", "0", LETTER, pattern=WHOLE),
    Header("dlq-settled", "The dead letter that is dealt with: topic/partition/offset.", "news.raw.v1.dlq/2/5", SETTLEMENT, NONE, ADDRESS),
    Header("dlq-settled-by", "What was done with it.", "retry", SETTLEMENT, known=("retry", "drop")),
    Header("dlq-settled-at", "When, RFC 3339 in UTC.", "2026-11-24T10:00:00.000Z", SETTLEMENT, pattern=TIME),
)


def of_kind(kind: str) -> Schema:
    """Return the schema of the headers of a kind of record, each header's value as text; unknown headers are allowed."""
    carried = [header for header in HEADERS if kind in header.on | header.may]
    return {
        "$schema": DIALECT,
        "$id": identifier(f"{kind}-headers"),
        "title": f"Headers of a {kind}",
        "type": "object",
        "required": [header.name for header in carried if kind in header.on],
        "properties": {header.name: _property(header) for header in carried},
    }


def _property(header: Header) -> Schema:
    made: Schema = {"type": "string", "description": header.says, "examples": [header.example]}
    if header.pattern:
        made["pattern"] = f"^({header.pattern})$"
    if header.known:
        made |= {OPEN: list(header.known), "description": f"{header.says} {OPEN_NOTE}"}
    return made
