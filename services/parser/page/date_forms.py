"""The forms in which dates are written: the standards', English and other European ones, Chinese ones; and the zones' names."""

import re

from services.parser.fidelity.numerals import chinese

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_NAMED_ZONE = r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?|(?!CST)[A-Z]{2,4}T\b|UTC|GMT|北京时间|北京時間|台北時間|香港時間"
_ZONE = rf"\(?(?P<zone>Z|{_NAMED_ZONE}|[+-]\d{{2}}:?\d{{2}})"
_WEEKDAY = r"(?:\s*\(?(?:(?:星期|週|周)[一二三四五六日天]|(?<=\()[一二三四五六日])\)?)?"
_HALF_ZH = "上午|下午|晚上|晚间|晚間|凌晨|早上|清晨|中午|傍晚"
_TIME = rf"{_WEEKDAY}(?:,?\s*(?:at|-|–|\||•|·|um|à)?\s*(?P<before>{_HALF_ZH})?\s*{_CLOCK}\s*(?P<half>[ap]\.?m\b\.?)?\s*{_ZONE}?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?"
    rf"(?:(?:T|{_WEEKDAY}\s)\s?(?P<half>{_HALF_ZH})?\s?(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?"
    rf"\s?\(?(?P<zone>Z|{_NAMED_ZONE}|[+-]\d{{2}}:?\d{{2}}|[+-]\d{{2}})?)?(?!\d)",
    re.I,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{4})?)?$"
)
_CHINESE = re.compile(
    rf"(?P<era>民國|民国)?\s?(?P<year>\d{{2,4}})\s?年\s?(?P<month>\d{{1,2}})\s?月(?:\s?(?P<day>\d{{1,2}})\s?[日号號])?"
    rf"(?:{_WEEKDAY}\s*(?P<half>{_HALF_ZH})?\s*(?P<hour>\d{{1,2}})[:点點时時]"
    r"(?:(?P<minute>\d{2})(?:分|:(?P<second>\d{2}))?)?)?"
)
_REPUBLIC = re.compile(rf"(?<![\d/.-])(?P<year>1[01]\d)(?P<separator>[/.-])(?P<month>[01]\d)(?P=separator)(?P<day>[0-3]\d)(?!\d){_TIME}")
"""Years of the Republic of China from 2011 to 2030, as Taiwan's offices write them (113/09/27)."""
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
FORMS = (_ISO, _COMPACT, _CHINESE, _REPUBLIC, _DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_LAST, _MONTH_ONLY, _YEAR_ONLY)
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
    "aest": "+10:00",
    "aedt": "+11:00",
    "bst": "+01:00",
    "cet": "+01:00",
    "cest": "+02:00",
    "hkt": "+08:00",
    "sgt": "+08:00",
    "jst": "+09:00",
    "kst": "+09:00",
    "北京时间": "+08:00",
    "北京時間": "+08:00",
    "台北時間": "+08:00",
    "香港時間": "+08:00",
}
"""Source: RFC 822, 5.1 (zone names), and the names of zones of one meaning that news pages use."""


_SPELT = re.compile(
    r"([〇○零一二三四五六七八九]{2,4}|一百[一二三四五六七八九十零〇]{0,3})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})([日号號]))?"
)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def in_digits(text: str) -> str:
    """Return a text with the dates that are written in Chinese numerals (二〇二四年九月二十七日, 民國一一三年) in digits."""
    return _SPELT.sub(_in_digits, text) if "年" in text and "月" in text else text


def _in_digits(match: re.Match[str]) -> str:
    year, month, day, end = match.groups()
    whole = f"{chinese(year) or 0:.0f}" if "百" in year else year.translate(_DIGITS)
    return f"{whole}年{chinese(month) or 0:.0f}月" + (f"{chinese(day) or 0:.0f}{end}" if day else "")
