"""Records as people and programs read them: one JSON object, or one row of a table."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from shared.reading.slice import encode_bytes
from shared.records.record import Record

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
"""What must not reach a terminal in a title: control characters, and those that turn the direction of writing."""
NARROW = 80
"""Columns of the narrowest terminal that a table is made for."""
LATEST_MS = 253_402_300_799_000

Print = Callable[[Record], None]


def as_object(record: Record) -> dict[str, Any]:
    """Return a record as ``{"address", "timestamp", "key", "headers", "value"}``.

    The timestamp is RFC 3339 in UTC (null if there is none), the value decoded JSON where ``content-type`` says JSON, else
    text, else ``{"base64": …}``; of several headers with one name the last counts.
    """
    return {
        "address": record.address,
        "timestamp": time_of(record),
        "key": encode_bytes(record.key),
        "headers": {name: encode_bytes(value) for name, value in record.headers},
        "value": _value(record),
    }


def time_of(record: Record) -> str | None:
    """Return a record's timestamp, RFC 3339 in UTC with milliseconds; None if it has none that a date could hold."""
    if not 0 <= record.timestamp <= LATEST_MS:
        return None
    return datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(found: object, indent: int | None = None) -> str:
    """Return JSON that any terminal and file can take: lone surrogates are escaped."""
    text = json.dumps(found, ensure_ascii=False, indent=indent)
    return text if text.isascii() or _encodable(text) else json.dumps(found, indent=indent)


@contextmanager
def printer(form: str) -> Iterator[Print]:
    """Give a function that prints a record on stdout, in the form ``table``, ``json`` or ``jsonl``, at once."""
    if form == "table":
        yield _table()
    elif form == "jsonl":
        yield lambda record: _write(to_json(as_object(record)) + "\n")
    else:
        begun = False

        def write(record: Record) -> None:
            nonlocal begun
            _write((",\n" if begun else "[\n") + to_json(as_object(record)))
            begun = True

        yield write
        _write("\n]\n" if begun else "[]\n")


def print_whole(record: Record, form: str) -> None:
    """Print one record in full: as a line, as indented JSON, or as headers and value for people."""
    found = as_object(record)
    if form != "table":
        _write(to_json(found, None if form == "jsonl" else 2) + "\n")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    plain = {name: found[name] for name in ("address", "timestamp", "key")}
    for name, value in (plain | found["headers"]).items():
        table.add_row(Text(name, "bold"), Text(_cell(value)))
    Console().print(table)
    value = found["value"]
    _write("\n" + (value if isinstance(value, str) else to_json(value, 2)) + "\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _value(record: Record) -> Any:
    media_type = record.header("content-type")
    if record.value is None or not (media_type is None or "json" in media_type):
        return encode_bytes(record.value)
    try:
        return json.loads(record.value, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return encode_bytes(record.value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _table() -> Print:
    """Return what prints rows of one table, each as soon as it is there: widths are fixed by that of the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    more = max(0, console.width - NARROW) // 4
    titles = [("time", 14), ("where", 9), ("lang", 7), ("policy", 6), ("what", 18 + 3 * more), ("tags", 16 + more)]

    def row(cells: Iterable[str], style: str) -> None:
        table = Table(box=None, show_header=False, pad_edge=False)
        for _, width in titles:
            table.add_column(width=width, no_wrap=True, overflow="ellipsis")
        table.add_row(*(Text(cell, style) for cell in cells))
        console.print(table)

    row([title for title, _ in titles], "bold")
    return lambda record: row(_cells(record), "")


def _cells(record: Record) -> list[str]:
    moment = (time_of(record) or "")[5:19].replace("T", " ")
    policy = {"true": "yes", "false": "no"}.get(record.header("ce_policy") or "", "")
    tags = record.header("ce_instruments") or record.header("dlq-reason") or record.header("ce_change") or ""
    where = f"{record.partition}/{record.offset}"
    return [_cell(cell) for cell in (moment, where, record.header("ce_lang") or "", policy, _what(record), tags)]


def _what(record: Record) -> str:
    """Return the words by which people know a record: its title, its address on the web, else its key."""
    value = _value(record)
    article = value.get("article", value) if isinstance(value, dict) else {}
    title = article.get("title") if isinstance(article, dict) else None
    kind = "tombstone of " if record.value is None else ""
    return kind + str(title or record.header("chipwire-url") or (record.key or b"").decode("utf-8", "replace"))


def _cell(found: object) -> str:
    text = found if isinstance(found, str) else "" if found is None else to_json(found)
    return CONTROL.sub(" ", text)
