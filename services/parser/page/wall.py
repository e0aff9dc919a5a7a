"""Whether a page shows only the beginning of its article: a line that asks for a subscription, or a link to the rest, stands at its end."""

import re
from collections.abc import Sequence

from services.parser.page.blocks import Block
from services.parser.page.choose import Choice

LONGEST = 240
"""Characters of a line that is a wall."""
REACH = 3
"""Blocks after the article's last in which the wall stands."""

_WALL = re.compile(
    r"\b(?:subscribe|sign (?:in|up)|log ?in|register|become a (?:member|subscriber)|start your .{0,20}trial|upgrade)\b.{0,60}"
    r"\bto (?:continue|keep|finish)? ?(?:read|access|unlock|view|see)(?:ing)?\b.{0,40}\b(?:article|story|post|more|rest|content|reading)\b"
    r"|\bto (?:continue|keep) reading\b|\bto read the (?:full|rest|whole|entire)\b|\bcontinue reading this (?:article|post) (?:for|with)\b"
    r"|\b(?:rest|remainder) of (?:this|the) (?:article|story|post) is (?:for|reserved|only|available)\b"
    r"|\bthis (?:article|story|post|content) is (?:only )?(?:for|reserved for|exclusive to|available to) .{0,30}(?:subscriber|member)"
    r"|réservée? aux abonnés|il vous reste [\d,.]+ ?% de cet article|(?:nur|exklusiv) für abonnenten|jetzt weiterlesen mit|um weiterzulesen"
    r"|(?:订阅|訂閱|登录|登錄|登入|付费|付費|开通|加入|注册|註冊|成为|成為|购买|購買).{0,16}(?:阅读|閱讀|查看|解锁|解鎖|观看|看|继续|繼續)"
    r".{0,4}(?:全文|全部|余下|餘下|完整|剩余|剩餘)"
    r"|(?:剩余|剩餘|余下|餘下|尚有|还有|還有)\s?\d+\s?%"
    r"|(?:会员|會員|订阅者?|訂閱者?|订户|訂戶|付费用户)(?:专享|專享|独享|獨享|限定|專屬|专属|可[看读讀])",
    re.I,
)
_REST = re.compile(
    r"^\W{0,4}(?:read more|continue reading|read the (?:full|rest).{0,60}|weiterlesen|lire la suite"
    r"|阅读全文|閱讀全文|查看全文|閱讀更多|繼續閱讀)\W{0,8}$",
    re.I,
)
_BROKEN_OFF = re.compile(r"(?:…|\.\.\.)[\])）]?$")


def is_wall(text: str) -> bool:
    """Say whether a line asks for a subscription before it shows the rest."""
    return len(text) <= LONGEST and _WALL.search(text) is not None


def is_walled(choice: Choice, blocks: Sequence[Block]) -> bool:
    """Say whether the article goes on behind a wall that follows it, or breaks off before a link to the rest."""
    if not choice.blocks:
        return False
    last = choice.blocks[-1]
    if is_wall(last.text):
        return True
    at = next(i for i in range(len(blocks) - 1, -1, -1) if blocks[i] is last)
    after = blocks[at + 1 : at + 1 + REACH]
    return any(is_wall(block.text) for block in after) or (
        _BROKEN_OFF.search(last.text) is not None and any(_REST.match(block.text) for block in after)
    )


def breaks_off(text: str) -> bool:
    """Say whether a text ends in dots, as beginnings of texts do."""
    return _BROKEN_OFF.search(text) is not None
