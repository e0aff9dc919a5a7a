"""Feed: a source as it is registered (`news.feeds.v1`, compacted, keyed by the feed's id)."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from shared.errors import PoisonError
from shared.records import headers
from shared.records.article import Model, decode
from shared.records.record import Message, Record


class Feed(Model):
    """One source. `id` never changes: the given slug, else a hash of the URL at first import.

    `line_sha256` is the hash of the line that an import last made it from: an import changes only lines that changed since.
    `paused` holds a reason; an import never overwrites it. `poll_seconds` is the longest time between two polls, a busy feed is polled
    sooner; `poll_at` (seconds since 1970) asks for one poll at once.
    `full_text`: are article pages fetched? ``always``, ``never``, or ``auto``:
    for entries that do not carry their whole text. `link_pattern` and the three after it say how a list that is no feed is read.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    url: str = Field(pattern=r"^https?://[^\s/?#]")
    name: str | None = None
    kind: str = "feed"
    language: str | None = None
    group: str | None = None
    full_text: Literal["auto", "always", "never"] = "auto"
    poll_seconds: float = Field(default=1800, gt=0)
    enabled: bool = True
    paused: str | None = None
    poll_at: float | None = None
    link_pattern: str | None = None
    list_selector: str | None = None
    date_selector: str | None = None
    json_fields: dict[str, str] | None = None
    authority: str | None = None
    line_sha256: str | None = None

    @field_validator("url")
    @classmethod
    def _has_a_host(cls, value: str) -> str:
        urlsplit(value)  # raises ValueError for a broken IPv6 host
        return value

    @property
    def registered_authority(self) -> str:
        """``host[:port]`` of the URL at first import: it chooses the partition and never changes."""
        return self.authority or urlsplit(self.url).netloc.lower()

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Return the feed in a record.

        Raises:
            PoisonError: ``null-value``, ``bad-json``, or ``key-mismatch`` if the key is not the feed's id.
        """
        if record.value is None:
            raise PoisonError("null-value", "a tombstone holds no feed")
        feed = decode(cls, record.value)
        if record.key != feed.id.encode():
            raise PoisonError("key-mismatch", f"the key is not the id {feed.id}")
        return feed

    def to_message(self) -> Message:
        """Return the record of this feed."""
        return Message(self.id.encode(), self.model_dump_json().encode(), (("content-type", headers.JSON.encode()),))
