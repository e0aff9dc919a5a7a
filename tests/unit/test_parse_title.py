import html
import json

import pytest

from services.parser.page.metadata import metadata
from services.parser.page.title import title
from services.parser.page.tree import tree

NAME = "Harbour Hall Opens After Four Years"


def read(page: str = "", graph: str = "", headline: str = "", headings: tuple[str, ...] = (), site: str = "") -> str | None:
    data = json.dumps({"@type": "NewsArticle", "headline": headline})
    root = tree(
        f'<html><head><title>{page}</title><meta property="og:title" content="{html.escape(graph)}">'
        f'<meta property="og:site_name" content="{site}"><script type="application/ld+json">{data}</script></head><body>'
        + "".join(f"<h1>{heading}</h1>" for heading in headings)
        + "</body></html>"
    )
    assert root is not None
    return title(metadata(root, "https://ledger.example/"))


@pytest.mark.parametrize("page", [f"{NAME} | The Ledger", f"{NAME} - Port - The Ledger", f"{NAME}_海港新闻网"])
def test_the_heading_that_the_page_title_begins_with_is_the_title(page: str) -> None:
    assert read(page, headings=("The Ledger", NAME)) == NAME


def test_a_kicker_before_the_title_is_left_out() -> None:
    assert read(NAME, NAME, headings=(f"Economy: {NAME}",)) == NAME


def test_more_of_the_title_than_the_heading_shows_is_kept() -> None:
    assert read(graph=f"Port of Lintavia: {NAME}", headings=(NAME,)) == f"Port of Lintavia: {NAME}"


def test_the_spelling_of_the_metadata_is_taken_where_the_heading_shouts() -> None:
    assert read(graph=NAME, headings=(NAME.upper(),)) == NAME


def test_a_heading_in_other_words_wins_over_a_title_for_search_engines() -> None:
    assert read("Harbour Hall Opening Hours | The Ledger", headings=("Harbour Hall Opens at Last",)) == "Harbour Hall Opens at Last"


def test_without_an_agreeing_heading_the_headline_counts_with_its_entities_resolved() -> None:
    assert read("The Ledger", headline="Harbour Hall &amp; Port", headings=("Subscribe",)) == "Harbour Hall & Port"


def test_without_a_heading_the_site_is_taken_off_the_page_title() -> None:
    assert read(f"{NAME} | The Ledger", site="The Ledger") == NAME


@pytest.mark.parametrize("page", [f"{NAME} | The Ledger", "The Ledger: " + NAME])
def test_the_name_of_the_site_is_no_title_though_the_page_says_it(page: str) -> None:
    assert read(page, NAME, headings=("The Ledger",), site="The Ledger") == NAME


def test_what_the_page_title_ends_with_is_the_site_where_nothing_names_it() -> None:
    assert read(f"{NAME} | The Ledger", headings=("The Ledger", "Most read")) == NAME


def test_one_word_of_a_long_title_is_the_heading_of_a_section() -> None:
    assert read(NAME, NAME, headings=("Hall",)) == NAME


def test_a_title_that_a_news_page_states_three_times_wins_over_a_heading_in_other_words() -> None:
    assert read(f"{NAME} | The Ledger", NAME, NAME, headings=("The Harbour Hall Opens at Last",), site="The Ledger") == NAME


def test_a_title_stated_twice_does_not() -> None:
    assert read("Ledger Opening", NAME, NAME, headings=("The Harbour Hall Opens at Last",)) == "The Harbour Hall Opens at Last"


def test_a_page_without_any_title_has_none() -> None:
    assert read() is None
