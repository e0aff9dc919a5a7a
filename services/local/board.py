"""Shows tagged stories as they arrive: a live table on a terminal, one line a story in a pipe."""

import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from shared.client import Retracted, Revision, Tombstone, Unreadable, event
from shared.records.record import Record
from shared.records.tagged import TaggedArticle
from shared.topics import TAGGED, Topic

ROWS = 18
COLUMNS = {"time": 8, "topic": 4, "lang": 7, "policy": 6, "change": 9, "title": 54, "what": 52}


def row(topic: Topic[Any], record: Record) -> dict[str, str]:
    """Return the cells of a record of the tagged or a dead-letter topic; control characters are left out."""
    cells = {
        "time": "",
        "topic": "tag" if topic == TAGGED else "dead",
        "lang": record.header("ce_lang") or "",
        "policy": {"true": "POLICY", "false": "-"}.get(record.header("ce_policy") or "", ""),
        "change": record.header("ce_change") or "",
        "title": "",
        "what": "",
    }
    with suppress(ValueError, OverflowError):
        cells["time"] = datetime.fromtimestamp(record.timestamp / 1000, UTC).strftime("%H:%M:%S")
    cells |= _details(topic, record)
    return {name: "".join(c for c in text if c.isprintable()) for name, text in cells.items()}


def _details(topic: Topic[Any], record: Record) -> dict[str, str]:
    if topic != TAGGED:
        return {"title": record.header("chipwire-url") or record.address, "what": record.header("dlq-reason") or ""}
    subject = record.header("ce_subject") or ""
    match event(record, TaggedArticle):
        case Revision(content=TaggedArticle(article=article, verdict=verdict)):
            words = (*verdict.instruments, *verdict.jurisdictions, *(verdict.direction,) * (verdict.direction != "none"))
            return {"title": article.title or "", "what": " ".join(words)}
        case Retracted(retraction=retraction):
            return {"title": subject, "what": retraction.reason}
        case Tombstone():
            return {"change": "tombstone", "title": subject}
        case Unreadable(error=error):
            return {"title": subject, "what": f"unreadable: {error}"}
        case other:
            raise AssertionError(f"no event of the tagged topic: {other}")


def cut(text: str, width: int) -> str:
    """Return `text` in `width` terminal columns: wide characters take two."""
    from rich.cells import set_cell_size

    return set_cell_size(text, width)


class Board:
    """A live table on a terminal, else a line a row on stdout."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._rows: deque[Mapping[str, str]] = deque(maxlen=ROWS)
        self._live: Any = None

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            from rich.live import Live

            self._live = Live(self._table(), refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def add(self, cells: Mapping[str, str]) -> None:
        """Show one more row."""
        if self._live is None:
            print(" ".join(cut(cells[name], width) for name, width in COLUMNS.items()).rstrip(), flush=True)  # noqa: T201
            return
        self._rows.append(cells)
        self._live.update(self._table())

    def title(self, text: str) -> None:
        """Change the line above the table; in a pipe it goes to stderr."""
        self._title = text
        if self._live is None:
            print(text, file=sys.stderr, flush=True)  # noqa: T201
        else:
            self._live.update(self._table())

    def _table(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        table = Table(title=self._title, title_justify="left", box=None, expand=True)
        for name, width in COLUMNS.items():
            table.add_column(name, max_width=width, no_wrap=True, overflow="ellipsis", ratio=width if name in ("title", "what") else None)
        for cells in self._rows:
            style = "bold green" if cells["policy"] == "POLICY" else "red" if cells["topic"] == "dead" else ""
            table.add_row(*(Text(cells[name]) for name in COLUMNS), style=style)
        return table
