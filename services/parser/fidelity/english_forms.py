"""How English writes numbers: the words and the patterns that `english` reads."""

import re

from services.parser.fidelity.measures import BY_WORD
from services.parser.fidelity.numerals import ENGLISH_ORDINALS, ENGLISH_SCALES, ENGLISH_TENS, ENGLISH_UNITS, SHORT_SCALES

FRACTIONS = {
    "half": 50.0,
    "halves": 50.0,
    "third": 100 / 3,
    "thirds": 100 / 3,
    "quarter": 25.0,
    "quarters": 25.0,
    "fifth": 20.0,
    "fifths": 20.0,
    "sixth": 100 / 6,
    "eighth": 12.5,
    "eighths": 12.5,
    "tenth": 10.0,
    "tenths": 10.0,
}
"""Words for a share, in percent."""
_IMPLIED = """
number 1 once single|number 2 twofold both couple pair twice double doubled doubling duo
number 3 threefold triple tripled trio treble thrice hat-trick
number 4 fourfold quadruple quadrupled quartet|number 5 fivefold|number 10 tenfold
number 100 hundreds|number 1000 grand thousands|number 1e6 millions
number 1e9 billions|number 0 nil|years 10 decade|years 100 century|years 1000 millennium|week 2 fortnight
clock 12 noon midday midnight|days 2 weekend
"""
IMPLIED = {
    word: (float(value), kind) for kind, value, *words in map(str.split, _IMPLIED.strip().replace("\n", "|").split("|")) for word in words
}
"""Words that hold a number, with it and what it counts."""
_MONTHS = (
    "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|oct october|nov november|dec december"
)
MONTHS = {name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
_CURRENCIES = """
*$ $ dollar buck|USD US$ usd|AUD A$ AU$|CAD C$ CA$|HKD HK$|TWD NT$|SGD S$|NZD NZ$|GBP £ gbp pound quid|EUR € eur euro|*¥ ¥|JPY jpy yen
CNY rmb cny yuan renminbi|INR ₹ rs rupee|KRW ₩ won|RUB ruble rouble|CHF franc|* peso|TRY lira|*kr krona kronor krone kroner crown
ZAR rand|BRL real
"""
CURRENCIES = {name.lower(): row[0] for row in map(str.split, _CURRENCIES.replace("\n", "|").split("|")) for name in row[1:]}
"""Signs and words for money, in lower case and the singular, with their ISO 4217 code; ``*`` begins what several share."""
_LENGTHS = "second second|minute minute min|hour hour|days day night|week week fortnight|months month|years year decade century centurie"
LENGTHS = {name: row[0] for row in map(str.split, _LENGTHS.split("|")) for name in row[1:]}

_MONEY = "|".join(name for name in CURRENCIES if name.isalpha() and name != "rs")
_LATIN_MEASURES = "|".join(re.escape(word) for word in sorted(BY_WORD, key=len, reverse=True) if word.isascii())
NUMBERS = (*ENGLISH_UNITS, *ENGLISH_TENS, *ENGLISH_SCALES)
DECADES = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90}
WORDS = (*NUMBERS, *MONTHS, *ENGLISH_ORDINALS, *FRACTIONS, *IMPLIED, *DECADES)
"""Every word that a fact may begin with."""

DIGITS = re.compile(r"(?<![A-Za-z])(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)(?:\s?½| 1/2\b)?")
FOLLOWING = re.compile(rf"(?:-| and | )({'|'.join(sorted(NUMBERS, key=len, reverse=True))})\b", re.IGNORECASE)
SIGN = re.compile(r"((?:US|AU?|CA?|HK|NT|S|NZ)?\$|[£€¥₹₩]|\b(?:RMB|Rs\.?|USD|EUR|GBP|CNY|JPY))\s?$", re.IGNORECASE)
SHORT_YEAR = re.compile(r"(?:\b(?:SS|AW|FW|FY|CY)[’']?|[’'])$")
SCALE = re.compile(rf"[ -]?({'|'.join(ENGLISH_SCALES)}|{'|'.join(SHORT_SCALES)})s?\b", re.IGNORECASE)
UNIT = re.compile(
    r"(?P<percent>\s?%|[ -](?:percent|per cent|pct)\b|\s?pc\b)|(?P<points>[ -](?:percentage[ -]points?|pps?)\b)"
    r"|(?P<basis>[ -](?:basis points?|bps)\b)"
    r"|(?P<ordinal>(?:st|nd|rd|th)\b)|(?P<decade>['’]?s\b)|(?P<clock>(?::\d\d)?\s?[ap]\.?m\b|\s?o['’]clock)"
    r"|(?P<age>[ -]years?[ -]olds?\b|[ -]months?[ -]old\b)"
    r"|[ -]?(?:more |additional |further |straight |consecutive |full |long |whole |extra |other |US |U\.S\. "
    r"|Canadian |Australian |Hong Kong |(?:and|or) (?:more|so) )?"
    rf"(?:(?P<cents>cents?|pence|pennies|penny|p)|(?P<money>{_MONEY})s?|(?P<length>{'|'.join(LENGTHS)})s?"
    rf"|(?P<measure>{_LATIN_MEASURES})s?)\b",
    re.IGNORECASE,
)
ROUND = re.compile(
    r"(?:about|around|nearly|almost|over|than|some|roughly|approximately|least|most|up to|close to|estimated|nearing|past|exceed\w*|~)\s?$",
    re.IGNORECASE,
)
ODD = re.compile(r"(?:-odd|-some|-plus|\+| or so| or more| plus)\b", re.IGNORECASE)
AGED = re.compile(r"(?:aged?|age of|turn(?:s|ed)|turning|at|,) $")
RANGE = frozenset(("-", "–", "—", "to", "or", "and", "-to-"))
_MONTH_NAME = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
MONTH_BEFORE = re.compile(rf"{_MONTH_NAME}\.? (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?(?:-|–| to | and |, ))?$", re.IGNORECASE)
MONTH_AFTER = re.compile(rf"(?:st|nd|rd|th)?(?:(?:-|–| to | and |, )\d{{1,2}}(?:st|nd|rd|th)?)? (?:of )?{_MONTH_NAME}\b", re.IGNORECASE)
