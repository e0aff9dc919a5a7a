"""Findings on the direction of a change: up for down beside a number that is right."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from services.parser.fidelity.align import Alignment
from services.parser.fidelity.facts import Fact, raw
from services.parser.fidelity.finding import finding
from services.parser.fidelity.reading import Reading
from shared.records.article import Finding, Span

_UP_ZH = (
    "飙升|上升|上涨|上调|上扬|提升|提高|攀升|爬升|跃升|回升|高升|增长|增加|增至|增到|成长|激增|剧增|暴增|大增|暴涨|大涨|扩大"
    "|升至|涨至|涨|升|增"
)
_DOWN_ZH = "骤降|下降|下跌|下滑|下调|下挫|滑落|减少|减至|锐减|缩减|缩小|萎缩|降低|降至|跌至|暴跌|大跌|急跌|重挫|衰退|跌|降|减"
_LEAD = r"(?:了|到|至|为|成|近|约|逾|超过|超|将近|接近|大约|达到|达|高达|幅度|幅|率|比例|不到|至少|多达|[\s，,“\"(（]){0,6}"
_ZH_BEFORE = re.compile(rf"(?:(?P<up>{_UP_ZH})|(?P<down>{_DOWN_ZH})){_LEAD}$")
_ZH_AFTER = re.compile(r"\s?的?(?:(?P<up>增长|增幅|涨幅|升幅|成长|上涨|上升|增加)|(?P<down>降幅|跌幅|减幅|下降|下跌|下滑|减少|衰退))")
_NOT_ZH = re.compile(r"(?:不|没|未|非|免|防止|避免|若|如果|加|高|低|收|抬|晋)$")
_UP_EN = (
    r"up(?! to\b)|ros[ei]\w*|rises?|risen|rising|increas\w+|grow\w*|grew|gain\w*|climb\w*|jump\w*|surg\w+|soar\w*|"
    r"advanc\w+|higher|rall\w+|expand\w*|leap\w*|spik\w+|swell\w*|swollen|rebound\w*|boost\w*|rais\w+|add(?:ed|s)|uptick|upturn|hike\w*"
)
_DOWN_EN = (
    r"down|fell|falls?|fallen|falling|declin\w+|decreas\w+|drop\w*|lower\w*|slump\w*|plung\w+|slid\w*|shrank|shrunk|shrink\w*|tumbl\w+|sank|sink\w*|"
    r"lost|los[ei]\w*|loss|reduc\w+|cut\w*|contract(?:ed|s|ion)|dip\w*|weaken\w*|slash\w+|plummet\w*|crash\w*|retreat\w*|downturn|slip\w*|sag\w*|eas(?:ed|es)"
)
_EN = re.compile(rf"\b(?:(?P<up>{_UP_EN})|(?P<down>{_DOWN_EN}))\b", re.IGNORECASE)
_PHRASE = re.compile(
    r"(?:suck|mak|made|set|end|pick|tak|took|sign|lin|eat|back|open|show|clos|shut|cut|bring|brought|follow)\w*\s$", re.IGNORECASE
)
"""What makes ``up`` and ``down`` part of a verb that goes nowhere."""
_BREAK = re.compile(r"[.;:!?\n](?:\s|$)")
_CLAUSE = re.compile(r"[,，;；。、]|\b(?:but|while|whereas|and)\b")
BEFORE, AFTER = 48, 28
"""Characters around a number of an English text in which its direction is looked for."""


def directions(alignment: Alignment) -> Iterator[Finding]:
    """Yield a finding for each change of the summary that goes the other way wherever the original has its number."""
    for group, support in alignment.found:
        place, sign = _stated(alignment.summary, group[0])
        if not place or not sign or not support or len(support) > 3:
            continue
        others = [_stated(alignment.original, fact) for fact in support]
        known = [(span, other) for span, other in others if other]
        if known and all(other != sign for _, other in known):
            span = known[0][0]
            detail = alignment.original.text[span.start : span.end] if span else None
            yield finding(alignment.summary, place, "contradicted", "direction", detail, span)


def _stated(reading: Reading, fact: Fact) -> tuple[Span | None, int]:
    """Return the word that says which way the number went, with 1 for up and -1 for down, 0 where none says."""
    return _chinese(reading, fact) if reading.is_chinese else _english(reading, fact)


def _chinese(reading: Reading, fact: Fact) -> tuple[Span | None, int]:
    plain, offsets = reading.folded.text, reading.folded.offsets
    start, end = bisect_left(offsets, fact.start), bisect_left(offsets, fact.end)
    base = max(0, start - 16)
    match = _ZH_BEFORE.search(plain[base:start])
    if match is None or _NOT_ZH.search(plain[max(0, base + match.start() - 2) : base + match.start()]):
        match, base = _ZH_AFTER.match(plain[end : end + 8]), end
    if match is None:
        return None, 0
    first, last = match.span("up" if match["up"] else "down")
    place = raw(offsets, base + first, base + last)
    return Span(start=place[0], end=place[1]), 1 if match["up"] else -1


def _english(reading: Reading, fact: Fact) -> tuple[Span | None, int]:
    """Return the nearest word of direction in the sentence: before the number, past no other; or after it."""
    text = reading.text
    before = text[max(0, fact.start - BEFORE) : fact.start]
    after = text[fact.end : fact.end + AFTER]
    before = before[max((match.end() for match in _BREAK.finditer(before)), default=0) :]
    before = before[max((match.end() for match in re.finditer(r"\d|\bpercent\b", before)), default=0) :]
    stop = _BREAK.search(after)
    after = after[: stop.start()] if stop else after
    words = [(match, fact.start - len(before), len(before) - match.end()) for match in _words(before)][-1:]
    words += [(match, fact.end, match.start() + 8 * bool(_CLAUSE.search(after[: match.start()]))) for match in _words(after)][:1]
    if not words:
        return None, 0
    match, base, _ = min(words, key=lambda word: word[2])
    return Span(start=base + match.start(), end=base + match.end()), 1 if match["up"] else -1


def _words(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of direction; not the ``up`` of ``make up``."""
    return (match for match in _EN.finditer(text) if match[0].lower() not in ("up", "down") or not _PHRASE.search(text[: match.start()]))
