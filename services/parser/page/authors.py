"""Authors as names: out of bylines and metadata, without roles, agencies' addresses and e-mails."""

import re
from collections.abc import Iterable

from services.parser.page.chinese_bylines import chinese, is_of_editors, parted
from shared.text.fold import key, line

LONGEST = 60
"""Characters of a name."""
MOST = 12
"""Authors of one article."""

_LEAD = re.compile(
    r"^(?:and\s+)?(?:(?:written|posted|published|reported|reporting|authored|reviewed|updated|story|words|text|article|edited|editing)\s+by:?|by|von|par"
    r"|por|di|door|av|author|reporter|autor|from|and)\b[\s:]*",
    re.I,
)
_EDITED = re.compile(
    r"[;,.]?\s*(?:\b(?:editing|edited|additional reporting|fact.check\w*|photographs?|photos|illustrations?|translat\w+) by\b).*$", re.I
)
"""Who else worked on it, named behind the authors."""
_MAIL = re.compile(r"^\S{1,80}@\S{1,80} \((.{2,80})\)$")
"""Source: RSS 2.0, author: an address with the name in brackets."""
_ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S")
_REACH = re.compile(r"[(<\[]?[^\s@]{1,64}@[\w.-]{1,80}\.\w{2,24}[)>\]]?|(?:^|(?<=\s))@\w{2,30}")
"""An e-mail address or the name of an account, beside a name."""
_SPLIT = re.compile(
    r"\s*(?:[;|•/、；，]|(?<![\u4e00-\u9fff])·|·(?![\u4e00-\u9fff])|,(?!\s*(?:jr|sr|ph\.?d|m\.?d|md|iii?|esq)\b)|\s(?:and|und|et|y|e|with|&)\s|\sund\s|&)\s*",
    re.I,
)
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
_AGENCY = re.compile(
    r"(?:the )?(?:reuters|afp|agence france-presse|ap|associated press|bloomberg|dpa|upi|xinhua(?: news agency)?|kyodo|yonhap|efe|ansa"
    r"|press association|pa media|新华社|新華社|中新[社网網]|中央社|路透社?|法新社|美联社|美聯社|彭博社?|共同社|韩联社|韓聯社)(?: news)?"
    r"(?: staff)?",
    re.I,
)
_NOBODY = frozenset("佚名 未知 匿名 网络 網路 整理 综合 綜合 编辑部 編輯部 小编 小編".split())


def tidy(found: Iterable[str], publisher: str | None = None) -> tuple[str, ...]:
    """Return the names in `found`, each once, in order: split, without roles, places, e-mails, editors and the publisher's own name.

    An agency is an author only where nobody else is.
    """
    names: dict[str, str] = {}
    for written in found:
        for name in () if _ADDRESS.match(written) else _names(line(written[:400])):
            if key(name) != key(publisher or "") and len(names) < MOST:
                names.setdefault(key(name), name)
    people = tuple(name for name in names.values() if not _AGENCY.fullmatch(name))
    return people or tuple(names.values())


def _names(written: str) -> list[str]:
    if not written.isascii():
        names = chinese([written])
        if names or is_of_editors(written):
            return names
    plain = _EDITED.sub("", _REACH.sub("|", _MAIL.sub(r"\1", written)))
    parts = (name for part in _SPLIT.split(_LEAD.sub("", plain)) if (name := _name(part)))
    return [name for part in parts for name in parted(part)]


def _name(part: str) -> str | None:
    name = _TRAILER.sub("", _LEAD.sub("", part.strip(" \t,.:–—-\"'“”*"))).strip(" ,:–—-")
    if " " in name and not _ROLE.match(name):
        name = _AFTER.sub("", name)
    if not 2 <= len(name) <= LONGEST or _JUNK.search(part) or _CALENDAR.match(name) or _ROLE.match(name) or len(name.split()) > 6:
        return None
    return name if any(character.isalpha() for character in name) and name not in _NOBODY else None
