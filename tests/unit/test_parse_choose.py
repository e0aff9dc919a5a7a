"""Which blocks of a page are its article: one rule a test."""

import pytest

from services.parser.page.about import is_about_another
from services.parser.page.blocks import BLOCKS_LIMIT, Blocks, collect
from services.parser.page.choose import Guide, choose
from services.parser.page.noise import noise
from services.parser.page.tree import TAGS_LIMIT, body_of, bounded, tree

LONG = "The council of Lintavia voted on Tuesday to keep the old ferry quay open until the new one can take ships."
OTHER = "Thick ice has closed the northern route to all ships for a week, and captains were told to wait in the port."


def blocks(body: str) -> Blocks:
    root = tree(f"<body>{body}</body>")
    assert root is not None
    return collect(body_of(root))


def chosen(body: str, guide: Guide = Guide()) -> list[str]:  # noqa: B008 - frozen
    return [block.text for block in choose(blocks(body), guide).blocks]


def test_text_below_the_title_wins_over_as_much_text_elsewhere() -> None:
    links = "<ul>" + "<li><a href=/x>A headline of another story that leads on</a></li>" * 10 + "</ul>"
    body = f"<div><div><h1>A Quay Stays Open</h1><p>{LONG}</p></div></div>{links}<div><p>{OTHER} {OTHER[:30]}.</p></div>"
    assert chosen(body, Guide.of("A Quay Stays Open", "")) == [LONG]
    assert chosen(body) != [LONG]


def test_the_article_element_with_the_title_wins_over_what_lies_around_it() -> None:
    around = f"<div><article><h1>A Quay Stays Open</h1><p>{LONG}</p><p>{LONG[:80]}.</p></article><div><p>{OTHER}</p></div></div>"
    assert OTHER not in chosen(around, Guide.of("A Quay Stays Open", ""))
    assert OTHER in chosen(around)


def test_the_first_sentence_shrinks_the_choice_to_its_element() -> None:
    body = f"<div><div><p>{OTHER}</p></div><div><p>{LONG}</p><p>{OTHER[:90]}.</p><p>{LONG[:70]} indeed.</p></div></div>"
    assert chosen(body, Guide.of(None, LONG))[0] == LONG
    assert choose(blocks(body), Guide.of(None, LONG)).found_first


def test_three_cards_are_teasers_and_one_is_a_section() -> None:
    def card(name: str) -> str:
        return (
            f"<section><h3><a href=/x>{name} and a headline that leads on</a></h3><p>One line of text about {name}, no more.</p></section>"
        )

    lines = [f"One line of text about {name}, no more." for name in ("ice", "fog", "rain")]
    text = f"<p>{LONG * 3}</p><p>{OTHER * 3}</p>"
    assert chosen(f"<div>{text}{card('ice')}{card('fog')}{card('rain')}</div>") == [LONG * 3, OTHER * 3]
    assert lines[0] in chosen(f"<div><p>{LONG}</p>{card('ice')}<p>{OTHER}</p></div>")


def test_a_description_that_stands_below_the_title_is_the_standfirst() -> None:
    standfirst = "The new quay will be a year late, the council says."
    body = f"<header><h1>A Quay Stays Open</h1><h2>{standfirst}</h2></header><div><p>{LONG}</p><p>{OTHER}</p></div>"
    assert chosen(body, Guide.of("A Quay Stays Open", "", standfirst)) == [standfirst, LONG, OTHER]
    assert chosen(body, Guide.of("A Quay Stays Open", "")) == [LONG, OTHER]


def test_a_heading_in_a_dropped_box_is_no_end_of_the_article() -> None:
    body = f"<div>{f'<p>{LONG}</p>'}<aside><h4>Related stories</h4></aside><p>{OTHER}</p></div>"
    assert chosen(body) == [LONG, OTHER]
    assert (
        chosen(f"<div><p>{LONG}</p><p>{OTHER}</p><p>{LONG[:90]}.</p><h4>Related stories</h4><p>{OTHER[:60]}.</p></div>")[-1]
        == f"{LONG[:90]}."
    )


def test_a_last_short_paragraph_is_kept_beside_a_long_one() -> None:
    assert chosen(f"<body><p>{LONG * 9}</p><p>And that was all of it.</p></body>") == [LONG * 9, "And that was all of it."]


def test_no_text_gives_no_blocks() -> None:
    assert choose(blocks("<p>a</p>"), Guide()).blocks == ()


def test_blocks_know_their_links_their_breaks_and_their_size() -> None:
    found = blocks("<p>Four <a href=/x>five</a></p><div>one<br>two é</div>").blocks
    assert [(block.text, block.tag, block.size, round(block.linked, 1), block.broken) for block in found] == [
        ("Four five", "p", 9, 0.4, False),
        ("one", "div", 3, 0.0, True),
        ("two é", "div", 6, 0.0, False),
    ]


def test_a_page_of_too_many_blocks_or_tags_is_cut() -> None:
    assert blocks("<p>a</p>" * (BLOCKS_LIMIT + 10)).cut
    assert not blocks("<p>a</p>" * 10).cut
    root = tree(bounded("<p>a</p>" * TAGS_LIMIT))
    assert root is not None
    assert len(list(root.iter("p"))) == TAGS_LIMIT // 2


def test_a_tag_of_too_many_attributes_keeps_its_text_alone() -> None:
    many = "<p class=a " + " ".join(f"a{i}=1" for i in range(20_000)) + ">text<b>more"
    assert bounded("<div>" + many) == "<div><p>text<b>more"
    quoted = "<p title='" + "a b " * 20_000 + "'>text"
    assert bounded(quoted) == quoted


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<div class='post-comments'>", "comment"),
        ("<div id='RelatedBox'>", "related"),
        ("<div class='ads top'>", "ads"),
        ("<div class='overflow-hidden'>", ""),
        ("<div class='uploads'>", ""),
        ("<div style='display : none'>", "hidden"),
        ("<div hidden>", "hidden"),
        ("<nav>", "nav"),
        ("<div class='story text'>", ""),
    ],
)
def test_names_of_elements_say_noise(markup: str, said: str) -> None:
    root = tree(f"<body>{markup}x")
    assert root is not None
    element = body_of(root)[0]
    assert noise(element, element.tag) == said


@pytest.mark.parametrize(
    ("summary", "text", "another"),
    [
        ("The council keeps the ferry quay open for another year, says the harbour master.", LONG, False),
        ("Football players celebrate wonderful victories before thousands of happy people.", LONG, True),
        ("Football victory.", LONG, False),
        ("港务局周二宣布旧渡轮码头继续使用。", LONG, False),
        ("足球运动员在数千名观众面前庆祝胜利。", "港务局周二宣布旧渡轮码头继续使用，直到新码头建成。", True),
        ("码头继续使用，港务局这样宣布。", "港务局周二宣布旧渡轮码头继续使用，直到新码头建成。", False),
    ],
)
def test_a_summary_in_other_words_is_of_the_same_text_and_one_of_other_things_is_not(summary: str, text: str, another: bool) -> None:
    assert is_about_another(summary, text) is another
