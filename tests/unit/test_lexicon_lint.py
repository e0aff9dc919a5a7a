"""The lint of the data files: what a hand that writes words gets wrong."""

import json
import re
from collections import defaultdict
from pathlib import Path

from services.classifier.cues import BLOCKER, LAYERS, cues
from services.classifier.facets import STAGES
from services.classifier.vocabulary import vocabulary
from shared.lexicon.load import lexicon
from shared.lexicon.match import fold

OWN = Path(__file__).parents[1] / "eval" / "classify.jsonl"
TAXONOMY = json.loads((Path(__file__).parents[2] / "services/classifier/data/taxonomy.json").read_text(encoding="utf-8"))
ORDINARY = frozenset(
    "arm intel micron cadence apple oracle amazon meta canon stargate rubin hopper ascend gaudi moonshot bis cac cma mcst ceitec house"
    " senate miti commerce us vis xmc adi semi sia 高通 博通 海思 飞腾 联电 地平线 商务部 财政部 国务院 经济部 小米 泛林".split()
)
"""Names that are also ordinary words or another's names: each must be marked, and so need company."""

LEAST_EXAMPLES = 1
MOST_UNUSED = 0.55


def used() -> set[int]:
    items = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    matchers = (vocabulary().topic, vocabulary().manner)
    return {key for item in items for text in (item["title"], item["text"]) for words in matchers for _, _, key, _ in words.find(text)}


def first_cue() -> int:
    return len(vocabulary().terms) - len(cues().cues)


def test_no_word_speaks_for_two_values_of_one_facet_with_full_strength() -> None:
    owners = defaultdict(set)
    for cue in cues().cues:
        if cue.weight == 1.0 and cue.facet in ("stage", "assertion", "meaning", "science"):
            owners[cue.facet, cue.word.casefold()].add(cue.value)
    twice = {key: values for key, values in owners.items() if len(values) > 1}
    assert {key for key in twice if key[0] != "stage"} == set()


def test_every_ordinary_word_among_the_names_is_marked() -> None:
    unmarked = {
        alias.surface
        for alias in lexicon().aliases
        if fold(alias.surface) in ORDINARY and not alias.exact and lexicon().names[alias.key].entity >= 0
    }
    assert unmarked == set()


def test_chinese_words_have_two_characters_or_were_weighed() -> None:
    weighed = set("芯猫狗犬铜镍锌铀钨镓锗鎵鍺")
    short = {cue.word for cue in cues().cues if not cue.word.isascii() and len(cue.word.strip("=* ")) < 2}
    short |= {alias.surface for alias in lexicon().aliases if not alias.surface.isascii() and len(alias.surface) < 2}
    assert short - weighed == set()


def test_no_word_carries_stray_marks() -> None:
    bad = re.compile(r"^\s|\s$|^[*]|[=*].+[=]|\s\s|;")
    assert [cue.word for cue in cues().cues if bad.search(cue.word)] == []


def test_a_stem_has_four_letters_at_least() -> None:
    assert [cue.word for cue in cues().cues if cue.word.endswith("*") and len(cue.word.strip("=*")) < 4] == []


def test_every_value_of_every_facet_is_used_by_examples() -> None:
    seen: dict[tuple[str, str], int] = defaultdict(int)
    found = used()
    for number, cue in enumerate(cues().cues):
        if cue.value != BLOCKER:
            seen[cue.facet, cue.value] += first_cue() + number in found
    assert {key: count for key, count in seen.items() if count < LEAST_EXAMPLES} == {}


def test_the_share_of_words_that_no_example_uses_does_not_grow() -> None:
    found = used()
    unused = [cue for number, cue in enumerate(cues().cues) if first_cue() + number not in found]
    assert len(unused) / len(cues().cues) < MOST_UNUSED


def test_cue_values_are_those_of_the_taxonomy() -> None:
    values: dict[str, set[str]] = {facet: {cue.value for cue in cues().cues if cue.facet == facet} - {"-"} for facet in LAYERS}
    assert values["instruments"] == set(TAXONOMY["instruments"])
    assert values["stage"] == set(TAXONOMY["stage"]) == set(STAGES)
    assert values["assertion"] == set(TAXONOMY["assertion"])
    assert values["direction"] <= set(TAXONOMY["direction"])
    assert values["role"] <= set(TAXONOMY["roles"])


def test_no_cue_is_blank_or_a_single_chinese_character_that_was_not_weighed() -> None:
    short = {cue.word for cue in cues().cues if len(cue.word.strip("=* ")) < 2}
    assert short <= {"芯", "猫", "狗", "犬", "铜", "镍", "锌", "铀", "钨", "镓", "锗", "鎵", "鍺"}


def test_no_cue_both_speaks_for_a_value_and_is_blocked() -> None:
    spoken = {(cue.facet, cue.word) for cue in cues().cues if cue.value != "-"}
    assert [cue for cue in cues().cues if cue.value == "-" and (cue.facet, cue.word) in spoken] == []
