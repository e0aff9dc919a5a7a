"""The labels of a labelled page: which there are, how one is recognised, and what stands under each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.text.fold import fold_with_offsets

_NAMES = {
    "source": "新闻来源|新聞來源|媒体来源|媒體來源|消息来源|消息來源|文章来源|文章來源|来源|來源|出处|出處|转自|轉自|news source|source",
    "title": "新闻标题|新聞標題|原文标题|原文標題|完整新闻标题|完整新聞標題|标题|標題|original title|headline|title",
    "address": "原文地址|原文网址|原文網址|原文链接|原文連結|原文鏈接|原文鏈結|新闻链接|新聞連結|完整新闻链接|完整新聞連結|链接|連結|鏈接"
    "|original url|original link|original address|link|url",
    "date": "新闻日期|新聞日期|新闻时间|新聞時間|发布日期|發布日期|发布时间|發布時間|日期|时间|時間|news date|published|date",
    "author": "记者署名|記者署名|作者|记者|記者|撰文|文|author|byline",
    "translator": "译者|譯者|编译|編譯|校对|校對|translator",
    "abstract": "原文摘要|原文概要|original abstract|original summary|abstract",
    "original": "原文全文|原文内容|原文內容|新闻原文|新聞原文|完整新闻内文|完整新聞內文|英文原文|原文|正文|全文"
    "|original text|full text|original",
    "summary": "中文摘要|新闻摘要|新聞摘要|译文摘要|譯文摘要|内容摘要|內容摘要|摘要|翻译|翻譯|译文|譯文"
    "|chinese summary|translation|summary",
    "note": "备注|備註|心得|notes?",
}
KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
"""Every label, and the field that it promises."""
ONE_LINE = frozenset(("source", "title", "address", "date", "author", "translator"))
"""Fields whose value is one line; text that follows it belongs to no label."""
TEXTS = frozenset(("abstract", "original", "summary"))
"""Fields whose value is a text."""
LONGEST_VALUE = 400
"""Characters of a value of one line."""

_STRONG = re.compile("(?:新闻|新聞|原文|媒体来源|媒體來源|完整新|news |original )", re.IGNORECASE)
_HINTS = tuple(name for name in KINDS if _STRONG.match(name) and len(name) >= 4 and not name.isascii())
_SHORT_HINT = re.compile(r"(?:^|[\n>】*#。 ])\s?[【*#]{0,3}\s?(?:英文)?原文\s?[】*]{0,3}\s?[:：|｜】\n]")
_ENGLISH_HINT = re.compile(r"riginal (?:title|url|link|text|abstract|address|summary)\W{0,6}[:：]")
_MARK = re.compile("[:：︰﹕|｜【\\[「『〔#*_]")
_NAME = "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True))
_OPEN, _CLOSE = r"【\[「『〔〖", r"】\]」』〕〗"
_LABEL = re.compile(
    rf"[\s\W\d]{{0,12}}?(?:"
    rf"(?P<bare>{_NAME})[\s*_{_CLOSE})>]{{0,6}}(?:[:|][:|\s*_]{{0,6}})"  # 新闻来源: value, **来源**| value
    rf"|[{_OPEN}]\s?(?P<boxed>{_NAME})\s?[{_CLOSE}][:|\s*_]{{0,6}}"  # 【新闻来源】value
    rf"|(?<=[#*_\s])(?P<alone>{_NAME})[\s*_#]{{0,6}}$"  # ## 原文
    rf"|(?<=[.、)\s])(?P<told>完整[新聞闻內内文標标題题連链結接]{{4}})\s?[^:]{{0,80}}:\s?)",  # 5.完整新聞連結 (或短網址):
    re.IGNORECASE,
)
_NEXT = re.compile(rf"(?:[;|,/]|\s)\s{{0,4}}(?P<bare>{_NAME})\s?[:|]\s{{0,4}}", re.IGNORECASE)
"""Another label on the same line, after the value of the one before."""
BARRED = frozenset(("文", "撰文"))
"""Labels of one character that count only before a bar."""
_HINT_LINES = re.compile(r"\A(?:※[^\n]*(?:\n\s*|\Z))+")
"""What a form says of how to fill it in, left before the value."""
_RULE = re.compile(r"\s*\|[\s:|-]*-{2,}[\s:|-]*")
"""The line under the head of a Markdown table."""
MAKERS = frozenset(("翻译", "翻譯", "translation"))
"""Labels of a translation that may hold the translator's name instead."""
LONGEST_NAME = 14
"""Characters of a name; a longer 翻译 is a translation, not who made it."""
PARTS_LIMIT = 400
"""Parts of a labelled page; a list of many is something else."""
LABEL_LIMIT = 600
"""Characters of a line in which its labels stand."""


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
    """Say whether a strong label stands anywhere; plain words first, since looking for those is nearly free."""
    if ("原" in text or "新" in text or "媒" in text) and any(hint in text for hint in _HINTS):
        return True
    if "原文" in text and _SHORT_HINT.search(text):
        return True
    return "riginal " in text and _ENGLISH_HINT.search(text) is not None


def parts(text: str) -> list[Part]:
    """Return the parts of a text in order, its raw words kept; labels are recognised after folding; none where there are too many."""
    kind, label = "", ""
    held: list[str] = []
    found: list[Part] = []
    for raw in text.split("\n"):
        if _RULE.fullmatch(raw):
            continue
        if len(found) > PARTS_LIMIT:
            return []
        heads = _heads(raw) if _MARK.search(raw, 0, 80) else []
        if not heads:
            held.append(raw)
        for name, start, end in heads:
            found.extend(_closed(kind, label, held))
            kind, label, held = KINDS[name.lower()], name, [raw[start:end].strip().strip("*").strip()]
    return [*found, *_closed(kind, label, held)]


def _heads(raw: str) -> list[tuple[str, int, int]]:
    """Return the labels of a line, each with the place of its value: several where the values are of one line each."""
    plain = fold_with_offsets(raw[:LABEL_LIMIT])
    match = _LABEL.match(plain.text)
    if match is None or not _is_label(match, plain.text):
        return []
    name = next(filter(None, match.groups()))
    heads = [(name if name.lower() in KINDS else _told(name), match.start(), match.end())]
    while KINDS[heads[-1][0].lower()] in ONE_LINE or heads[-1][0] in MAKERS:
        reach = len(plain.text) if heads[-1][0] not in MAKERS else heads[-1][2] + LONGEST_NAME + 8
        following = _NEXT.search(plain.text, heads[-1][2], reach)
        if following is None or (following["bare"] in BARRED and "|" not in following[0]):
            break
        heads.append((following["bare"], following.start(), following.end()))
    ends = [*(plain.offsets[start] for _, start, _ in heads[1:]), len(raw)]
    return [(name, plain.offsets[stop], max(plain.offsets[stop], end)) for (name, _, stop), end in zip(heads, ends, strict=True)]


def _is_label(match: re.Match[str], line: str) -> bool:
    """Say whether a match is a label: 文 counts before a bar alone, and a heading of one word alone is none."""
    name = next(filter(None, match.groups()))
    if name in BARRED:
        return "|" in match[0] or "/" in line[match.end("bare") : match.end("bare") + 1]
    return not (match["alone"] and not _STRONG.match(name) and KINDS[name.lower()] not in TEXTS)


def _told(name: str) -> str:
    """Return the label that a form's instruction begins with."""
    return next((label for label in KINDS if name.startswith(label)), "原文")


def _closed(kind: str, label: str, held: list[str]) -> Iterator[Part]:
    text = "\n".join(held).strip("\n ")
    if kind in ONE_LINE:
        value, _, rest = _HINT_LINES.sub("", text.strip()).partition("\n")
        yield Part(kind, label, value.strip(" \t|")[:LONGEST_VALUE])
        text, kind, label = rest.strip("\n "), "", ""
    if text.strip():
        yield Part(kind, label, text)
