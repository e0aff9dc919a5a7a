"""Dead letter: a record given up, byte for byte, with who gave it up and why in its ``dlq-*`` headers.

Of several ``dlq-*`` headers of one name the last counts: earlier ones are history, or forged.
"""

from datetime import UTC, datetime

from shared.errors import PoisonError
from shared.records.record import Message, Record, encode_headers


def dead_letter(record: Record, stage: str, error: PoisonError, at: datetime) -> Message:
    """Return the dead letter of `record`; key, value and headers stay as they are, ``dlq-*`` headers are added at the end.

    Args:
        record: The input that was given up.
        stage: The service that gave it up.
        error: Why; its reason is a slug.
        at: Now. The message keeps the record's own timestamp.
    """
    added = {
        "dlq-stage": stage,
        "dlq-reason": error.reason,
        "dlq-error": error.detail.encode("utf-8", "replace").decode(),
        "dlq-topic": record.topic,
        "dlq-partition": str(record.partition),
        "dlq-offset": str(record.offset),
        "dlq-at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "dlq-round": str(rounds(record)),
    }
    return Message(record.key, record.value, (*record.headers, *encode_headers(added.items())), max(0, record.timestamp))


def rounds(record: Record) -> int:
    """Return how often the record has been retried: 0 for one that never was a dead letter, at most 999."""
    text = record.header("dlq-round") or ""
    return min(999, int(text) + 1) if text.isascii() and text.isdigit() and len(text) < 4 else 0
