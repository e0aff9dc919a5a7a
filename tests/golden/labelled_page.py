"""What a labelled page must give, and how an article is compared with it."""

import re
from typing import Any

from shared.records.article import Article, Gap, Issue

_GAP = re.compile(r"(\S+) (.*)\[(.+)\](.*)", re.DOTALL)


def differences(article: Article, expected: dict[str, Any]) -> list[str]:
    """Return what is not as expected, one sentence each; nothing where all is."""
    published = article.published.model_dump() if article.published else None
    pairs = {
        "title": (article.title, expected["title"]),
        "domain": (article.source.domain, expected["domain"]),
        "name": (article.source.name, expected["name"]),
        "canonical_url": (article.source.canonical_url, expected["canonical_url"]),
        "published": (published, expected["published"]),
        "language": (article.language, expected["language"]),
        "authors": (article.authors, ()),
        "issues": ([_issue(issue) for issue in article.issues], expected["issues"]),
        "summaries": ([_summary(summary.model_dump()) for summary in article.summaries], [_wanted(one) for one in expected["summaries"]]),
        "findings": (_findings(article), expected.get("findings", [])),
        "gaps": (_gaps(article, expected["gaps"]), expected["gaps"]),
    }
    text = article.original.text if article.original else ""
    found = [f"{name}: {value!r} is not {wanted!r}" for name, (value, wanted) in pairs.items() if value != wanted]
    if not (text.startswith(expected["original_from"]) and text.endswith(expected["original_to"])):
        found.append(f"original: {text[:30]!r} … {text[-30:]!r}")
    return found


def _findings(article: Article) -> list[str]:
    """Return what the check says of the summaries: verdict, code, words, and the words of the original that they are held against."""
    text = article.original.text if article.original else ""
    found = [one for summary in article.summaries for one in summary.findings]
    places = [text[one.original.start : one.original.end] if one.original else "" for one in found]
    return [f"{one.verdict} {one.code} {one.surface} | {place}".rstrip() for one, place in zip(found, places, strict=True)]


def _issue(issue: Issue) -> str:
    return f"{issue.code} {issue.field or issue.detail}"


def _summary(summary: dict[str, Any]) -> tuple[str, str, str, str, int]:
    text = summary["body"]["text"]
    return summary["body"]["lang"], summary["origin"], text[:8], text[-7:], len(text.split("\n\n"))


def _wanted(one: dict[str, Any]) -> tuple[str, str, str, str, int]:
    return one["lang"], one["origin"], one["from"][:8], one["to"][-7:], one["paragraphs"]


def _gaps(article: Article, wanted: list[str]) -> list[str]:
    """Return each gap in the form that is expected of it, with as many characters around it as the expectation of that place has."""
    original = article.original
    if original is None:
        return []
    shapes = [match.groups() for line in wanted if (match := _GAP.fullmatch(line))]
    sizes = [(len(before), len(after)) for _, before, _, after in shapes] + [(12, 12)] * len(original.gaps)
    return [_shown(original.text, gap, *size) for gap, size in zip(original.gaps, sizes, strict=False)]


def _shown(text: str, gap: Gap, before: int, after: int) -> str:
    inside = text[gap.start : gap.end]
    return f"{gap.kind} {text[max(0, gap.start - before) : gap.start]}[{inside}]{text[gap.end : gap.end + after]}"
