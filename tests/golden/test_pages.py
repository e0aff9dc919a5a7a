"""Pages and entries of our own making: each ``pages/*.html`` must give what the ``.json`` beside it says."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.records.article import Article

FOLDER = Path(__file__).parent / "pages"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))


def facts(article: Article) -> dict[str, Any]:
    published = article.published
    return {
        "title": article.title,
        "text": article.original.text if article.original else None,
        "language": article.language,
        "authors": list(article.authors),
        "published": [published.value, published.precision, published.zone, published.origin] if published else None,
        "canonical_url": article.source.canonical_url,
        "name": article.source.name,
        "summaries": [[summary.origin, summary.body.lang, summary.body.text] for summary in article.summaries],
        "methods": [summary.method for summary in article.summaries],
        "issues": [issue.code for issue in article.issues],
    }


@pytest.mark.parametrize("name", CASES)
def test_a_page_gives_what_is_written_beside_it(name: str) -> None:
    case = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    raw = document(case["input"], (FOLDER / f"{name}.html").read_bytes())
    article = parse(dataclasses.replace(raw, kind=case.get("kind", raw.kind)))
    found = facts(article)
    assert {field: found[field] for field in case["expect"]} == case["expect"]


def test_there_are_pages_in_english_and_in_both_scripts_of_chinese() -> None:
    languages = {json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["expect"].get("language") for name in CASES}
    assert {"en", "zh-Hans", "zh-Hant"} <= languages


@pytest.mark.parametrize("name", CASES)
def test_an_extractive_summary_is_bound_to_its_original(name: str) -> None:
    case = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    article = parse(document(case["input"], (FOLDER / f"{name}.html").read_bytes()))
    for summary in article.summaries:
        made_here = summary.origin == "extractive" and article.original is not None
        assert summary.of_sha256 == (article.original.sha256 if made_here and article.original else None)
