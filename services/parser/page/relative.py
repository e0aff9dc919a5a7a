"""Dates that count back from when a page was fetched: 3 hours ago, 昨天 14:30."""

import re
from datetime import datetime, timedelta

from shared.records.article import Precision
from shared.text.fold import fold

LIMIT = 100
"""Characters that are read."""
LINE_LIMIT = 40
"""Characters of a visible line that is such a date; in longer ones a sentence says it of something else."""

_AGO = re.compile(
    r"(?P<count>\d{1,3}|an?|one)\s*(?P<unit>minute|min|hour|hr|day|week)s?\s+ago|\b(?P<few>\d{1,2})(?P<letter>[mhdw]) ago"
    r"|(?P<number>\d{1,3}|[一二两兩三四五六七八九十半])\s*(?:个|個)?(?P<span>分钟|分鐘|小时|小時|天|日|周|週)[之以]?前"
    r"|\b(?P<word>yesterday|today|just now)\b|(?P<han>昨天|昨日|前天|今天|今日|刚刚|剛剛)",
    re.I,
)
_CLOCK = re.compile(r"\W{0,3}(?:at\s+)?(?:上午|下午|凌晨|早上|晚上)?\s?\d{1,2}[:.]\d{2}\b.{0,12}$", re.I)
"""What may follow a day's name; "today" and 今天 are dates with it alone, without it they are in the names of papers and columns."""
_SENTENCE = re.compile(r"[.!?。！？]$|[，。]")
_UNITS: dict[str, tuple[timedelta, Precision]] = {
    "m": (timedelta(minutes=1), "minute"),
    "分": (timedelta(minutes=1), "minute"),
    "h": (timedelta(hours=1), "hour"),
    "小": (timedelta(hours=1), "hour"),
    "w": (timedelta(weeks=1), "day"),
    "周": (timedelta(weeks=1), "day"),
    "週": (timedelta(weeks=1), "day"),
    "d": (timedelta(days=1), "day"),
    "天": (timedelta(days=1), "day"),
    "日": (timedelta(days=1), "day"),
}
"""The first character of a unit, its length and the precision it leaves."""
_DAYS = {"yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2, "today": 0, "今天": 0, "今日": 0}
_NUMBERS = {character: value for value, character in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "兩": 2, "半": 0.5}


def ago(raw: str, visible: bool) -> tuple[timedelta, Precision] | None:
    """Return how long before the fetch a relative date is, with its precision; None where there is none.

    Args:
        raw: The words of a field or of a line.
        visible: Whether it is a line seen on the page, which may be a sentence or a headline as well.
    """
    text = fold(raw[:LIMIT])
    match = _AGO.search(text)
    if match is None or (visible and (len(text) > LINE_LIMIT or _SENTENCE.search(text))):
        return None
    if name := (match["word"] or match["han"] or "").lower():
        return _named(name, text[: match.start()], text[match.end() :], visible)
    count = match["count"] or match["few"] or match["number"]
    unit, precision = _UNITS[(match["unit"] or match["letter"] or match["span"])[0].lower()]
    return unit * (int(count) if count.isdecimal() else _NUMBERS.get(count, 1)), precision


def before(now: datetime, past: timedelta, precision: Precision) -> tuple[str, str | None]:
    """Return a time in the past to its precision, and its zone: none for a day, which is the reader's."""
    length = {"day": 10, "hour": 13, "minute": 16}[precision]
    zone = None if precision == "day" else "Z"
    return (now - past).isoformat()[:length] + (zone or ""), zone


def _named(name: str, head: str, rest: str, visible: bool) -> tuple[timedelta, Precision] | None:
    if name not in _DAYS:
        return timedelta(), "minute"
    clear = not visible or _CLOCK.match(rest) or (_DAYS[name] and not rest and (not head or head[-1] in ":|· "))
    return (timedelta(days=_DAYS[name]), "day") if clear else None
