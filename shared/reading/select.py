"""Selection: which records of a topic are meant, the same wherever records are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from shared.records.record import Record

DURATION = re.compile(r"([0-9]{1,6})(s|m|h|d|w)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
RANGE = re.compile(r"([0-9]{0,18})\.\.([0-9]{0,18})")
RETRACTION_CHANGE = "retracted"

Parsed = TypeVar("Parsed")
Offsets = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; an empty field asks for nothing. Several values of one field mean any of them.

    Attributes:
        since: Milliseconds since 1970, the first that is meant.
        until: Milliseconds since 1970, the first that is no longer meant.
        offsets: The first offset that is meant, and the first that is no longer (its None: no end).
        partition: The one partition that is meant.
        ids: Keys: article ids, feed ids.
        feeds: Feed ids.
        langs: BCP 47 tags; ``zh`` means ``zh-Hans`` too (RFC 4647, basic filtering).
        tags: Instruments, or ``policy`` for whatever is about semiconductor policy.
        limit: So many records at most.
        uncommitted: Records of open and aborted transactions too.
    """

    since: int | None = None
    until: int | None = None
    offsets: Offsets | None = None
    partition: int | None = None
    ids: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()
    langs: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    limit: int | None = None
    uncommitted: bool = False

    def matches(self, record: Record) -> bool:
        """Say whether a record is meant, by its position, time, key and headers; its value is not looked at.

        Retractions and tombstones carry neither language nor tags and are let through those two filters: whoever holds an
        article must hear that it was withdrawn.
        """
        return self._position(record) and self._named(record) and (withdrawn(record) or self._labelled(record))

    @property
    def everything(self) -> bool:
        """Whether nothing narrows it but, perhaps, a partition or a limit."""
        anywhere = self.offsets is None and self.since is None and self.until is None
        return anywhere and not (self.ids or self.feeds or self.langs or self.tags)

    def _position(self, record: Record) -> bool:
        first, end = self.offsets or (0, None)
        return (
            record.offset >= first
            and (end is None or record.offset < end)
            and (self.partition is None or record.partition == self.partition)
            and (self.since is None or record.timestamp >= self.since)
            and (self.until is None or record.timestamp < self.until)
        )

    def _named(self, record: Record) -> bool:
        key = (record.key or b"").decode("utf-8", "replace")
        feed = record.header("ce_feed") if self.feeds else None
        return (not self.ids or key in self.ids) and (not self.feeds or (key if feed is None else feed) in self.feeds)

    def _labelled(self, record: Record) -> bool:
        return (not self.langs or self._speaks(record.header("ce_lang") or "")) and (
            not self.tags or not self.tags.isdisjoint(tags(record))
        )

    def _speaks(self, language: str) -> bool:
        language = language.lower()
        return any(language == wanted.lower() or language.startswith(wanted.lower() + "-") for wanted in self.langs)


EVERYTHING = Selection()


def withdrawn(record: Record) -> bool:
    """Say whether a record takes an article back: a tombstone or a retraction."""
    return record.value is None or record.header("ce_change") == RETRACTION_CHANGE


def tags(record: Record) -> frozenset[str]:
    """Return what `Selection.tags` is held against: the instruments in the headers, and ``policy`` where it is policy."""
    instruments = (record.header("ce_instruments") or "").split(",")
    return frozenset(filter(None, [*instruments, "policy" if record.header("ce_policy") == "true" else ""]))


def parse_time(text: str, now: datetime) -> int:
    """Return a time in milliseconds since 1970.

    Args:
        text: RFC 3339 with an offset, a day (its midnight, UTC), or a duration before now: ``45s``, ``30m``, ``2h``, ``3d``, ``1w``.
        now: The time to count from.

    Raises:
        ValueError: If it is none of these, or before 1970.
    """
    parsed = _ago(text, now) or _day(text) or _moment(text)
    if parsed is None:
        raise ValueError(f"{text!r} is no time: write 2026-01-31T12:00:00Z, 2026-01-31, or 2h, 3d")
    milliseconds = int((parsed - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    if milliseconds < 0:
        raise ValueError(f"{text!r} is before 1970")
    return milliseconds


def parse_offsets(text: str) -> Offsets:
    """Return the offsets meant by ``A..B`` (from A up to, not including, B; either may be left out) or ``A`` (that one alone).

    Raises:
        ValueError: If it is neither, or holds nothing.
    """
    if re.fullmatch(r"[0-9]{1,18}", text):
        return int(text), int(text) + 1
    found = RANGE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no range of offsets: write A..B, A.., ..B or A")
    first, end = int(found[1] or 0), int(found[2]) if found[2] else None
    if end is not None and end <= first:
        raise ValueError(f"{text!r} holds no offset: the second is not included and must be the larger")
    return first, end


def _ago(text: str, now: datetime) -> datetime | None:
    found = DURATION.fullmatch(text)
    return _valid(lambda: now - timedelta(**{UNITS[found[2]]: int(found[1])})) if found else None


def _day(text: str) -> datetime | None:
    return _valid(lambda: datetime.fromisoformat(text + "T00:00Z")) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None


def _moment(text: str) -> datetime | None:
    moment = _valid(lambda: datetime.fromisoformat(text.upper())) if "T" in text.upper() or " " in text else None
    return moment if moment and moment.tzinfo else None


def _valid(parse: Callable[[], Parsed]) -> Parsed | None:
    try:
        return parse()
    except (ValueError, OverflowError):
        return None
