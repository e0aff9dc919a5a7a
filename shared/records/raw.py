"""RawDocument: what the fetcher found, byte for byte, with what the feed said of it (`news.raw.v1`)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Self, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import PoisonError
from shared.records import headers
from shared.records.article import CHANGES, Change
from shared.records.record import Headers, Message, Record, encode_headers

SUMMARY_LIMIT = 8 * 1024
"""Bytes of UTF-8 that an entry's summary may take in its header."""

Kind = Literal["page", "entry"]


class Entry(BaseModel):
    """What the feed said of an article; every field may be absent. Times are RFC 3339 where the feed's could be read, else as written."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str | None = None
    summary: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    guid: str | None = None
    link: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None

    def header(self) -> bytes:
        """Return the entry as one compact JSON header, its summary cut at `SUMMARY_LIMIT` bytes between characters."""
        summary = self.summary and self.summary.encode()[:SUMMARY_LIMIT].decode(errors="ignore")
        return self.model_copy(update={"summary": summary}).model_dump_json(exclude_defaults=True).encode()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One fetched document.

    A `page` holds the body as fetched; an `entry` the entry's own HTML in UTF-8, perhaps empty (no page was fetched).
    `fetched_at` is RFC 3339 in UTC (empty in a pipe that does not know it); `previous_sha256` the hash of the former revision's body.
    `issues` are slugs of what the fetcher had to leave out (``body-too-large``).
    """

    kind: Kind
    id: str
    revision: int
    change: Change
    feed: str
    domain: str
    linkhash: str
    url: str
    body: bytes
    fetched_at: str
    entry: Entry | None = None
    feed_name: str | None = None
    status: int | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    previous_sha256: str | None = None
    issues: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the body, in hex."""
        return sha256(self.body).hexdigest()

    def to_message(self) -> Message:
        """Return the record of this document; its key is the article id."""
        ce_type = headers.PAGE_TYPE if self.kind == "page" else headers.ENTRY_TYPE
        media_type = self.content_type or "application/octet-stream" if self.kind == "page" else "text/html; charset=utf-8"
        attributes = headers.birth(
            ce_type=ce_type,
            article_id=self.id,
            revision=self.revision,
            change=self.change,
            feed=self.feed,
            domain=self.domain,
            linkhash=self.linkhash,
            time=self.fetched_at,
            content_type=media_type,
        )
        return Message(self.id.encode("ascii"), self.body, (*encode_headers(attributes.items()), *self._plumbing()))

    def _plumbing(self) -> Headers:
        stated = {
            "url": self.url,
            "feed-name": self.feed_name,
            "status": None if self.status is None else str(self.status),
            "etag": self.etag,
            "last-modified": self.last_modified,
            "content-type": self.content_type,
            "raw-sha256": self.sha256,
            "previous-sha256": self.previous_sha256,
            "fetched-at": self.fetched_at,
            "issues": ",".join(self.issues) or None,
        }
        plain = tuple((f"chipwire-{name}", value.encode()) for name, value in stated.items() if value is not None)
        return (*plain, ("chipwire-entry", self.entry.header())) if self.entry else plain

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Return the document in a record.

        Raises:
            PoisonError: ``null-value``, ``bad-key``, ``missing-header``, ``bad-header`` or ``unknown-type``.
        """
        if record.value is None:
            raise PoisonError("null-value", "a tombstone holds no document")
        article_id = headers.article_id(record)
        stated = headers.required(record, ["ce_type", "ce_change", "ce_feed", "ce_domain", "ce_linkhash", "ce_time", "chipwire-url"])
        status = record.header("chipwire-status")
        return cls(
            kind=_kind(stated["ce_type"]),
            id=article_id,
            revision=headers.revision(record),
            change=_change(stated["ce_change"]),
            feed=stated["ce_feed"],
            domain=stated["ce_domain"],
            linkhash=stated["ce_linkhash"],
            url=stated["chipwire-url"],
            body=record.value,
            fetched_at=stated["ce_time"],
            entry=_entry(record),
            feed_name=record.header("chipwire-feed-name"),
            status=int(status) if status and status.isascii() and status.isdigit() else None,
            content_type=record.header("chipwire-content-type"),
            etag=record.header("chipwire-etag"),
            last_modified=record.header("chipwire-last-modified"),
            previous_sha256=record.header("chipwire-previous-sha256"),
            issues=tuple(slug for slug in (record.header("chipwire-issues") or "").split(",") if slug),
        )


def _change(stated: str) -> Change:
    return cast(Change, stated if stated in CHANGES else "unknown")


def _kind(ce_type: str) -> Kind:
    if ce_type == headers.PAGE_TYPE:
        return "page"
    if ce_type == headers.ENTRY_TYPE:
        return "entry"
    raise PoisonError("unknown-type", f"ce_type {ce_type[:80]!r}")


def _entry(record: Record) -> Entry | None:
    value = dict(record.headers).get("chipwire-entry")
    if value is None:
        return None
    try:
        return Entry.model_validate_json(value)
    except ValidationError as error:
        raise PoisonError("bad-header", f"chipwire-entry: {error.errors()[0]['msg']}") from error
