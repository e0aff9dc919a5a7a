"""Any bytes and any entry give an article or a dead letter, and the same one again."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from services.parser.parse import parse
from services.parser.pipe import document
from shared.errors import PoisonError
from shared.records.article import Article, Text
from shared.records.raw import Entry, RawDocument
from shared.text.sentences import sentences
from shared.text.sketch import SIZE

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SENTENCES = st.sampled_from(
    ["The hall is open. ", "厂房启用了。", "Sanctions.Chinese yards", " , part of", "a  b", "2031-03-14", "&amp;&#0;&#xD800;"]
)
TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div class=comment>",
        "</div>",
        "<br>",
        "<h1>",
        "<a href='/x'>",
        "</a>",
        "<li>",
        "<script>",
        "<title>",
        "<!--",
        "<time>",
        "<",
    ]
)
LABELS = st.sampled_from(["\n新闻来源:", "\n原文地址：", "\n新聞日期:", "\n原文摘要:", "\n原文全文:\n", "\nVerified by MonsterInsights"])
PAGES = st.lists(TAGS | SENTENCES | LABELS | WORDS, max_size=40).map("".join)
BODIES = st.one_of(
    st.binary(max_size=400),
    PAGES.map(str.encode),
    PAGES.map(lambda page: page.encode("gb18030")),
    PAGES.map(lambda page: page.encode("utf-16")),
)
MAYBE = st.none() | WORDS | SENTENCES
ENTRIES = st.none() | st.builds(
    Entry,
    title=MAYBE,
    summary=st.none() | PAGES,
    published=MAYBE,
    updated=MAYBE,
    authors=st.lists(WORDS, max_size=3).map(tuple),
    link=MAYBE,
    language=MAYBE,
)
DOCUMENTS = st.builds(
    lambda body, kind, entry, content_type, fetched_at: dataclasses.replace(
        document({"url": "https://ledger.example/a", "fetched_at": fetched_at, "content_type": content_type}, body), kind=kind, entry=entry
    ),
    BODIES,
    st.sampled_from(["page", "entry"]),
    ENTRIES,
    st.sampled_from(["", "text/html", "text/plain; charset=gbk", "image/png", "text/html; charset=\x00"]),
    st.sampled_from(["", "2031-03-17T12:00:00Z", "nonsense"]),
)
REASONS = {"no-text", "undecodable", "not-a-page"}


def attempt(raw: RawDocument) -> Article | str:
    try:
        return parse(raw)
    except PoisonError as error:
        return error.reason


@given(DOCUMENTS)
def test_any_document_gives_an_article_or_a_reason_and_the_same_bytes_again(raw: RawDocument) -> None:
    first, second = attempt(raw), attempt(raw)
    if isinstance(first, str):
        assert first in REASONS
        assert first == second
    else:
        assert isinstance(second, Article)
        assert first.value() == second.value()
        assert Article.from_json(first.value()).model_dump() == first.model_dump()


@given(DOCUMENTS)
def test_every_place_in_an_article_lies_within_its_text(raw: RawDocument) -> None:
    article = attempt(raw)
    if isinstance(article, str):
        return
    texts = [summary.body for summary in article.summaries] + ([article.original] if article.original else [])
    for text in texts:
        assert all(0 <= gap.start <= gap.end <= len(text.text) for gap in text.gaps)
        assert text == Text.of(text.text, text.lang, text.gaps)
        assert not set(text.text) & set(map(chr, (*range(9), *range(11, 32), 127, 0x202E)))
    assert len(article.sketch) <= SIZE
    assert not article.title or article.title == " ".join(article.title.split())


@given(DOCUMENTS)
def test_an_article_with_an_original_has_a_summary(raw: RawDocument) -> None:
    article = attempt(raw)
    assert isinstance(article, str) or article.summaries


@given(st.lists(SENTENCES | WORDS, max_size=20).map("".join))
def test_sentences_cover_all_but_white_space_once(text: str) -> None:
    spans = list(sentences(text))
    assert "".join(text[start:end] for start, end in spans).split() == text.split() or "".join(
        "".join(text[start:end] for start, end in spans).split()
    ) == "".join(text.split())
    assert spans == sorted(spans)
