"""Every kind of labelled page that docs/labelled-pages.md lists: each gives its fields, its texts word for word, and nothing more."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.records.article import Article

FOLDER = Path(__file__).parent / "labelled" / "variants"
DOCS = Path(__file__).parents[2] / "docs" / "labelled-pages.md"
PAGES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")
URL = "https://digest.example/2032/grid"


def read(path: Path) -> tuple[Article, dict[str, Any]]:
    return parse(document({"url": URL}, path.read_bytes())), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def test_there_are_at_least_twenty_five_kinds_and_the_docs_list_each() -> None:
    kinds = [json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["kind"] for path in PAGES]
    assert len(set(kinds)) == len(kinds) >= 25
    listed = DOCS.read_text(encoding="utf-8")
    assert [kind for kind in kinds if kind not in listed] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_variant_gives_its_fields(path: Path) -> None:
    article, wanted = read(path)
    found = {
        "title": article.title,
        "domain": article.source.domain,
        "name": article.source.name,
        "canonical_url": article.source.canonical_url,
        "published": article.published.value if article.published else None,
        "authors": list(article.authors),
        "issues": [" ".join(filter(None, (issue.code, issue.field))) for issue in article.issues],
    }
    assert found == {name: wanted[name] for name in found}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_variant_gives_its_texts_word_for_word(path: Path) -> None:
    article, wanted = read(path)
    assert article.original is not None
    assert article.original.text == wanted["original"]
    if wanted["summaries"] is None:
        assert [summary.origin for summary in article.summaries] == ["extractive"]
    else:
        assert [(summary.origin, summary.body.text) for summary in article.summaries] == [
            ("aggregator", text) for text in wanted["summaries"]
        ]
