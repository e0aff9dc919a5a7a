"""Findings on reporting periods: a half-year for the July quarter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.parser.fidelity.align import Alignment
from services.parser.fidelity.facts import raw
from services.parser.fidelity.finding import finding
from services.parser.fidelity.reading import Reading
from shared.records.article import Finding

_NUMBERS = {
    word: number
    for number, words in enumerate(("一 1 首 上 前 first", "二 2 下 后 second", "三 3 third", "四 4 fourth final"), 1)
    for word in words.split()
}
_CHINESE = re.compile(
    r"(?P<half>[上下前后]半年)|(?:第\s?)?(?P<quarter>[一二三四1-4])\s?财?季(?:度)?|(?P<first>首)季(?:度)?|[Qq](?P<q>[1-4])(?!\d)"
    r"|(?P<other>\d{1,2}月(?:份)?(?:的|当)?季度?|(?:本|上|该|当)(?:财)?季(?:度)?)|(?P<year>全年|(?:本|上|该)财年|全财年)"
)
_ENGLISH = re.compile(
    r"\b(?P<half>(?:first|second)[- ]half|H[12])\b"
    r"|\b(?:(?P<quarter>first|second|third|fourth|final)[- ](?:fiscal[- ])?quarter|Q(?P<q>[1-4])(?!\d))\b"
    r"|\b(?P<other>(?:January|February|March|April|May|June|July|August|September|October|November|December|latest|last|previous|current|this|fiscal|"
    r"the|a|per)[- ]quarter|quarterly|quarters?|three months (?:ended|ending|through|to))\b"
    r"|\b(?P<year>full[- ]year|fiscal year|whole year)\b",
    re.IGNORECASE,
)

PERIODS_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: `length` is ``half``, ``quarter`` or ``year``, `number` which of them, None where that is not said."""

    start: int
    end: int
    length: str
    number: int | None

    def agrees(self, other: "Period") -> bool:
        """Say whether both may be the same period."""
        return self.length == other.length and (self.number == other.number or None in (self.number, other.number))


def periods(alignment: Alignment) -> Iterator[Finding]:
    """Yield a finding for each period of the summary that the original does not speak of, where it speaks of another instead."""
    claimed = _read(alignment.summary)[:PERIODS_LIMIT]
    stated = _read(alignment.original)[:PERIODS_LIMIT] if claimed else []
    for period in claimed:
        if any(period.agrees(other) for other in stated):
            continue
        near = alignment.tied(period.start)
        peers = [other for other in stated if near is not None and near - 1 <= alignment.original.sentence(other.start) <= near]
        if peers:
            words = alignment.original.text[peers[-1].start : peers[-1].end]
            yield finding(alignment.summary, period, "contradicted", "period", words, peers[-1])
        elif any(other.length == period.length for other in stated):
            yield finding(alignment.summary, period, "unsupported", "period", None, None)


def _read(reading: Reading) -> list[Period]:
    if reading.is_chinese:
        offsets = reading.folded.offsets
        return [_period(match, *raw(offsets, *match.span())) for match in _CHINESE.finditer(reading.folded.text)]
    return [_period(match, *match.span()) for match in _ENGLISH.finditer(reading.text)]


def _period(match: re.Match[str], start: int, end: int) -> Period:
    if match["half"]:
        word = match["half"].lower()
        return Period(
            start, end, "half", _NUMBERS.get(word.split("half")[0].strip(" -")) or _NUMBERS.get(word[0]) or _NUMBERS.get(word[-1])
        )
    if match["year"]:
        return Period(start, end, "year", None)
    named = match["quarter"] or match["q"] or match.groupdict().get("first")
    return Period(start, end, "quarter", _NUMBERS[named.lower()] if named else None)
