import pytest

from services.parser.page.authors import tidy
from services.parser.page.bylines import is_person, marked, spoken
from services.parser.page.metadata import metadata
from services.parser.page.tree import tree


def found(body: str, head: str = "") -> tuple[str, ...]:
    root = tree(f"<html><head>{head}</head><body>{body}</body></html>")
    assert root is not None
    return metadata(root, "https://ledger.example/a").authors


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("<a rel=author href=/p>Ana Lund</a>", ("Ana Lund",)),
        ("<span itemprop=author>Ana Lund</span>", ("Ana Lund",)),
        ("<div class=article-byline>By Ana Lund and Tomas Weir</div>", ("Ana Lund", "Tomas Weir")),
        ("<a href=/authors/ana>Ana Lund</a>", ("Ana Lund",)),
        ("<div class=author-bio>Ana Lund</div><span class=author>Tomas Weir</span>", ("Tomas Weir",)),
        ("<a href=/author/all>All of our authors are here</a>", ()),
        ("<p>Ana Lund</p>", ()),
    ],
)
def test_names_are_read_where_a_page_marks_them(body: str, names: tuple[str, ...]) -> None:
    root = tree(f"<body>{body}</body>")
    assert root is not None
    assert marked(root, None) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ana Lund", ("Ana Lund",)),
        ("Port · By Ana Lund and Tomas Weir", ("Ana Lund", "Tomas Weir")),
        ("Written by Ana de Lund", ("Ana de Lund",)),
        ("Von Ana Lund, Hafenstadt", ("Ana Lund",)),
        ("By the end of the year", ()),
        ("Stand by Ana Lund", ()),
    ],
)
def test_a_line_that_begins_with_by_names_the_author(line: str, names: tuple[str, ...]) -> None:
    assert spoken(["A quay stays open", line], None) == names


def test_a_person_comes_before_a_publisher_and_a_publisher_before_nobody() -> None:
    site = '<meta property="og:site_name" content="The Ledger">'
    linked = '<script type="application/ld+json">{"@type":"Article","author":{"name":"The Ledger"}}</script>'
    assert found("<span class=author>Ana Lund</span>", site + linked) == ("Ana Lund",)
    assert found("<p>x</p>", site + linked) == ("The Ledger",)


def test_a_name_comes_before_a_user_name() -> None:
    assert found("<span class=author>Ana Lund</span>", "<meta name=author content=alund>") == ("Ana Lund",)
    assert found("<p>x</p>", "<meta name=author content=alund>") == ("alund",)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ana Lund Senior Editor", ("Ana Lund",)),
        ("Ana Lund December", ("Ana Lund",)),
        ("Anna Novak", ("Anna Novak",)),
        ("Marc Decker", ("Marc Decker",)),
        ("Dec.", ()),
        ("Mary", ("Mary",)),
    ],
)
def test_roles_and_months_are_no_part_of_a_name(written: str, names: tuple[str, ...]) -> None:
    assert tidy([written]) == names


@pytest.mark.parametrize(("name", "yes"), [("Ana Lund", True), ("Ana van der Lund", True), ("Ana", False), ("Read all about it", False)])
def test_persons_have_the_form_of_names(name: str, yes: bool) -> None:
    assert is_person(name) is yes
