"""The labels of a labelled page: which there are, how one is recognised, and what stands under each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.text.fold import fold

_NAMES = {
    "source": "新闻来源|新聞來源|媒体来源|媒體來源|消息来源|消息來源|来源|來源|出处|出處|news source|source",
    "title": "新闻标题|新聞標題|原文标题|原文標題|完整新闻标题|完整新聞標題|标题|標題|original title|headline|title",
    "address": "原文地址|原文网址|原文網址|原文链接|原文連結|原文鏈接|新闻链接|新聞連結|完整新闻链接|完整新聞連結|链接|連結|"
    "original url|original link|original address|link|url",
    "date": "新闻日期|新聞日期|新闻时间|新聞時間|发布日期|發布日期|发布时间|發布時間|日期|时间|時間|news date|published|date",
    "author": "记者署名|記者署名|作者|记者|記者|author",
    "abstract": "原文摘要|原文概要|original abstract|original summary|abstract",
    "original": "原文全文|原文内容|原文內容|新闻原文|新聞原文|完整新闻内文|完整新聞內文|原文|正文|全文|original text|full text|original",
    "summary": "中文摘要|新闻摘要|新聞摘要|译文摘要|譯文摘要|摘要|翻译|翻譯|译文|譯文|chinese summary|translation|summary",
}
KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
"""Every label, and the field that it promises."""
ONE_LINE = frozenset(("source", "title", "address", "date", "author"))
"""Fields whose value is one line; text that follows it belongs to no label."""
LONGEST_VALUE = 400
"""Characters of a value of one line."""

_STRONG = re.compile("(?:新闻|新聞|原文|媒体来源|媒體來源|完整新|news |original )", re.IGNORECASE)
_HINTS = tuple(name for name in KINDS if _STRONG.match(name) and len(name) >= 4 and not name.isascii())
_ENGLISH_HINT = re.compile(r"riginal (?:title|url|link|text|abstract|address|summary)\W{0,6}[:：]")
_COLON = re.compile("[:：︰﹕]")
_LABEL = re.compile(
    rf"[\s\W\d]{{0,8}}?({'|'.join(sorted(map(re.escape, KINDS), key=len, reverse=True))})[\s*】\]」)>]{{0,6}}:[: *]{{0,6}}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """A label and what stands under it; text under no label has the kind and the label ``""``."""

    kind: str
    label: str
    text: str

    @property
    def is_strong(self) -> bool:
        """Whether the label hardly stands in an ordinary article; "来源" and "时间" do."""
        return _STRONG.match(self.label) is not None


def is_hinted(text: str) -> bool:
    """Say whether a strong label stands anywhere; single characters first, since looking for those is nearly free."""
    chinese = ("原" in text or "新" in text or "媒" in text) and any(hint in text for hint in _HINTS)
    return chinese or _ENGLISH_HINT.search(text) is not None


def parts(text: str) -> list[Part]:
    """Return the parts of a text in order, its raw words kept; labels are recognised after folding."""
    kind, label = "", ""
    held: list[str] = []
    found: list[Part] = []
    for raw in text.split("\n"):
        match = _LABEL.match(fold(raw[:80])) if _COLON.search(raw, 0, 60) else None
        if match is None:
            held.append(raw)
            continue
        found.extend(_closed(kind, label, held))
        kind, label = KINDS[match[1].lower()], match[1]
        held = [_after(raw, match)]
    return [*found, *_closed(kind, label, held)]


def _after(raw: str, match: re.Match[str]) -> str:
    """Return the value in a line as it was written: folding keeps the number of colons, so the last of the label's ends it."""
    return _COLON.split(raw, maxsplit=match.group().count(":"))[-1].strip().strip("*").strip()


def _closed(kind: str, label: str, held: list[str]) -> Iterator[Part]:
    text = "\n".join(held).strip("\n ")
    if kind in ONE_LINE:
        value, _, rest = text.strip().partition("\n")
        yield Part(kind, label, value.strip()[:LONGEST_VALUE])
        text, kind, label = rest.strip("\n "), "", ""
    if text.strip():
        yield Part(kind, label, text)
