"""Dead letters as they are dealt with: put back on their topic with their history, or dropped.

A topic only grows, so what was done is written beside the letter: a *settlement*, a null value under the letter's key whose
``dlq-settled`` names it. Whoever reads a letter and a settlement of it knows that it is dealt with.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Self

from shared.records.record import Message, Record, encode_headers

SETTLED, SETTLED_BY, SETTLED_AT = "dlq-settled", "dlq-settled-by", "dlq-settled-at"
MOST_ROUNDS = 3
"""A letter that came back so often is refused: what kills it is not what was mended."""

Deed = Literal["retry", "drop"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a dead letter says of itself, without the record in it.

    Attributes:
        address: Where the letter lies; `partition` and `offset` are those of the record that it holds, on its source topic.
        key: Of the record.
        stage: Which service gave it up, `reason` and `error` why, `at` when.
        round: How often it had been put back before.
        revision: Of the article; 0 where there is none.
        timestamp: Of the record, in milliseconds.
    """

    address: str
    partition: int
    offset: int
    key: bytes | None
    stage: str
    reason: str
    error: str
    at: str
    round: int
    revision: int
    timestamp: int

    @classmethod
    def of(cls, record: Record) -> Self:
        """Return what the last ``dlq-*`` headers of a record say: earlier ones are history."""

        def text(name: str) -> str:
            return record.header(name) or ""

        return cls(
            record.address,
            record.partition,
            _number(text("dlq-offset"), -1),
            record.key,
            text("dlq-stage"),
            text("dlq-reason"),
            text("dlq-error"),
            text("dlq-at"),
            _number(text("dlq-round"), 0),
            _number(text("ce_revision"), 0),
            record.timestamp,
        )

    @property
    def worn_out(self) -> bool:
        """Whether it came back too often to be put back again."""
        return self.round >= MOST_ROUNDS

    def superseded_by(self, later: Record) -> bool:
        """Say whether a record of the source topic makes this one's coming back harmful: it would land after a newer one."""
        if later.key != self.key:
            return False
        return (later.partition == self.partition and later.offset > self.offset >= 0) or (
            _number(later.header("ce_revision") or "", 0) > self.revision
        )


def settled(record: Record) -> str | None:
    """Return the address of the letter that a record settles; None if it is no settlement, whatever it was given up with."""
    if record.value is not None or record.header("dlq-reason") is not None:
        return None
    return record.header(SETTLED)


def settlement(record: Record, deed: Deed, at: datetime) -> Message:
    """Return the record that says that the letter in `record` is dealt with.

    Args:
        record: The letter, as it lies.
        deed: What was done with it.
        at: Now.
    """
    said = {SETTLED: record.address, SETTLED_BY: deed, SETTLED_AT: at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"}
    return Message(record.key, None, encode_headers(said.items()))


def restored(record: Record) -> Message:
    """Return the record in a letter as it goes back: byte for byte, at its own time, all its ``dlq-*`` headers kept as history."""
    return Message(record.key, record.value, record.headers, max(0, record.timestamp))


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else default
