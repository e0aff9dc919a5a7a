"""An article rendered as a page and read again is the same record, as far as the form carries it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from services.cli.render import render
from services.parser.loss import losses
from services.parser.parse import parse
from services.parser.pipe import document
from services.parser.render import page
from shared.records.article import Article, Provenance, Published, Source, Summary, Text
from shared.text.language import language

VARIANTS = Path(__file__).parents[1] / "golden" / "labelled"
PAGES = sorted(path for path in VARIANTS.rglob("*.*") if path.suffix != ".json")
SEED = Path(os.environ.get("CHIPWIRE_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "seed.txt"
URL = "https://digest.example/2032/grid"

ENGLISH = st.sampled_from(
    ["The yard opened its gate at noon.", "Orders fell 7% to  in May.", "made by  and  Earlier this spring it grew.",
     "He left , part of a plan.", "It ended well.The harbour was full.", "“We wait,” he said."]
)  # fmt: skip
CHINESE = st.sampled_from(
    ["船厂今天中午开门。", "五月订单减少7%，至两亿克朗。", "港区夜班车增开两班；通车时间未定。", "他说：“我们在等。”"]
)


def paragraphs(sentences: st.SearchStrategy[str], joint: str) -> st.SearchStrategy[str]:
    paragraph = st.lists(sentences, min_size=2, max_size=5).map(joint.join)
    return st.lists(paragraph, min_size=1, max_size=4).map("\n\n".join)


def made(
    title: str | None, name: str | None, link: str | None, day: str | None, authors: tuple[str, ...], text: str | None, leads: list[str]
) -> Article:
    leads = leads if text else [*leads, "港区夜班车增开两班。"]
    bodies = [Text.of(lead, language(lead)) for lead in dict.fromkeys(leads)]
    return Article(
        id="0" * 32,
        revision=1,
        change="created",
        source=Source(domain="digest.example" if name else "courier.example", name=name, url=URL, canonical_url=link),
        title=title,
        published=Published(value=day, precision="day", raw=day, origin="label") if day else None,
        original=Text.of(text, language(text), losses(text)) if text else None,
        summaries=tuple(Summary(body=body, origin="aggregator") for body in bodies),
        authors=authors,
        provenance=Provenance(parser="x", raw_sha256="x"),
    )


ARTICLES = st.builds(
    made,
    st.none() | st.sampled_from(["North Shore Asks Grids: Buy at Home", "北岸省要求电网采购本地器件", "5% More, or Less?"]),
    st.none() | st.sampled_from(["The Shore Courier", "北岸信使报"]),
    st.none() | st.just("https://courier.example/2032/grid"),
    st.none() | st.dates().map(str).filter(lambda day: "1970" <= day < "2100"),
    st.sampled_from([(), ("Mira Quist",), ("Mira Quist", "Jonas Berg"), ("林海音",)]),
    st.none() | paragraphs(ENGLISH, " "),
    st.lists(paragraphs(CHINESE, ""), max_size=2),
)


def carried(article: Article) -> dict[str, Any]:
    """Return what the form carries of an article."""
    published = article.published
    return {
        "title": article.title,
        "source": (article.source.domain, article.source.name, article.source.canonical_url),
        "published": (published.value, published.precision, published.zone) if published else None,
        "original": article.original,
        "summaries": [summary.body for summary in article.summaries if summary.origin == "aggregator"],
        "authors": article.authors,
        "mismatches": [issue for issue in article.issues if issue.code == "label-mismatch" and issue.field == "original"],
    }


def again(article: Article) -> Article:
    return parse(document({"url": article.source.url or ""}, page(article).encode()))


@given(ARTICLES)
def test_a_rendered_article_reads_back_as_the_same_record(article: Article) -> None:
    assert carried(again(article)) == carried(article)


@pytest.mark.parametrize("path", [*PAGES, SEED], ids=lambda path: path.stem)
def test_what_was_read_from_a_page_is_rendered_and_read_back_the_same(path: Path) -> None:
    if not path.exists():
        pytest.skip(f"NO DATA: {path} is not there; set CHIPWIRE_DATA to run this test")
    article = parse(document({"url": URL}, path.read_bytes()))
    assert carried(again(article)) == carried(article)
    assert page(again(article)) == page(article)


def test_a_page_is_in_the_form_of_the_seed() -> None:
    article = made("North Shore Asks Grids", None, None, "2032-05-06", (), "It opened  today.", ["船厂开门。"])
    assert page(article) == (
        "船厂开门。\n\n\n新闻来源:courier.example\n新闻标题:North Shore Asks Grids\n新闻日期:2032-05-06\n原文全文:\n\nIt opened  today.\n"
    )


def test_the_seed_is_rendered_word_for_word() -> None:
    if not SEED.exists():
        pytest.skip(f"NO DATA: {SEED} is not there; set CHIPWIRE_DATA to run this test")
    body = SEED.read_text(encoding="utf-8")
    assert page(parse(document({}, body.encode()))) == body.partition("\n\nVerified by")[0] + "\n"


def test_the_command_writes_pages_and_lines_that_parse_reads(tmp_path: Path) -> None:
    article = parse(document({"url": URL}, (VARIANTS / "twin.txt").read_bytes()))
    file = tmp_path / "article.json"
    file.write_bytes(article.value())
    assert CliRunner().invoke(render, ["--form", "page", str(file)]).output == page(article)
    result = CliRunner().invoke(render, ["--form", "page", "--jsonl"], input=article.value() + b"\n{}\n", standalone_mode=False)
    line, error = result.stdout.splitlines()
    assert json.loads(line) == {"url": URL, "body": page(article)}
    assert json.loads(error)["error"] == "bad-json"
    assert result.return_value == 1
