"""Findings on quoted terms: a figure of speech that the original does not use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from services.parser.fidelity.align import Alignment
from services.parser.fidelity.facts import raw
from services.parser.fidelity.finding import finding
from services.parser.fidelity.reading import Reading
from shared.records.article import Finding

_TERMS = """
unicorn: 独角兽; tiger: 老虎 小虎 猛虎 虎; dragon: 小龙 巨龙 龙; wolf|wolves: 狼 战狼 恶狼; lion: 狮子 雄狮; elephant: 大象
whale: 鲸鱼 巨鲸; shark: 鲨鱼; eagle: 老鹰 雄鹰; hawk: 鹰派; dove|dovish: 鸽派; bull: 牛市; bear: 熊市; black swan: 黑天鹅
rhino: 灰犀牛; dark horse: 黑马
trojan: 特洛伊木马 木马; canary: 金丝雀; zombie: 僵尸; giant|titan: 巨头; champion: 冠军; bubble: 泡沫; cliff: 悬崖; storm: 风暴
tsunami: 海啸; winter: 寒冬 冬天; moat: 护城河; crown jewel: 皇冠上的明珠; small yard: 小院高墙; decoupl: 脱钩; de-?risk: 去风险
choke|strangle|bottleneck: 卡脖子; iron curtain: 铁幕; cold war: 冷战; great wall: 长城; belt and road: 一带一路
made in china: 中国制造; gold rush: 淘金热; arms race: 军备竞赛; roller ?coaster: 过山车; sword of damocles: 达摩克利斯之剑
pandora: 潘多拉; domino: 多米诺骨牌; snowball: 雪球; cornerstone: 基石; lifeline: 生命线; game.?changer: 游戏规则改变者
"""
TERMS = {stem.strip(): words.strip() for stem, _, words in (row.partition(":") for row in _TERMS.strip().replace("\n", ";").split(";"))}
"""English stems of figures of speech, and their Chinese forms (simplified)."""

_ENGLISH = {stem: re.compile(rf"\b(?:{stem})\w*", re.IGNORECASE) for stem in TERMS}
_STEMS = {word: [stem for stem, words in TERMS.items() if word in words.split()] for words in TERMS.values() for word in words.split()}
_QUOTED_ZH = re.compile(r"[“\"「『‘]([\u4e00-\u9fff]{1,8})[”\"」』’]")
_QUOTED_EN = re.compile(r"[“\"‘']([A-Za-z-]{3,20}(?: [A-Za-z-]{2,20}){0,2})[”\"’']")
_SO_CALLED = re.compile(r"so-called [“\"‘']?(\w+)|[“\"‘'](\w{3,20})[”\"’']", re.IGNORECASE)

QUOTED_LIMIT = 200


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


def terms(alignment: Alignment) -> Iterator[Finding]:
    """Yield a finding for each quoted figure of speech that the original has in none of its forms."""
    held: dict[str, bool] = {}
    for place, stems in islice(_quoted(alignment.summary), QUOTED_LIMIT):
        held |= {stem: _holds(alignment.original, stem) for stem in stems if stem not in held}
        if any(held[stem] for stem in stems):
            continue
        instead = _instead(alignment, place)
        words = alignment.original.text[instead.start : instead.end] if instead else None
        yield finding(alignment.summary, place, "contradicted" if instead else "unsupported", "term", words, instead)


def _quoted(reading: Reading) -> Iterator[tuple[_Span, list[str]]]:
    """Yield the quoted terms that the table knows."""
    if reading.is_chinese:
        plain, offsets = reading.folded.text, reading.folded.offsets
        for match in _QUOTED_ZH.finditer(plain):
            stems = _STEMS.get(match[1]) or _STEMS.get(match[1].lstrip("一二三四五六七八九十大小")) or []
            if stems:
                yield _Span(*raw(offsets, *match.span(1))), stems
        return
    for match in _QUOTED_EN.finditer(reading.text):
        stems = [stem for stem, pattern in _ENGLISH.items() if pattern.fullmatch(match[1])]
        if stems:
            yield _Span(*match.span(1)), stems


def _holds(reading: Reading, stem: str) -> bool:
    if reading.is_chinese:
        return any(word in reading.folded.text for word in TERMS[stem].split())
    return _ENGLISH[stem].search(reading.text) is not None


def _instead(alignment: Alignment, place: _Span) -> _Span | None:
    """Return the term that the original has there: one that it quotes or calls so-called, in a sentence that shares a fact."""
    original = alignment.original
    for number in alignment.sentences(place.start)[:3]:
        start, end = original.sentences[number]
        match = _SO_CALLED.search(original.text, start, end)
        if match:
            return _Span(*match.span(1 if match[1] else 2))
    return None
