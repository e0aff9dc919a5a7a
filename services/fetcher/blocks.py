"""Pages that stand in the way of what was asked for, with status 200: challenges, refusals, logins. Run in worker processes.

They must count as errors: read as a feed they are none, read as a list they are an empty one, read as an article they are rubbish.
Little visible text is asked for beside a mark, so that an article *about* captchas is an article.
Source: the pages of Cloudflare, Akamai, Imperva, DataDome, PerimeterX, Anubis, Alibaba's and Knownsec's firewalls as seen in public
reports; the catalogue's README (请求被拒绝, 访问频繁, 验证码).
"""

import re

import lxml.etree
import lxml.html

LOOKED_AT = 128 * 1024
LONGEST = 4 * LOOKED_AT
MOST_TEXT = 1200
"""Visible characters: what says more is no mere obstacle."""
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
TITLES = re.compile(
    r"just a moment|attention required|access denied|access to this page has been denied|are you (?:a )?(?:human|robot)|"
    r"security (?:check|verification)|checking your browser|verify(?:ing)? you are human|making sure you.re not a bot|"
    r"^\s*(?:403 forbidden|forbidden|request rejected|blocked|robot check|log ?in|sign ?in|pardon our interruption|"
    r"ddos-guard|human verification|one more step|请稍候|登录|登入|用户登录)\s*$|"
    r"请求被拒绝|访问频繁|访问过于频繁|访问被拒绝|安全验证|人机验证|验证码|網站防火牆|网站防火墙|访问验证|拒绝访问",
    re.IGNORECASE,
)
MARKS = re.compile(
    r"/cdn-cgi/challenge-platform|cf-chl-|cf_chl_opt|_incapsula_resource|captcha-delivery\.com|px-captcha|acw_sc__v2|"
    r"within\.website/x/cmd/anubis|aliyun_waf|errors\.edgesuite\.net|data-sitekey=|yunsuo_session|"
    r"the requested url was rejected|请求被拒绝|访问频繁|访问过于频繁|请输入验证码|"
    r"<input[^>]{0,300}type\s{0,9}=\s{0,9}[\"']?password",
    re.IGNORECASE,
)
UNSEEN = ("script", "style", "noscript", "template", "head", "svg")


def is_block_page(body: bytes) -> bool:
    """Say whether an HTML document, in UTF-8 or a Chinese encoding, is an obstacle and not content."""
    return len(body) <= LONGEST and any(_is_obstacle(body.decode(encoding, "replace")) for encoding in ("utf-8", "gb18030"))


def _is_obstacle(text: str) -> bool:
    head = text[:LOOKED_AT]
    title = TITLE.search(head)
    if not ((title and TITLES.search(title[1])) or MARKS.search(head)):
        return False
    return len(_visible(head)) <= MOST_TEXT


def _visible(text: str) -> str:
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.ParserError, ValueError):
        return ""
    lxml.etree.strip_elements(root, *UNSEEN, lxml.etree.Comment, with_tail=False)
    return " ".join("".join(str(text) for text in root.itertext()).split())
