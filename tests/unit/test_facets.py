"""What an act is told to be: instruments and stage, from short stories in our own words."""

import pytest

from services.classifier.classify import classify
from shared.records.tagged import Verdict


def judged(title: str, text: str) -> Verdict:
    verdict = classify([("title", title), ("original", text)])
    assert verdict.is_semiconductor_policy
    for item in verdict.evidence:
        assert {"title": title, "original": text}[item.field][item.start : item.end] == item.surface
    return verdict


@pytest.mark.parametrize(
    ("title", "text", "instruments"),
    [
        (
            "Commerce adds chip designer to the Entity List",
            "American suppliers of semiconductors will need a licence, the Commerce Department said.",
            {"entity_listing", "export_control"},
        ),
        (
            "China opens anti-dumping case on American analog chips",
            "The commerce ministry says subsidies let semiconductor makers sell below cost.",
            {"trade_remedy"},
        ),
        (
            "Beijing urges firms to avoid Nvidia chips and buy domestic",
            "Regulators told companies to use Chinese processors. Washington restricts exports of better ones.",
            {"procurement_guidance"},
        ),
    ],
)
def test_what_belongs_to_the_story_of_another_instrument_is_none_of_its_own(title: str, text: str, instruments: set[str]) -> None:
    assert set(judged(title, text).instruments) == instruments


@pytest.mark.parametrize(
    ("title", "text", "instrument"),
    [
        (
            "Washington restricts Nvidia processors",
            "The US government halts Nvidia's newest GPU for China, the White House said.",
            "export_control",
        ),
        ("Tokyo backs Rapidus", "Japan's government nurtures the chipmaker Rapidus, the industry minister said.", "subsidy"),
    ],
)
def test_an_act_that_names_no_instrument_has_the_one_of_its_direction(title: str, text: str, instrument: str) -> None:
    assert instrument in judged(title, text).instruments


CHIP_RULE = "The Commerce Department controls exports of AI chips to China."


@pytest.mark.parametrize(
    ("title", "text", "stage"),
    [
        ("US export controls on AI chips", CHIP_RULE, "announced"),
        ("US export controls on AI chips kick in", CHIP_RULE, "in_force"),
        ("US export controls on AI chips", "The rule on exports of AI chips to China will take effect in May, Commerce said.", "announced"),
        ("US weighs export controls on AI chips", CHIP_RULE, "rumoured"),
        ("US export controls on AI chips", f"{CHIP_RULE} The plan was described by people familiar with the matter.", "rumoured"),
        ("US suspends export controls on AI chips", CHIP_RULE, "suspended"),
        ("US tears up export controls on AI chips", CHIP_RULE, "repealed"),
        ("Nvidia regrets US export controls on AI chips", CHIP_RULE, "reaction"),
        ("US export controls on AI chips", f"{CHIP_RULE} Nvidia regrets the rule.", "announced"),
        ("Smuggler of AI chips jailed", "A US court found him guilty of evading export controls on Nvidia chips.", "enforced"),
        (
            "Senators file bill on export controls for AI chips",
            "The bill would make the Commerce Department track Nvidia chips.",
            "proposed",
        ),
        ("美國擴大晶片出口管制 經濟部：影響有限", "美國商務部昨公布新規，限制先進晶片輸往中國。", "reaction"),
        ("经济部：扩大芯片出口管制", "荷兰经济部宣布限制光刻机对华出口。", "announced"),
    ],
)
def test_how_far_an_act_has_come(title: str, text: str, stage: str) -> None:
    assert judged(title, text).stage == stage


@pytest.mark.parametrize("verb", ["withdraw", "withdraws", "withdrawing"])
def test_a_star_within_a_cue_stands_for_the_endings_of_a_verb(verb: str) -> None:
    assert "licensing" in judged("Chip exports to China", f"US officials {verb} licences of Nvidia for AI chips.").instruments
