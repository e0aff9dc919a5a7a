"""Whose act it is and what it is on: what counts of a state's measure in a sentence, and which instruments it is tagged with."""

import pytest

from services.classifier import vocabulary as v
from services.classifier.classify import Texts, classify
from services.classifier.features import NAMES, rows, values
from services.classifier.reading import read, with_manner
from services.classifier.strength import strength
from services.classifier.vocabulary import vocabulary

STATE_ACT = v.STATE | v.MEASURE


def feature(name: str, texts: Texts) -> float:
    return values(rows(read(texts, vocabulary())))[NAMES.index(name)]


def test_a_court_acts_for_the_state_but_in_a_private_suit() -> None:
    assert strength(v.COURT).state == 0.5
    assert strength(v.COURT | v.PRIVATE).state == 0.0
    assert strength(v.COURT | v.PRIVATE | v.STATE).state == 1.0


@pytest.mark.parametrize(("beside", "share"), [(0, 0.0), (v.CHIP_WEAK, 0.3), (v.FIRM, 1.0), (v.CHIP, 1.0)])
def test_an_act_on_another_sector_counts_as_far_as_its_sentence_names_chips(beside: int, share: float) -> None:
    found = strength(STATE_ACT | v.SECTOR | beside)
    assert (found.state, found.measure) == (share, share)


@pytest.mark.parametrize(("beside", "measure"), [(0, 0.5), (v.COURT, 0.5), (v.STATE_WEAK, 1.0), (v.STATE, 1.0)])
def test_a_measure_in_a_private_suit_counts_in_full_where_a_state_is_named(beside: int, measure: float) -> None:
    assert strength(v.MEASURE | v.PRIVATE | beside).measure == measure


def test_an_act_counts_little_where_only_the_body_speaks_of_chips() -> None:
    lead = "The ministry announced new export controls. Exporters need a licence."
    apart, beside = (feature("head.state", [("title", title), ("original", f"{lead} Wafers are made there.")]) for title in ("", "Wafers"))
    assert 0 < apart < 0.25
    assert beside == 1.0


def test_news_of_the_market_in_the_body_counts_less_after_a_states_act_on_chips() -> None:
    market = "Shares rose. Stocks closed higher."
    plain = feature("body.business", [("original", f"It rained. It snowed. {market}")])
    after = feature("body.business", [("original", f"The US Commerce Department bans chip exports. It needs a licence. {market}")])
    assert 0 < after < plain


def test_how_an_act_is_told_is_found_in_the_order_of_the_text() -> None:
    readings = read([("original", "Officials said the chip ban took effect, people familiar said.")], vocabulary())
    mentions = with_manner(readings, vocabulary())[0].mentions
    assert [mention.start for mention in mentions] == sorted(mention.start for mention in mentions)
    assert {"stage", "assertion"} <= {mention.term.facet for mention in mentions}
    assert not {"stage", "assertion"} & {mention.term.facet for mention in readings[0].mentions}


def test_an_export_control_stays_beside_a_subsidy_of_the_same_title() -> None:
    title = "US widens chip export controls and awards Intel a subsidy"
    verdict = classify([("title", title), ("original", "The Commerce Department tightened rules on chip exports and gave Intel a grant.")])
    assert {"export_control", "subsidy"} <= set(verdict.instruments)
    assert "US/BIS" in verdict.jurisdictions


def test_nothing_at_all_is_no_policy() -> None:
    assert not classify([]).is_semiconductor_policy
    assert not classify([("title", "")]).is_semiconductor_policy


def test_the_trade_commission_counts_as_a_court() -> None:
    assert feature("head.state", [("original", "The USITC ruled on chips.")]) == 0.5
    assert feature("head.state", [("original", "Micron sues over chip patents at the USITC.")]) == 0.0
