import dataclasses
import json
from typing import Any

import pytest

from services.parser.page.wall import is_wall
from services.parser.parse import parse
from services.parser.pipe import document
from shared.records.article import Article

TEXT = "The council of Lintavia voted on Tuesday to keep the old quay open until the new one is ready to take ships. "
PARAGRAPHS = f"<p>{TEXT}</p><p>The harbour master said after the vote that nobody would be left without a boat in the winter.</p>"
HEAD = "<html><head><title>Old quay stays open in Lintavia</title>"


def page(body: str, *nodes: Any) -> Article:
    linked = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    heading = "<h1>Old quay stays open in Lintavia</h1>"
    return parse(document({"url": "https://ledger.example/a"}, f"{HEAD}{linked}</head><body>{heading}{body}</body></html>".encode()))


def is_truncated(article: Article) -> bool:
    assert article.original is not None
    size = len(article.original.text)
    gaps = [(gap.start, gap.kind) for gap in article.original.gaps] == [(size, "truncated")]
    assert gaps == any(issue.code == "truncated" for issue in article.issues)
    return gaps


@pytest.mark.parametrize(
    ("after", "cut"),
    [
        ("<div class=paywall><p>Subscribe to continue reading this article.</p></div>", True),
        ("<p>This article is for subscribers only.</p>", True),
        ("<p>本文为会员专享，订阅后可阅读全文</p>", True),
        ("<p>The fishermen had asked for a third berth, which they will get only if the state …</p><p><a href=/x>Read more</a></p>", True),
        ("<p>The fishermen had asked for a third berth, and they wait…</p>", False),
        ("<p>Subscribe to our newsletter.</p>", False),
        ("", False),
    ],
)
def test_a_text_before_a_wall_is_truncated(after: str, cut: bool) -> None:
    assert is_truncated(page(PARAGRAPHS + after)) is cut


def test_a_line_that_asks_for_money_is_a_wall_and_a_sentence_of_news_is_none() -> None:
    assert is_wall("Log in to read the full story")
    assert not is_wall("Subscribers rose to 12 million in the quarter.")


def test_a_node_that_json_ld_names_by_its_id_is_read() -> None:
    graph = [
        {"@type": "NewsArticle", "headline": "Old quay stays open in Lintavia", "author": [{"@id": "#a"}], "publisher": {"@id": "#o"}},
        {"@type": "Person", "@id": "#a", "name": "Ana Lund"},
        {"@type": "Organization", "@id": "#o", "name": "The Ledger"},
    ]
    article = page(PARAGRAPHS, {"@graph": graph})
    assert (article.authors, article.source.name) == (("Ana Lund",), "The Ledger")


def test_of_several_articles_in_json_ld_the_one_of_the_title_is_read() -> None:
    other = {"@type": "NewsArticle", "headline": "Mayor opens a bridge", "author": "Max Orr"}
    own = {"@type": "NewsArticle", "headline": "Old quay stays open in Lintavia", "author": "Ana Lund"}
    assert page(PARAGRAPHS, other, own).authors == ("Ana Lund",)


def test_a_body_in_json_ld_may_hold_markup() -> None:
    article = page("<div id=root></div>", {"@type": "NewsArticle", "articleBody": PARAGRAPHS})
    assert article.original is not None
    assert article.original.text.startswith(TEXT.strip() + "\n\nThe harbour master")


@pytest.mark.parametrize(("end", "cut"), [("goes on […]", True), ("goes on. Continue reading", True), ("It is over.", False)])
def test_an_entry_that_breaks_off_is_truncated(end: str, cut: bool) -> None:
    raw = document({"url": "https://ledger.example/a"}, f"<p>{TEXT}</p><p>The council {end}</p>".encode())
    entry = dataclasses.replace(raw, kind="entry")
    assert is_truncated(parse(entry)) is cut
