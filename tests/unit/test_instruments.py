"""Which instruments are chosen from what speaks for each, zone by zone."""

import pytest

from services.classifier.instruments import instruments, with_implied
from services.classifier.tally import Tally

IMPLIED = {"entity_listing": "export_control", "licensing": "export_control"}
TOLD, LEAD, BODY = [2.0, 1.2, 0.0], [0.0, 1.2, 0.0], [0.0, 0.0, 0.3]
"""What speaks for an instrument in title, lead and body: all of the story, its lead, a word of the body."""


def chosen(strong: dict[str, list[float]], weak: dict[str, list[float]] | None = None) -> set[str]:
    said = {("instruments", value): Tally("instruments", list(zones), strong=True) for value, zones in strong.items()}
    said |= {("instruments", value): Tally("instruments", list(zones)) for value, zones in (weak or {}).items()}
    return set(instruments(with_implied(said, IMPLIED), IMPLIED))


@pytest.mark.parametrize(
    ("story", "aside", "added"),
    [
        ("enforcement", "tech_protection", {"tech_protection"}),
        ("enforcement", "export_control", {"export_control"}),
        ("enforcement", "licensing", {"export_control"}),
        ("enforcement", "entity_listing", {"export_control"}),
        ("legislation", "subsidy", {"subsidy"}),
        ("export_control", "licensing", {"licensing"}),
        ("tariff", "licensing", set()),
    ],
)
def test_a_strong_word_of_the_body_is_enough_for_what_an_instrument_comes_with(story: str, aside: str, added: set[str]) -> None:
    assert chosen({story: TOLD, aside: BODY}) == {story, *added}
    assert chosen({story: TOLD}, {aside: BODY}) == {story}


def test_who_is_listed_is_not_also_said_to_need_a_licence() -> None:
    assert chosen({"entity_listing": TOLD, "export_control": TOLD, "licensing": BODY}) == {"entity_listing", "export_control"}


def test_an_implied_instrument_needs_the_one_that_implies_it() -> None:
    assert chosen({"licensing": TOLD}) == {"licensing", "export_control"}
    assert chosen({"subsidy": [2.0, 0.0, 0.0], "licensing": LEAD}) == {"subsidy"}


def test_of_two_that_may_each_be_part_of_the_other_the_clearer_stays() -> None:
    assert chosen({"tariff": [2.0, 1.2, 0.5], "subsidy": TOLD, "enforcement": [2.0, 0.0, 0.0]}) == {"tariff", "enforcement"}


def test_what_belongs_to_another_story_is_one_of_its_own_if_it_stands_out() -> None:
    assert chosen({"antitrust": TOLD, "enforcement": TOLD}) == {"antitrust"}
    assert chosen({"antitrust": LEAD, "enforcement": TOLD}) == {"antitrust", "enforcement"}
