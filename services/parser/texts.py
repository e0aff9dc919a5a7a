"""The texts of a labelled page: which is the original and which are summaries, whatever their labels say."""

from dataclasses import replace

from services.parser.labels import Part
from shared.records.article import Issue
from shared.text.language import language

CHARACTERS_OF_A_WORD = 3
"""A Chinese character says about as much as this many letters."""


def texts(parts: list[Part], issues: list[Issue]) -> tuple[str, list[str]]:
    """Return the original and the summaries; a full text in the field of the abstract is the original, and an issue."""
    unlabelled = "\n\n".join(part.text for part in parts if part.kind == "")
    summaries = [part.text for part in parts if part.kind == "summary"]
    original = next((part.text for part in parts if part.kind == "original"), "")
    abstract = next((part for part in parts if part.kind == "abstract"), None)
    if not original and unlabelled and summaries and abstract is None:
        return unlabelled, summaries
    leads = [text for text in (unlabelled, *summaries) if text]
    if not leads and (original or abstract):
        held, translated = _by_language(original or (abstract.text if abstract else ""))
        leads = [translated] if translated else []
        original = held if original else original
        abstract = replace(abstract, text=held) if abstract and not original else abstract
    if abstract is None:
        return original, leads
    if original:
        return original, [*leads, abstract.text]
    if leads and _weight(abstract.text) < _weight("".join(leads)):
        return "", [*leads, abstract.text]
    issues.append(Issue(code="label-mismatch", detail=f"{abstract.label} holds the full text", field="original"))
    return abstract.text, leads


def _by_language(text: str) -> tuple[str, str]:
    """Return the paragraphs in the language that a text begins with, and the Chinese ones that follow them to its end."""
    paragraphs = text.split("\n\n")
    chinese = [language(paragraph).startswith("zh") for paragraph in paragraphs]
    at = chinese.index(True) if True in chinese else 0
    if at == 0 or not all(chinese[at:]):
        return text, ""
    return "\n\n".join(paragraphs[:at]), "\n\n".join(paragraphs[at:])


def _weight(text: str) -> int:
    return len(text) * (CHARACTERS_OF_A_WORD if language(text).startswith("zh") else 1)
