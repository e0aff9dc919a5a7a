"""Authors as names: out of bylines and metadata, without roles, agencies' addresses and e-mails."""

import re
from collections.abc import Iterable

from shared.text.fold import fold, key, line

LONGEST = 60
"""Characters of a name."""
MOST = 12
"""Authors of one article."""

_LEAD = re.compile(
    r"^(?:(?:written|posted|published|reported|authored|reviewed|updated|story|words|text|article)\s+by:?|by|von|par|por|di|door|av|author|reporter|autor|"
    r"from)\b[\s:]*",
    re.I,
)
_MAIL = re.compile(r"^\S{1,80}@\S{1,80} \((.{2,80})\)$")
"""Source: RSS 2.0, author: an address with the name in brackets."""
_ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S")
_SPLIT = re.compile(r"\s*(?:[;|·•/、；，]|,(?!\s*(?:jr|sr|ph\.?d|m\.?d|md|iii?|esq)\b)|\s(?:and|und|et|y|e|with|&)\s|\sund\s|&)\s*", re.I)
_ROLE = re.compile(
    r"^(?:(?:staff|senior|chief|contributing|guest|associate|deputy|managing|national|political|business|science|health|foreign)\s+)*"
    r"(?:writer|editor|reporter|correspondent|columnist|contributor|journalist|redakteur(?:in)?|redaktion|producer|analyst|author|"
    r"staff|editor-in-chief|"
    r"photographer|ph\.?d\.?|m\.?d\.?|ceo|cto|founder|co-founder|director|manager)s?\b.*$",
    re.I,
)
_AFTER = re.compile(
    r"\s+(?:(?:senior|staff|chief|lead|co-?|contributing|associate|deputy|managing)\s*)*(?:writer|editor|reporter|correspondent|"
    r"founder|columnist|journalist|researcher|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?$|"
    r"\s+(?:(?:senior|staff|chief|lead)\s+)+[A-Z].*|\s+(?:founder|writer|editor|reporter)\s.*|\s+updated$",
    re.I,
)
"""A role or a month that stands after a name without anything between."""
_CALENDAR = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|may|mon|tue|wed|thu|fri|sat|sun)\.?$",
    re.I,
)
_JUNK = re.compile(
    r"https?:|www\.|@|\.com\b|\d{3}|^(?:admin|administrator|guest|unknown|none|null|editor|staff|team|n/a|redaktion|webmaster|user|"
    r"root|super user)$",
    re.I,
)
_TRAILER = re.compile(
    r"\s*(?:[(（\[].*|\s[-–—]\s.*|\bfor (?:the )?[A-Z].*|\b(?:in|aus) [A-Z][a-z]+$|\bis an? .*|\bupdated\b.*|\bpublished\b.*|"
    r"\bon \w+ \d.*|\bat \d.*|\d.*)$"
)
_CHINESE_BYLINE = re.compile(
    r"(?:本报记者|本報記者|本刊记者|特约记者|特派记者|实习记者|實習記者|见习记者|通讯员|特約記者|記者|记者|作者|撰文|撰稿|采写|採訪|文|編譯|编译)[\s:：/／|]+"
    r"((?:[\u4e00-\u9fff·]{2,8})(?:[\s、，,和／/]+[\u4e00-\u9fff·]{2,8}){0,5})"
    r"|[(（【\[〔]?(?:本报|本報|[\u4e00-\u9fff]{2,6}(?:网|報|报|社))?(?:记者|記者)\s*([\u4e00-\u9fff·]{2,4})\s*(?:[/／]|[】\])）〕])"
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff·]{2,10}")
_HAN_STOP = frozenset(
    "来源 來源 编辑 編輯 责任编辑 責任編輯 报道 報導 综合 综合报道 摄影 攝影 时间 時間 发布 日期 网络 網路 佚名 未知 整理 匿名 本报讯 "
    "责编 翻译 台北报导 台北報導 字号 浏览 点击".split()
)


def tidy(found: Iterable[str], publisher: str | None = None) -> tuple[str, ...]:
    """Return the names in `found`, each once, in order: split, without roles, places, e-mails and the publisher's own name."""
    names: dict[str, str] = {}
    for written in found:
        if _ADDRESS.match(written):
            continue
        for part in _SPLIT.split(_LEAD.sub("", _MAIL.sub(r"\1", line(written[:400])))):
            name = _name(part)
            if name and key(name) != key(publisher or "") and len(names) < MOST:
                names.setdefault(key(name), name)
    return tuple(names.values())


def chinese(lines: Iterable[str]) -> list[str]:
    """Return the names in the first Chinese byline among `lines` (``记者 张三 李四``, ``文／王五``)."""
    for written in lines:
        if not written.isascii() and (match := _CHINESE_BYLINE.search(fold(written[:200]))):
            names = re.findall(_HAN_NAME, match[1] or match[2])
            if kept := [name for name in names if name not in _HAN_STOP]:
                return kept
    return []


def _name(part: str) -> str | None:
    name = _TRAILER.sub("", _LEAD.sub("", part.strip(" \t,.:–—-\"'“”*"))).strip(" ,:–—-")
    if " " in name:
        name = _AFTER.sub("", name)
    if not 2 <= len(name) <= LONGEST or _JUNK.search(part) or _CALENDAR.match(name) or _ROLE.match(name) or len(name.split()) > 6:
        return None
    return name if any(character.isalpha() for character in name) and name not in _HAN_STOP else None
