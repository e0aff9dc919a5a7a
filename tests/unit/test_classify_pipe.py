"""Lines of a pipe become articles, or are refused with a reason."""

import json

import pytest

from services.classifier import pipe
from services.classifier.classify import tag, texts
from shared.errors import PoisonError
from shared.records.article import Article, Summary, Text


def test_a_short_line_becomes_an_article_with_an_id_of_its_content() -> None:
    line = {"title": "Chips", "text": "Text", "lang": "en", "published": "2025-01-01"}
    first, again, other = (pipe.article(value) for value in (line, dict(reversed(line.items())), {**line, "text": "Other"}))
    assert first.id == again.id != other.id
    assert first.original is not None
    assert (first.title, first.original.text, first.original.lang) == ("Chips", "Text", "en")


def test_a_whole_article_stays_as_it_is() -> None:
    article = pipe.article({"title": "Chips", "text": "Text"})
    assert pipe.article(json.loads(article.value())).value() == article.value()


def test_every_text_of_an_article_is_read_under_its_field() -> None:
    article = pipe.article({"title": "Chips", "text": "Text"})
    summaries = tuple(Summary(body=Text.of(text), origin="feed") for text in ("One", "Two"))
    expected = [("title", "Chips"), ("original", "Text"), ("summaries[0]", "One"), ("summaries[1]", "Two")]
    assert texts(article.model_copy(update={"summaries": summaries})) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [({}, "no-text"), ({"title": " ", "text": ""}, "no-text"), ({"text": 3}, "bad-json"), ({"original": {"text": "x"}}, "bad-json")],
)
def test_a_hopeless_line_is_poison_with_its_reason(line: dict[str, object], reason: str) -> None:
    with pytest.raises(PoisonError) as caught:
        pipe.article(line)
    assert caught.value.reason == reason


def test_the_article_in_a_tagged_article_is_the_one_that_came() -> None:
    article = Article.from_json(pipe.article({"title": "Chips", "text": "Text"}).value())
    assert tag(article).article is article
