"""Facts that follow from the day of publication: ``this year``, ``last year``, ``on Friday``."""

import re
from datetime import date, timedelta

from services.parser.fidelity.facts import Fact
from services.parser.fidelity.reading import Reading

_WEEKDAYS = """
monday|周一|星期一|礼拜一
tuesday|周二|星期二|礼拜二
wednesday|周三|星期三|礼拜三
thursday|周四|星期四|礼拜四
friday|周五|星期五|礼拜五
saturday|周六|星期六|礼拜六
sunday|周日|星期日|星期天|礼拜日|礼拜天
""".split()
_NEIGHBOURS = (
    (-1, re.compile(r"last year|year earlier|year ago|previous year|prior year|去年|上年", re.IGNORECASE)),
    (1, re.compile(r"next year|coming year|明年", re.IGNORECASE)),
)
_DAYS = ((0, "today|今天|今日"), (-1, "yesterday|昨天|昨日"), (1, "tomorrow|明天|明日"))


def implied(original: Reading, published: str | None) -> list[Fact]:
    """Return what the original says about dates without giving them; nothing where the day of publication is unknown.

    Args:
        original: The text.
        published: ISO 8601, of any precision; a year alone tells years alone.
    """
    match = re.match(r"(\d{4})(?:-(\d{2})-(\d{2}))?", published or "")
    if match is None:
        return []
    year, text = int(match[1]), original.folded.text if original.is_chinese else original.text
    years = [year, *(year + step for step, pattern in _NEIGHBOURS if pattern.search(text))]
    facts = [Fact(0, 0, "year", float(value)) for value in years]
    return facts + [
        fact for day in _days(match, text) for fact in (Fact(0, 0, "month", float(day.month)), Fact(0, 0, "day", float(day.day)))
    ]


def _days(match: re.Match[str], text: str) -> list[date]:
    """Return the days that the text speaks of by their distance from publication."""
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        week = [day + timedelta(days=step) for step in range(-7, 8)]
    except (TypeError, ValueError, OverflowError):
        return []
    lowered = text.lower()
    named = {number for number, names in enumerate(_WEEKDAYS) if any(name in lowered for name in names.split("|"))}
    said = {step for step, words in _DAYS if any(word in lowered for word in words.split("|"))} | {0}
    return [other for other in week if other.weekday() in named or (other - day).days in said]
