"""Slice: a part of a topic in a file, byte for byte, as JSON Lines (zstd-compressed unless the name ends in ``.jsonl``).

    {"format":"chipwire-slice","version":1,"topic":"news.raw.v1","partitions":4,"selection":{"feeds":["wire"]}}
    {"topic":"news.raw.v1","partition":0,"offset":17,"timestamp":1767225600000,"key":"0a…","value":{"base64":"…"},"headers":[["ce_id","…"]]}
    {"end":{"records":1,"crc32":"89abcdef"}}

Bytes are a string where they are UTF-8, else ``{"base64": …}``; null and empty differ, in header values too; headers keep their
order and repeat as they do on the topic. ``selection`` says what of the topic was asked for; without it: everything. The last line tells
a whole file from one that was cut off.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from shared.reading.select import EVERYTHING, Selection
from shared.records.record import Record

FORMAT = "chipwire-slice"
VERSION = 1
LARGEST = 1 << 63
RECORD = TypeAdapter(Record)
"""Writes and reads the line of a record whose bytes are all UTF-8, twice as fast as `json`; any other line takes the long way."""
SELECTION = TypeAdapter(Selection)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: the topic's name on its cluster, how many partitions it has (None where unknown), and what of it was asked for."""

    topic: str
    partitions: int | None = None
    selection: Selection = EVERYTHING


def encode_header(header: Header) -> bytes:
    """Return the first line of a slice."""
    line = {"format": FORMAT, "version": VERSION, "topic": header.topic, "partitions": header.partitions}
    asked = {name: sorted(each) if isinstance(each, frozenset) else each for name, each in asdict(header.selection).items() if each}
    return _line(line | ({"selection": asked} if asked else {}))


def encode_end(records: int, crc32: int) -> bytes:
    """Return the last line: how many records came before it, and the checksum of all lines before it."""
    return _line({"end": {"records": records, "crc32": f"{crc32:08x}"}})


def encode_record(record: Record) -> bytes:
    """Return the line of a record."""
    try:
        return RECORD.dump_json(record) + b"\n"
    except PydanticSerializationError:
        headers = [(name, encode_bytes(value)) for name, value in record.headers]
        return _line(asdict(record) | {"key": encode_bytes(record.key), "value": encode_bytes(record.value), "headers": headers})


def encode_bytes(data: bytes | None) -> str | dict[str, str] | None:
    """Return bytes as JSON: a string where they are UTF-8, else base64 in an object."""
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(data).decode("ascii")}


def decode_header(line: bytes) -> Header:
    """Return the first line of a slice.

    Raises:
        ValueError: If the line is not one, or of a version that this code does not know; a sentence for people.
    """
    found = _object(line)
    if found is None or found.get("format") != FORMAT:
        raise ValueError("is no slice: its first line is not that of a chipwire dump")
    if found.get("version") != VERSION:
        raise ValueError(f"has version {found.get('version')!r} of the slice format, this chipwire reads version {VERSION}")
    topic, partitions = found.get("topic"), found.get("partitions")
    if not isinstance(topic, str) or not (partitions is None or _natural(partitions)):
        raise ValueError("is no slice: its first line names no topic")
    try:
        return Header(topic, partitions, SELECTION.validate_python(found.get("selection", {})))
    except ValidationError as error:
        raise ValueError("is no slice: its first line says something else than what was selected") from error


def decode_line(line: bytes) -> "Record | End":
    """Return what a line after the first holds.

    Raises:
        ValueError: If it is neither a record nor the end; a sentence for people.
    """
    try:
        record = RECORD.validate_json(line, strict=True)
        if -1 <= record.partition < LARGEST and -1 <= record.offset < LARGEST and -1 <= record.timestamp < LARGEST:
            return record
    except ValidationError:
        pass
    found = _object(line)
    if found is None:
        raise ValueError("is no JSON object")
    try:
        return _end(found["end"]) if "end" in found else _record(found)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"is no record: {error}") from error


@dataclass(frozen=True, slots=True)
class End:
    """The last line; `crc32` in hex, None in a file that was written by hand."""

    records: int
    crc32: str | None = None


def _line(content: dict[str, Any]) -> bytes:
    return to_json(content) + b"\n"


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _record(found: dict[str, Any]) -> Record:
    partition, offset, timestamp = (_whole(found[name]) for name in ("partition", "offset", "timestamp"))
    return Record(
        _text(found["topic"]), partition, offset, timestamp, _bytes(found["key"]), _bytes(found["value"]), _headers(found["headers"])
    )


def _end(found: Any) -> End:
    return End(_whole(found["records"]), found.get("crc32"))


def _whole(number: Any) -> int:
    if type(number) is not int or not -1 <= number < LARGEST:
        raise TypeError(f"{str(number)[:40]} is no whole number that can be there")
    return number


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError("names of topics and headers are text")
    found.encode()
    return found


def _headers(pairs: Iterable[Any]) -> tuple[tuple[str, bytes | None], ...]:
    return tuple((_text(name), _bytes(value)) for name, value in pairs)


def _bytes(found: Any) -> bytes | None:
    if found is None or isinstance(found, str):
        return None if found is None else found.encode()
    return b64decode(found["base64"], validate=True)


def _natural(number: object) -> bool:
    return type(number) is int and number > 0
