"""Which kind of record a record is, and the schemas of its value and headers."""

import json
from typing import Any

from shared.reading.letters import settled
from shared.reading.names import known
from shared.records.record import Record
from shared.topics import FEEDS, FETCH_STATE, TOPICS

TYPES = {f"chipwire.{kind}.v1": kind for kind in ("page", "entry", "article", "tagged", "retraction")}


def kind_of(record: Record) -> str:
    """The kind, as in `shared.schemas.headers.KINDS`."""
    topic = known(record.topic)
    assert topic in TOPICS
    if record.topic.endswith(".dlq"):
        return "settlement" if settled(record) else "dead-letter"
    if topic in (FEEDS, FETCH_STATE):
        return "feed" if topic is FEEDS else "fetch-state"
    return "tombstone" if record.value is None else TYPES[record.header("ce_type") or ""]


def schema_of(record: Record) -> str | None:
    """The name of the schema of the value; None for a value without one."""
    kind = kind_of(record)
    if kind == "fetch-state":
        key = record.key or b""
        return next((f"{name}-state" for name in ("host", "article", "shelf") if key.startswith(f"{name}:".encode())), "feed-state")
    return None if kind in ("page", "entry", "tombstone", "dead-letter", "settlement") else kind


def texts(record: Record) -> dict[str, str]:
    """The headers as text, of several with one name the last."""
    return {name: (value or b"").decode() for name, value in record.headers}


def value(record: Record) -> Any:
    """The JSON of the value."""
    return json.loads(record.value or b"null")
