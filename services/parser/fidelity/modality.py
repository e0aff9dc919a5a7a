"""Findings on modality: a ban where the original has advice, or advice where it has a ban.

Only what is certain is said: the original uses a word of the one kind, and no word at all of the other, in any of its forms.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.parser.fidelity.facts import raw
from services.parser.fidelity.finding import finding
from services.parser.fidelity.reading import Reading
from shared.records.article import Finding


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's words: `ban` and `advice` say it outright, `bans` and `advises` are all that may say so; `denied` stands before."""

    ban: re.Pattern[str]
    advice: re.Pattern[str]
    bans: re.Pattern[str]
    advises: re.Pattern[str]
    denied: re.Pattern[str]


_ENGLISH = _Words(
    ban=re.compile(r"\b(?:bans|banned|banning|prohibit(?:s|ed|ing)|forbids|forbade|forbidden|outlaw(?:s|ed|ing))\b", re.I),
    advice=re.compile(
        r"\b(?:window guidance|non-?binding|(?:without|lacks?|no) (?:the )?force of law|discourag(?:es|ed|ing)"
        r"|(?:urg(?:es|ed|ing)|advis(?:es|ed|ing)|encourag(?:es|ed|ing)|recommend(?:s|ed|ing)) (?:\w+ ){0,4}"
        r"(?:compan|firms?|makers?|manufactur|buyers?|banks?|agenc|operators?|platforms?)\w*)",
        re.I,
    ),
    bans=re.compile(
        r"\b(?:bans?\b|bann|prohibit|forb[ia]d|outlaw|barr(?:ed|ing)|embargo|blacklist|block(?:ed|s|ing)|halt(?:ed|s|ing)|ordered|orders? "
        r"|not (?:be )?allow|no longer allow|must (?:stop|not)|(?:to|told \w+ to) stop|mandat)",
        re.I,
    ),
    advises=re.compile(r"guid|advi[sc]|\burg(?:e|es|ed|ing)\b|recommend|encourag|suggest|non-?binding|volunt|force of law|discourag", re.I),
    denied=re.compile(r"\b(?:not|no|never|without|than|than a|short of|stop short of|deni\w+|if|whether|could|may|might|would)\b", re.I),
)
_CHINESE = _Words(
    ban=re.compile("(?:下令|明令|全面|正式)禁止|禁止(?!性)|严禁|勒令|禁令"),
    advice=re.compile(
        "窗口指导|非强制|(?:不具|没有|不具有|无)(?:备)?法律(?:效力|约束力)|(?:建议|敦促|劝说|劝阻|劝导|鼓励)[^，。；]{0,6}(?:企业|公司|厂商|银行|机构|平台)"
    ),
    bans=re.compile("禁|不准|不许|不得|叫停|责令|强制|勒令|必须|封杀|制裁"),
    advises=re.compile("指导|建议|敦促|劝|鼓励|非强制|效力|约束力|自愿|倡议"),
    denied=re.compile("不|非|未|没有|没|否认|若|如果|是否|可能|或|拟|考虑|解除|取消|撤销"),
)
BEFORE = 24
"""Characters before a word in which a denial or a doubt of it stands."""


def modality(ours: Reading, theirs: Reading) -> Iterator[Finding]:
    """Yield a finding for the first ban in a summary whose original only advises, or for the first advice where it only bans."""
    our, their = _words(ours), _words(theirs)
    pairs = ((our.ban, their.advice, their.bans), (our.advice, their.ban, their.advises))
    for said, instead, otherwise in pairs:
        place = _said(ours, said, our.denied)
        if place is None or otherwise.search(_plain(theirs)) or not (match := instead.search(_plain(theirs))):
            continue
        there = _raw(theirs, match)
        yield finding(ours, place, "contradicted", "modality", theirs.text[there.start : there.end], there)


def _said(reading: Reading, words: re.Pattern[str], denied: re.Pattern[str]) -> _Span | None:
    """Return the first place that says it outright, without a denial or a doubt before it in its sentence."""
    text = _plain(reading)
    for match in words.finditer(text):
        before = re.split(r"[.!?。！？；;，,]", text[max(0, match.start() - BEFORE) : match.start()])[-1]
        if not denied.search(before):
            return _raw(reading, match)
    return None


def _words(reading: Reading) -> _Words:
    return _CHINESE if reading.is_chinese else _ENGLISH


def _plain(reading: Reading) -> str:
    return reading.folded.text if reading.is_chinese else reading.text


def _raw(reading: Reading, match: re.Match[str]) -> _Span:
    return _Span(*(raw(reading.folded.offsets, *match.span()) if reading.is_chinese else match.span()))
