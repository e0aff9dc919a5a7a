"""What ops should see of an article that was written: findings against its summaries, and issues."""

from shared.records.article import Article

COUNTED = frozenset(("contradicted", "unsupported"))
"""Verdicts that are counted: what is supported is as it should be, what is unverifiable is the page's loss and an issue of its own."""


def notices(article: Article) -> tuple[tuple[str, str], ...]:
    """Return the kinds (a finding's verdict, or ``issue``) and codes of what was noticed, each pair once, sorted."""
    findings = {(one.verdict, one.code) for summary in article.summaries for one in summary.findings if one.verdict in COUNTED}
    return tuple(sorted(findings | {("issue", issue.code) for issue in article.issues}))
