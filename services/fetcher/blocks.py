"""Pages that stand in the way of what was asked for, with status 200: challenges, refusals, logins. Run in worker processes.

They must count as errors: read as a feed they are none, read as a list they are an empty one, read as an article they are rubbish.
Little visible text is asked for beside a mark, so that an article *about* captchas is an article.
Source: the pages of Cloudflare, Akamai, Imperva, DataDome, PerimeterX, Anubis, Alibaba's and Knownsec's firewalls as seen in public
reports; the catalogue's README (请求被拒绝, 访问频繁, 验证码).
"""

import re

import lxml.etree
import lxml.html
from ahocorasick_rs import BytesAhoCorasick, MatchKind

LOOKED_AT = 128 * 1024
LONGEST = 4 * LOOKED_AT
MOST_TEXT = 1200
"""Visible characters: what says more is no mere obstacle."""
TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})")
TITLES = re.compile(
    r"just a moment|attention required|access denied|access to this page has been denied|are you (?:a )?(?:human|robot)|"
    r"security (?:check|verification)|checking your browser|verify(?:ing)? you are human|making sure you.re not a bot|"
    r"^\s*(?:403 forbidden|forbidden|request rejected|blocked|robot check|log ?in|sign ?in|pardon our interruption|"
    r"ddos-guard|human verification|one more step|请稍候|登录|登入|用户登录)\s*$|"
    r"请求被拒绝|访问频繁|访问过于频繁|访问被拒绝|安全验证|人机验证|验证码|網站防火牆|网站防火墙|访问验证|拒绝访问",
    re.IGNORECASE,
)
ENCODINGS = ("utf-8", "gb18030")
CHINESE_MARKS = ("请求被拒绝", "访问频繁", "访问过于频繁", "请输入验证码")
MARKS = (
    *(b"/cdn-cgi/challenge-platform", b"cf-chl-", b"cf_chl_opt", b"_incapsula_resource", b"captcha-delivery.com", b"px-captcha"),
    *(b"acw_sc__v2", b"within.website/x/cmd/anubis", b"aliyun_waf", b"errors.edgesuite.net", b"data-sitekey=", b"yunsuo_session"),
    b"the requested url was rejected",
    *(mark.encode(encoding) for mark in CHINESE_MARKS for encoding in ENCODINGS),
)
"""In lower case."""
WANTED = BytesAhoCorasick([*MARKS, b"password"], matchkind=MatchKind.LeftmostFirst)
"""All of them in one pass over the bytes: looking for one after the other takes fifty times as long (the default kind of match, ten)."""
PASSWORD = re.compile(rb"<input[^>]{0,300}type\s{0,9}=\s{0,9}[\"']?password")
UNSEEN = ("script", "style", "noscript", "template", "head", "svg")


def is_block_page(body: bytes) -> bool:
    """Say whether an HTML document, in UTF-8 or a Chinese encoding, is an obstacle and not content."""
    if len(body) > LONGEST or not _is_marked(body[:LOOKED_AT]):
        return False
    return any(len(_visible(body[:LOOKED_AT].decode(encoding, "replace"))) <= MOST_TEXT for encoding in ENCODINGS)


def _is_marked(head: bytes) -> bool:
    """Say whether the beginning of a document has the title or a mark of an obstacle."""
    lowered = head.lower()
    title = TITLE.search(lowered)
    stated = head[slice(*title.span(1))] if title else b""  # the second byte of a Chinese character may be a capital letter
    if any(TITLES.search(stated.decode(encoding, "replace")) for encoding in ENCODINGS):
        return True
    found = {number for number, _, _ in WANTED.find_matches_as_indexes(lowered)}
    return any(number < len(MARKS) for number in found) or (bool(found) and PASSWORD.search(lowered) is not None)


def _visible(text: str) -> str:
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.ParserError, ValueError):
        return ""
    lxml.etree.strip_elements(root, *UNSEEN, lxml.etree.Comment, with_tail=False)
    return " ".join("".join(str(text) for text in root.itertext()).split())
