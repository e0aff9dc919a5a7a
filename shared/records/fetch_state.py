"""What the fetcher remembers (`news.fetch-state.v1`, compacted): feeds under their id, hosts under ``host:``, articles under ``article:``.

The state of an article is written in one transaction with the document that it speaks of, so what it says was sent was sent. An article
with nothing to be done about it moves from ``article:`` into a block under ``shelf:``, which is one record for many.
Times are seconds since 1970 (UTC). A null value means: forgotten.
"""

from typing import Literal

from pydantic import Field

from shared.errors import PoisonError
from shared.records import headers
from shared.records.article import Model, decode
from shared.records.raw import Entry
from shared.records.record import Message, Record

HOST = "host:"
ARTICLE = "article:"
SHELF = "shelf:"


class FeedState(Model):
    """How polling a feed goes.

    Attributes:
        url: Where it was last asked for: another address begins anew, without validators, hash and errors.
        etag: As received, byte for byte, read as latin-1; likewise `last_modified`.
        body_sha256: Of the last body that was processed; `form` tells in what form of a list it was read.
        answered_by: The address that gave the validators, where redirects led to another than `url`.
        due: The next poll; `slowest` is the ceiling that it was made with.
        errors: Polls that failed since the last good one; `error` is the last one's reason.
        polled_at, succeeded_at, new_at: The last poll, the last good one, the last one that brought something new.
        moved_to: Where the last answers redirected to for good, so many times in a row (`moved_times`) since `moved_at`.
        location: Where it is asked for instead of `location_of`, its registered address, since that moved for good.
        paused: Why it is only probed once a week (``http-410``, ``http-404``); `missing_at` is when it was first not there.
        entries: How many the last document showed.
        gap, window, fresh_at: Its rhythm: the median gap between entries, how far back a document reaches, the newest date (seconds).
        wish, fresh_until, skip_hours, skip_days: What the feed and HTTP ask for.
        hurry, hurried_at: How often its interval was halved because entries were missed, and when last.
        lies, lied_at: How often it changed under an unchanged validator; `conditional` polls in a row since one without validators.
    """

    id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    form: str | None = None
    answered_by: str | None = None
    title: str | None = None
    due: float = 0
    errors: int = 0
    error: str | None = None
    succeeded_at: float | None = None
    new_at: float | None = None
    moved_to: str | None = None
    moved_times: int = 0
    moved_at: float = 0
    location: str | None = None
    location_of: str | None = None
    paused: str | None = None
    missing_at: float | None = None
    polled_at: float = 0
    slowest: float = 0
    entries: int = 0
    gap: float | None = None
    window: float | None = None
    fresh_at: float | None = None
    wish: float = 0
    fresh_until: float = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hurry: int = 0
    hurried_at: float = 0
    lies: int = 0
    lied_at: float = 0
    conditional: int = 0

    @property
    def key(self) -> str:
        """The key of its record."""
        return self.id


class HostState(Model):
    """A host that asked to be left alone until `rest_until`."""

    authority: str
    rest_until: float

    @property
    def key(self) -> str:
        """The key of its record."""
        return HOST + self.authority


Form = Literal["none", "entry", "full", "page"]
Work = Literal["fetch", "retry", "recheck", "tombstone"]


class ArticleState(Model):
    """What was sent of an article, and what is to be done about it next.

    Attributes:
        authority: The registered authority of its feed, which decides the partition of this record.
        names: Hashes of its guid, link, title and date: an entry that has one of them is this article.
        url: Of its page; None where the entry has no link.
        revision: Of the last document sent, 0 before the first.
        form: What the last document was: nothing yet, the entry for want of its page, the entry's whole text, or the page.
        entry_hash: Of the entry's own fields as last seen; a change gives a revision.
        entry, html: What the feed said, and the entry's own HTML, as long as documents are still to be made of them.
        work, due: What to do next, and when; `tries` counts failures of it.
        checks, gone: Re-checks done since `page_at`; how many in a row found no page.
        text_sha256, modified, raw_sha256: Of the page as last sent.
        seen: When a feed last showed it, to some days.
    """

    id: str
    feed: str
    authority: str
    names: tuple[str, ...] = ()
    url: str | None = None
    domain: str
    linkhash: str
    revision: int = 0
    form: Form = "none"
    entry_hash: str = ""
    entry: Entry | None = None
    html: str | None = None
    work: Work | None = None
    due: float = 0
    tries: int = 0
    checks: int = 0
    gone: int = 0
    page_at: float = 0
    etag: str | None = None
    last_modified: str | None = None
    modified: str | None = None
    text_sha256: str | None = None
    raw_sha256: str | None = None
    retracted_at: float | None = None
    retracted_by: Literal["publisher", "operator"] | None = None
    tombstoned: bool = False
    seen: float = 0

    @property
    def key(self) -> str:
        """The key of its record."""
        return ARTICLE + self.id


class ShelfState(Model):
    """Articles of one host that only wait to be recognised.

    Attributes:
        authority: The registered authority of their feeds, which decides the partition of this record.
        number: Of the block, from 0 on; a host has as many as it needs.
        feeds: The ids of their feeds by the numbers that rows have for them.
        rows: Base64 of at most 64 rows of 46 bytes: id (16), two more names (8 each, zero for none), entry hash (8), number of the feed
            (2), day last seen since 1970 (2), revision (1), form (1: its place among none, entry, full, page); big-endian.
    """

    authority: str
    number: int = Field(ge=0)
    feeds: dict[int, str]
    rows: str

    @property
    def key(self) -> str:
        """The key of its record."""
        return f"{SHELF}{self.authority}/{self.number}"


State = FeedState | HostState | ArticleState | ShelfState
MODELS: dict[str, type[State]] = {"": FeedState, HOST: HostState, ARTICLE: ArticleState, SHELF: ShelfState}
"""By how their keys begin."""


def to_message(state: State) -> Message:
    """Return the record of a state; its partition is the lane's, not its key's."""
    value = state.model_dump_json(exclude_defaults=True).encode()
    return Message(state.key.encode(), value, (("content-type", headers.JSON.encode()),))


def forget(key: str) -> Message:
    """Return the record that ends a state."""
    return Message(key.encode(), None)


def parse_key(record: Record) -> tuple[str, str]:
    """Return the kind of a state, which is how its key begins (nothing for a feed), and the rest of its key.

    Raises:
        PoisonError: ``bad-key``.
    """
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError as error:
        raise PoisonError("bad-key", f"{record.key!r}") from error
    kind = next((kind for kind in MODELS if kind and key.startswith(kind)), "")
    return kind, key.removeprefix(kind)


def from_record(record: Record) -> State:
    """Return the state in a record.

    Raises:
        PoisonError: ``null-value``, ``bad-key`` or ``bad-json``.
    """
    if record.value is None:
        raise PoisonError("null-value", "a tombstone holds no state")
    return decode(MODELS[parse_key(record)[0]], record.value)
