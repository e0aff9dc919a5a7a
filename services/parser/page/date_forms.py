"""The forms in which dates are written: the standards', English and other European ones, Chinese ones; and the zones' names."""

import re
from datetime import timedelta

from shared.records.article import Precision

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_ZONE = r"(?P<zone>Z|UTC|GMT|E[SD]T|P[SD]T|C[SD]T|M[SD]T|ET|[+-]\d{2}:?\d{2})"
_TIME = rf"(?:,?\s*(?:at|-|–|\||•|·|um)?\s*{_CLOCK}\s*(?P<half>[ap]\.?m\b\.?)?\s*{_ZONE}?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?"
    r"(?:[T ]\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?(?!\d)",
    re.I,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{4})?)?$"
)
_CHINESE = re.compile(
    r"(?P<era>民國|民国)?(?P<year>\d{2,4})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号號])?"
    r"(?:\s*(?:\(?(?:星期|週|周)[一二三四五六日天]\)?)?\s*(?P<half>上午|下午|晚上|凌晨|早上|中午)?\s*(?P<hour>\d{1,2})[:点點时時]"
    r"(?:(?P<minute>\d{2})(?:分|:(?P<second>\d{2}))?)?)?"
)
_NAMES_OF_MONTHS = (
    "january jan janvier januar enero gennaio janeiro januari يناير ocak января січня stycznia januara ledna",
    "february feb février februar febrero febbraio fevereiro februari فبراير şubat февраля лютого lutego februara února",
    "march mar mars märz marzo março maart مارس mart марта березня marca března",
    "april apr avril abril aprile أبريل ابريل nisan апреля квітня kwietnia aprila dubna",
    "may mai mayo maggio maio mei مايو mayıs мая травня maja května",
    "june jun juin juni junio giugno junho يونيو haziran июня червня czerwca juna června",
    "july jul juillet juli julio luglio julho يوليو temmuz июля липня lipca jula července",
    "august aug août agosto augustus أغسطس اغسطس ağustos августа серпня sierpnia augusta srpna",
    "september sep sept septembre septiembre settembre setembro سبتمبر eylül сентября вересня września septembra září",
    "october oct octobre oktober octubre ottobre outubro okt أكتوبر اكتوبر ekim октября жовтня października oktobra října",
    "november nov novembre noviembre novembro نوفمبر kasım ноября листопада listopada novembra listopadu",
    "december dec décembre dezember diciembre dicembre dezembro dez desember ديسمبر aralık декабря грудня grudnia decembra prosince",
)
MONTHS = {name: number for number, names in enumerate(_NAMES_OF_MONTHS, 1) for name in names.split()}
_NAME = rf"(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?[\s.-]+(?:of |de )?{_NAME}\.?,?[\s-]+(?:de )?(?P<year>\d{{4}}){_TIME}", re.I
)
_MONTH_FIRST = re.compile(rf"\b{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}", re.I)
_MONTH_ONLY = re.compile(rf"^{_NAME}\.?,?\s+(?P<year>\d{{4}})$", re.I)
_YEAR_FIRST = re.compile(rf"(?<![\d/])(?P<year>(?:19|20)\d{{2}})[./](?P<month>\d{{1,2}})[./](?P<day>\d{{1,2}})(?!\d){_TIME}", re.I)
_YEAR_LAST = re.compile(
    rf"(?<![\d/])(?P<a>\d{{1,2}})(?P<separator>[./-])(?P<b>\d{{1,2}})(?P=separator)(?P<year>(?:19|20)\d{{2}})(?!\d){_TIME}", re.I
)
_YEAR_ONLY = re.compile(r"^(?P<year>(?:19|20)\d{2})年?$")
FORMS = (_ISO, _COMPACT, _CHINESE, _DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_LAST, _MONTH_ONLY, _YEAR_ONLY)
"""Tried in this order; the named parts are those of a time, or ``a`` and ``b`` for day and month in either order."""
ZONES = {
    "z": "Z",
    "utc": "Z",
    "gmt": "Z",
    "est": "-05:00",
    "edt": "-04:00",
    "cst": "-06:00",
    "cdt": "-05:00",
    "mst": "-07:00",
    "mdt": "-06:00",
    "pst": "-08:00",
    "pdt": "-07:00",
}
"""Source: RFC 822, 5.1 (zone names)."""
AGO = re.compile(
    r"(?P<count>\d{1,3}|an?|one)\s*(?P<unit>minute|min|hour|hr|day|week)s?\s+ago"
    r"|(?P<number>\d{1,3})\s*(?:个|個)?(?P<span>分钟|分鐘|小时|小時|天|日)[之以]?前"
    r"|\b(?P<word>yesterday)\b|(?P<han>昨天|昨日|前天)",
    re.I,
)
UNITS: dict[str, tuple[timedelta, Precision]] = {
    "min": (timedelta(minutes=1), "minute"),
    "分": (timedelta(minutes=1), "minute"),
    "hou": (timedelta(hours=1), "hour"),
    "hr": (timedelta(hours=1), "hour"),
    "小": (timedelta(hours=1), "hour"),
    "wee": (timedelta(weeks=1), "day"),
    "day": (timedelta(days=1), "day"),
}
"""The first characters of a unit, its length and the precision it leaves; any other unit is a day."""
