"""Names and words that mean other things, too, need company."""

import pytest

from services.classifier.classify import classify
from services.classifier.reading import read
from services.classifier.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("title", "counts"),
    [
        ("市场监管总局对高通立案调查", True),
        ("市场监管总局公布新规", False),
        ("高通滤波器的原理", False),
        ("市场监管总局昨日开会。高通滤波器的原理。", False),
    ],
)
def test_an_ambiguous_firm_counts_beside_an_authority_and_its_measure(title: str, counts: bool) -> None:
    mentions = [mention for reading in read([("title", title)], vocabulary()) for mention in reading.mentions]
    assert any(mention.term.value == "org/qualcomm" for mention in mentions) is counts


def test_an_ambiguous_name_counts_only_beside_a_sure_chip_signal() -> None:
    alone, beside = (read([("original", text)], vocabulary()) for text in ("Oracle is a seer.", "Oracle buys a chip."))
    named = [{mention.term.value for mention in readings[0].mentions} for readings in (alone, beside)]
    assert "org/oracle" not in named[0]
    assert "org/oracle" in named[1]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("政府推動晶片護照全面換發", "外交部宣布，新版護照晶片改由國內製造，三年內完成換發，補助偏鄉民眾規費。"),
        ("SIM卡实名新规 芯片须国产", "工信部发布规定，运营商须使用带安全芯片的SIM卡。"),
        (
            "Government to subsidise chipped ID cards",
            "The ministry will pay for the new card, whose chip holds a name. Parliament passed the law.",
        ),
        (
            "Ministry subsidises microchips for dogs",
            "The ministry will give grants to shelters that chip strays; owners who refuse are fined.",
        ),
    ],
)
def test_an_act_on_the_chip_of_a_card_or_a_pet_is_no_policy(title: str, text: str) -> None:
    assert classify([("title", title), ("original", text)]).probability < 0.1


def test_the_chip_of_a_card_counts_where_a_maker_of_chips_is_named() -> None:
    text = "The central bank told lenders to replace security chips made by Infineon and NXP with those of domestic designers."
    assert classify([("title", "China halts use of Infineon chips in bank cards"), ("original", text)]).is_semiconductor_policy


@pytest.mark.parametrize(
    ("title", "text", "is_policy"),
    [
        (
            "Beijing launches third phase of Big Fund",
            "The finance ministry put in the largest share of the 344 billion yuan; state banks gave the rest.",
            True,
        ),
        ("国家大基金三期落地，财政部为第一大股东", "大基金三期注册资本3440亿元，由财政部和六家国有银行出资设立。", True),
        ("Big fund backs new film studio", "The studio outside Prague will open in May with money of a large pension fund.", False),
    ],
)
def test_a_state_fund_for_chips_needs_no_other_word_for_them(title: str, text: str, is_policy: bool) -> None:
    assert classify([("title", title), ("original", text)]).is_semiconductor_policy is is_policy
