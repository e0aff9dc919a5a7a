"""A Kafka record as bytes: as it was read (`Record`) and as it is to be written (`Message`)."""

from collections.abc import Iterable
from dataclasses import dataclass

Headers = tuple[tuple[str, bytes | None], ...]


def last(headers: Headers, name: str) -> bytes | None:
    """Return the value of the last header called `name` (of several the last counts), None where there is none."""
    return next((value for key, value in reversed(headers) if key == name), None)


def encode_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers with their values as UTF-8."""
    return tuple((key, value.encode()) for key, value in pairs)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read. `timestamp` is in milliseconds since 1970 (UTC); a null value is a tombstone."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def address(self) -> str:
        """``topic/partition/offset``: how a record is named everywhere."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def header(self, name: str) -> str | None:
        """Return a header's value as text (UTF-8, undecodable bytes replaced), None where it is absent or null."""
        value = last(self.headers, name)
        return None if value is None else value.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Message:
    """A record to be written; the partition follows from the key. `timestamp` as in `Record`, None for now.

    `notices` are pairs of kind and code of what its step noticed: they are counted once it is committed, and never written.
    """

    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp: int | None = None
    notices: tuple[tuple[str, str], ...] = ()
