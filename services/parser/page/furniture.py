"""Lines that belong to the page and not to the article: sharing, advertisements, editors, copyright, calls to subscribe."""

import re

_LINE = re.compile(
    r"^\W{0,8}(?:advertisement|ad|anzeige|werbung|publicité|publicidad|sponsored(?: content)?|share(?: this.*| on .*| via .*)?|"
    r"tweet|print|email|"
    r"(?:read|see|watch|listen|learn)(?: more| also| next)?\s*[:|>»→].*|read (?:more|also|next|the full .*)|more (?:from|on|about|"
    r"stories).{0,60}|related(?: .{0,40})?|recommended(?: .{0,30})?|"
    r"(?:sign|log) (?:up|in)\b.{0,120}|subscribe\b.{0,120}|follow (?:us|@).{0,80}|click here.{0,80}|comments?(?: \(\d+\))?|"
    r"\d+ comments?|leave a (?:comment|reply)|"
    r"(?:posted|filed|published|tagged) (?:in|under|on|by)\b.{0,80}|tags?\s*:.{0,200}|topics?\s*:.{0,120}|categories?\s*:.{0,120}|"
    r"(?:photo|image|picture|foto|bild)(?: credit| by| courtesy|graf)?s?\s*[:/].{0,120}|getty images.{0,60}|"
    r"(?:©|copyright|\(c\) ?\d{4}).{0,200}|all rights reserved.{0,100}|skip to .{0,40}|back to top|continue reading.{0,60}|"
    r"(?:\d+|an?) min(?:ute)?s? read|updated?\s*[:.]?.{0,50}\d{4}.{0,30}|loading.{0,20}|close|menu|save|copy link|copied.{0,20}|"
    r"this article (?:was|is) (?:originally|first) published.{0,120}|"
    r"mehr zum thema.{0,80}|lesen sie (?:auch|mehr).{0,120}|auch interessant.{0,60}|teilen|drucken|merken|kommentare.{0,30}|"
    r"zur startseite|quelle\s*:.{0,60}|"
    r"(?:lire|voir) aussi.{0,150}|à lire aussi.{0,150}|partager.{0,30}|leer más.{0,80}|compartir.{0,30})\W{0,8}$",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"^[\s【\[(（〔]{0,8}(?:责任编辑|責任編輯|编辑|編輯|责编|責編|校对|校對|审核|監製|监制|记者|記者|原标题|原標題|来源|來源|文章来源|文章來源|作者|关键词|關鍵詞|标签|標籤|版权|版權|免责声明|免責聲明|声明|"
    r"相关(?:新闻|阅读|报道|链接|文章|推荐)|相關(?:新聞|閱讀|報導|連結|文章)|延伸阅读|延伸閱讀|推荐阅读|推薦閱讀|更多(?:新闻|新聞|精彩|内容|報導)|分享(?:到|至|让)|扫码|扫一扫|掃描|长按|二维码|关注(?:我们|公众号|微信)|"
    r"下载(?:客户端|APP)|點我|点击(?:进入|查看|下载|阅读)|打印|收藏|上一篇|下一篇|返回|热门|熱門|字号|字體|我要评论|我要反馈|網友|网友评论|图片来源|圖片來源|本文来源|\(?完\)?$)"
    r"(?:[\s:：】\])）〕|/].{0,120}|.{0,24})$"
)
_TAIL = re.compile(
    r"^\W{0,8}(?:related (?:articles?|stories|posts?|news|content|reading|links|topics|coverage)|more (?:from|stories|news|on this|"
    r"articles|in )\b.{0,50}|read (?:next|more|also)|recommended(?: (?:for you|reading|stories|articles))?|"
    r"you (?:may|might) (?:also )?(?:like|be interested).{0,40}|comments?(?: \(?\d+\)?)?|leave a (?:comment|reply)|"
    r"(?:\d+ )?(?:responses|thoughts on).{0,120}|join the (?:conversation|discussion).{0,40}|about the authors?|"
    r"most (?:read|popular|viewed)|trending(?: now)?|popular (?:posts|articles|stories)|latest (?:news|stories|articles|posts)|"
    r"what to read next|up next|editors?[’'] picks|"
    r"mehr zum thema|das könnte sie auch interessieren.{0,20}|"
    r"auch interessant|weitere (?:artikel|themen|meldungen)|lesen sie auch|kommentare|"
    r"sur le même sujet|à lire aussi|lire aussi|articles? (?:liés|similaires)|lee también|"
    r"相关(?:新闻|阅读|报道|链接|文章|推荐)|相關(?:新聞|閱讀|報導|連結|"
    r"文章)|延伸阅读|延伸閱讀|推荐阅读|推薦閱讀|热门(?:新闻|文章|推荐)|熱門新聞|网友评论|更多新聞|为你推荐|為你推薦|猜你喜欢|[^，。]{0,12}(?:版权|版權|侵权|侵權|免责|免責)[^，。]{0,6}(?:声明|聲明|公告)[:：]?)\W{0,8}$",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"版权所有|版權所有|违者必究|違者必究|未经(?:书面|许可|授权)|未經(?:書面|許可|授權)|(?:不得|请勿|請勿|禁止).{0,12}(?:转载|轉載)"
)
LONGEST = 240
"""Characters: longer lines are never furniture."""


def is_furniture(text: str) -> bool:
    """Say whether a line of its own is furniture rather than a sentence of the article."""
    if len(text) > LONGEST:
        return False
    return _LINE.match(text) is not None or (not text.isascii() and (_CHINESE.match(text) or _CLAIM.search(text)) is not None)


def begins_tail(text: str) -> bool:
    """Say whether a line announces what follows an article: related stories, comments, most read."""
    return len(text) <= 90 and _TAIL.match(text) is not None
