"""The classifier on single articles."""

import json
import math
from pathlib import Path
from time import process_time

import pytest

from services.classifier import pipe
from services.classifier.classify import classify, tag
from services.classifier.model import is_uncertain, model
from services.classifier.reading import read
from services.classifier.sentences import starts
from services.classifier.train import fit, prior
from services.classifier.vocabulary import vocabulary
from shared.records.tagged import Verdict

TITLE = "China tells firms to stop buying Nvidia’s H20"
TEXT = (
    "Chinese regulators, the industry ministry MIIT among them, issued window guidance against Nvidia’s H20 chips, according to people "
    "familiar with the matter. The notice encourages companies to rely on domestic vendors like Huawei and Cambricon. "
    "Export controls of the United States weigh on supply."
)
TAXONOMY = Path(__file__).parents[2] / "services/classifier/data/taxonomy.json"


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return classify([("title", TITLE), ("original", TEXT)])


def roles(verdict: Verdict) -> dict[str, str]:
    return {entity.id: entity.role for entity in verdict.entities}


def test_window_guidance_is_policy_with_its_instrument(verdict: Verdict) -> None:
    assert verdict.is_semiconductor_policy
    assert verdict.instruments[0] == "procurement_guidance"
    assert verdict.legal_force == "guidance"
    assert verdict.assertion == "anonymous_sources"


def test_the_issuer_comes_first_among_the_jurisdictions(verdict: Verdict) -> None:
    assert verdict.jurisdictions[0] == "CN"
    assert "CN/MIIT" in verdict.jurisdictions


def test_parties_get_their_roles(verdict: Verdict) -> None:
    expected = {"agency/cn_miit": "issuer", "org/nvidia": "target", "org/huawei": "beneficiary", "org/cambricon": "beneficiary"}
    assert expected.items() <= roles(verdict).items()


def test_products_have_canonical_ids(verdict: Verdict) -> None:
    assert verdict.products == ("product/nvidia_h20",)


def test_every_tag_has_evidence(verdict: Verdict) -> None:
    proven = {(evidence.facet, evidence.value) for evidence in verdict.evidence}
    tags = [("instruments", value) for value in verdict.instruments] + [("jurisdictions", value) for value in verdict.jurisdictions]
    tags += [("entities", entity.id) for entity in verdict.entities] + [("products", value) for value in verdict.products]
    single = {"direction": verdict.direction, "stage": verdict.stage, "assertion": verdict.assertion, "legal_force": verdict.legal_force}
    tags += [(facet, value) for facet, value in single.items() if value and value not in ("none", "mixed")]
    assert set(tags) <= proven


@pytest.mark.parametrize("title", ["Ministry meets chip firms", "Tariffs on steel", "Nvidia may need a licence", "Chips are down"])
def test_the_contributions_and_the_bias_make_up_the_probability(title: str) -> None:
    verdict = classify([("title", title), ("original", title)])
    total = model().bias + sum(evidence.contribution for evidence in verdict.evidence if evidence.facet == "is_semiconductor_policy")
    assert verdict.probability == pytest.approx(1 / (1 + math.exp(-total)), abs=0.0005)


def test_an_act_on_something_else_is_far_from_policy() -> None:
    text = "The ministry imposed tariffs and export controls. Prosecutors charged two officials, and the government banned imports."
    assert classify([("title", "Government bans imports"), ("original", text)]).probability < 0.15


def test_each_firm_gets_its_part_from_the_nearest_word_of_the_sentence() -> None:
    verdict = classify(
        [("title", "中国要求企业少用美国芯片"), ("original", "监管部门鼓励使用国产供应商华为与寒武纪的芯片，以减少对英伟达的依赖。")]
    )
    expected = {"org/huawei": "beneficiary", "org/cambricon": "beneficiary", "org/nvidia": "target"}
    assert expected.items() <= roles(verdict).items()


def test_a_title_off_the_topic_still_counts_for_its_instrument() -> None:
    verdict = classify(
        [("title", "White House sets tariffs"), ("original", "The government says its measure covers foreign semiconductors.")]
    )
    assert verdict.instruments == ("tariff",)
    assert [evidence.contribution for evidence in verdict.evidence if evidence.facet == "instruments"] == [1.2]


def test_a_word_as_long_as_its_blocker_says_nothing() -> None:
    mentions = read([("original", "Investors like chips.")], vocabulary())[0].mentions
    assert "direction" not in {mention.term.facet for mention in mentions}


def test_a_summary_brings_evidence_of_its_own() -> None:
    verdict = classify([("title", TITLE), ("original", TEXT), ("summaries[0]", "监管部门以窗口指导劝阻企业采购英伟达H20芯片。")])
    fields = {evidence.field for evidence in verdict.evidence if evidence.value in ("procurement_guidance", "product/nvidia_h20")}
    assert fields == {"title", "original", "summaries[0]"}


def test_the_verdict_names_what_it_was_made_with(verdict: Verdict) -> None:
    assert verdict.classifier.startswith("classifier/")
    assert verdict.taxonomy.startswith(json.loads(TAXONOMY.read_text(encoding="utf-8"))["version"])
    assert all("+" in name for name in (verdict.taxonomy, verdict.lexicon, verdict.model))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Chip shops to pay more for potatoes", "The government raised a levy on imported potato chips. Fish and chips will cost more."),
        ("Quarterly revenue of Nvidia beats forecasts", "Net income rose. Shares jumped five percent on strong demand for its chips."),
        (
            "EU tariffs on electric cars take effect",
            "The European Commission imposed duties on electric vehicles from China. Carmakers complained.",
        ),
        ("宠物须植入芯片", "市政府规定，犬只须植入芯片，违者罚款。"),
        ("高通胀令央行加息", "美国政府公布数据，物价上涨。"),
        ("Blue chips rally", "The Dow rose as investors shrugged off tariffs."),
    ],
)
def test_a_near_miss_is_tagged_as_no_policy_and_carries_no_tags(title: str, text: str) -> None:
    verdict = classify([("title", title), ("original", text)])
    assert not verdict.is_semiconductor_policy
    assert (verdict.instruments, verdict.jurisdictions, verdict.entities, verdict.products) == ((), (), (), ())


@pytest.mark.parametrize(("probability", "review"), [(0.3499, False), (0.35, True), (0.5, True), (0.65, True), (0.6501, False)])
def test_the_uncertain_band_asks_for_review(probability: float, review: bool) -> None:
    assert is_uncertain(probability) is review


def test_the_other_script_gets_the_same_verdict() -> None:
    simplified = classify([("title", "美国收紧芯片出口管制"), ("original", "美国商务部将中芯国际列入实体清单。")])
    traditional = classify([("title", "美國收緊芯片出口管制"), ("original", "美國商務部將中芯國際列入實體清單。")])
    assert simplified.probability == traditional.probability
    assert simplified.instruments == traditional.instruments


def test_full_width_letters_get_the_same_verdict() -> None:
    narrow = classify([("title", "US bans H20 chips"), ("original", "美国禁止出口H20芯片，英伟达Nvidia受限。")])
    wide = classify([("title", "US bans H20 chips"), ("original", "美国禁止出口Ｈ２０芯片，英伟达Ｎｖｉｄｉａ受限。")])
    assert narrow.products == wide.products
    assert narrow.probability == pytest.approx(wide.probability, abs=0.001)


def test_every_weight_of_the_prior_is_in_the_model_with_its_sign() -> None:
    weights = {name: weight for name, weight in model().weights.items() if not name.startswith("words.")} | {"bias": model().bias}
    assert set(weights) == set(prior())
    assert all(weights[name] * value >= 0 for name, value in prior().items())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The U.S. acts. China waits.", ["The U.S. acts. ", "China waits."]),
        ("It counters US sanctions.Regulators act.", ["It counters US sanctions.", "Regulators act."]),
        ("甲。乙！\n丙", ["甲。", "乙！\n", "丙"]),
        ("up 3.5 percent", ["up 3.5 percent"]),
    ],
)
def test_sentences_begin_where_a_reader_would_begin_them(text: str, sentences: list[str]) -> None:
    begins = starts(text)
    assert [text[begin:end] for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)] == sentences


def test_training_never_turns_evidence_for_into_evidence_against() -> None:
    weights = fit([({"a": 1.0, "b": 1.0}, False)] * 99 + [({"b": 1.0}, True)] * 99, {"a": 0.1, "b": -0.1, "bias": -1.0})
    assert weights["a"] == 0.0
    assert weights["b"] <= 0.0


def test_a_title_alone_is_enough() -> None:
    assert tag(pipe.article({"title": "US adds SMIC to its entity list over chips", "text": ""})).verdict.is_semiconductor_policy


@pytest.mark.parametrize("piece", ["芯片出口管制。", "US ban on Nvidia chips ", "restrict", "İ\n", "Huawei gains. "])
def test_a_megabyte_of_anything_takes_seconds_at_most(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece.encode())))[:1_000_000]
    begun = process_time()
    classify([("original", text)])
    assert process_time() - begun < 4


def test_learned_words_are_proven_by_several_words_that_are_no_stop_words(verdict: Verdict) -> None:
    heard = [evidence for evidence in verdict.evidence if evidence.rule.startswith("words/")]
    assert len(heard) > 1
    assert len({evidence.rule for evidence in heard}) == len(heard)
    assert not {evidence.surface.lower() for evidence in heard} & {"that", "the", "which", "with", "from", "said"}


def test_an_act_told_as_a_fact_was_announced_on_its_authors_word() -> None:
    verdict = classify(
        [("title", "Japan curbs exports of chip tools"), ("original", "The ministry restricts exports of lithography tools.")]
    )
    assert (verdict.stage, verdict.assertion) == ("announced", "official")
    assert {evidence.surface for evidence in verdict.evidence if evidence.facet == "stage"}
