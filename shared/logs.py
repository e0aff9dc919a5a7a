"""Log lines: one JSON object a line on stderr, with control characters escaped by JSON itself."""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import TextIO

BURST = 5
"""Lines that one place of a library may log in `WINDOW` seconds; the rest are counted and left out."""
WINDOW = 10.0
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: time, level, logger, message, then what was given as ``extra``."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, ASCII only."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class RateLimit(logging.Filter):
    """Lets `BURST` lines of one place through in `WINDOW` seconds: aiokafka logs thousands in one broker restart."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, int], list[float]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the line goes out; the first after a silence says how many were left out."""
        place = (record.pathname, record.lineno)
        now = time.monotonic()
        started, count = self._seen.get(place, (now, 0))
        if now - started >= WINDOW:
            if count > BURST:
                record.suppressed = int(count - BURST)
            started, count = now, 0
        self._seen[place] = [started, count + 1]
        return count < BURST


def configure(service: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (stderr) as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(service))
    limit = RateLimit()
    handler.addFilter(lambda record: not record.name.startswith(("aiokafka", "aiohttp", "asyncio")) or limit.filter(record))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("aiokafka").setLevel(max(level, logging.WARNING))
