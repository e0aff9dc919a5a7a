"""The inverse of the parser: an article as a labelled page, in the form of the seed.

What the form carries: title, source (host, name or both), address, day or time, authors, the original with its losses, and every summary
that somebody wrote. Reading the page under the article's own address gives these back, and the same issues where a label lied.
It does not carry what was made from them (sketch, findings, extractive summaries), ids, or texts with lines that are labels themselves.
"""

from services.parser.fidelity.check import WRITTEN
from services.parser.page.authors import tidy
from shared.records.article import Article, Source

LIES = {"title": "原文地址", "original": "原文摘要"}
"""The seed's labels for a title and for a full text; they are written where the record says that its page had such."""
HONEST = {"title": "新闻标题", "original": "原文全文"}


def page(article: Article) -> str:
    """Return a labelled page that holds the article: summaries, labels, original; lines end in a line feed."""
    summaries = [summary.body.text for summary in article.summaries if summary.origin in WRITTEN]
    lied = {issue.field for issue in article.issues if issue.code == "label-mismatch"}
    if not article.title or article.source.canonical_url:
        lied.discard("title")
    names = {field: LIES[field] if field in lied else HONEST[field] for field in HONEST}
    leading = summaries[:1] if article.original else []
    blocks = [*(f"{text}\n\n" for text in leading), _labels(article, names)]
    blocks += [f"中文摘要:\n\n{text}" for text in summaries[len(leading) :]]
    if article.original:
        blocks.append(f"{names['original']}:\n\n{article.original.text}")
    return "\n".join(blocks) + "\n"


def _labels(article: Article, names: dict[str, str]) -> str:
    """Return the lines of one value each; those of source, title and date stand there empty too, as they make the form."""
    source, authors = article.source, ", ".join(article.authors)
    rows = [
        ("新闻来源", _source(source)),
        (names["title"], article.title or ""),
        ("原文链接", source.canonical_url or ""),
        ("新闻日期", article.published.value if article.published else ""),
        ("记者署名", authors if tidy([authors]) == article.authors else ""),
    ]
    return "\n".join(f"{name}:{value}" for name, value in rows if value or name in ("新闻来源", names["title"], "新闻日期"))


def _source(source: Source) -> str:
    """Return host or name, or both as a link, whichever cannot be told from the address of the page."""
    if source.name is None:
        return source.domain
    if source.url and source.domain in source.url:
        return source.name
    return f"[{source.name}](https://{source.domain}/)" if "." in source.domain else source.name
