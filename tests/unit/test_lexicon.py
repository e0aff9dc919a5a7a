"""The gazetteer and its matcher."""

from collections import defaultdict

import pytest

from shared.lexicon.load import digest, lexicon, scripts
from shared.lexicon.match import Alias, Matcher, fold
from shared.lexicon.variants import LIMIT, variants


def found(text: str, *aliases: Alias) -> list[tuple[str, int]]:
    return [(text[start:end], key) for start, end, key, _ in Matcher(aliases).find(text)]


def names(text: str) -> list[str]:
    book = lexicon()
    entities = [book.names[key].entity for _, _, key, _ in Matcher(book.aliases).find(text)]
    return [book.entities[entity].id for entity in entities if entity >= 0]


def test_the_gazetteer_holds_three_hundred_entities_and_more() -> None:
    assert len(lexicon().entities) >= 300


def test_every_entity_has_a_name_a_type_and_an_id_of_its_own() -> None:
    entities = lexicon().entities
    assert len({entity.id for entity in entities}) == len(entities)
    assert all("/" in entity.id and entity.type and any(entity.names.values()) for entity in entities)


def test_no_alias_names_two_entities_unless_it_is_marked_ambiguous() -> None:
    book, owners = lexicon(), defaultdict(set)
    for alias in book.aliases:
        name = book.names[alias.key]
        if name.entity >= 0 and not name.ambiguous:
            owners[alias.surface if alias.exact else fold(alias.surface)].add(book.entities[name.entity].id)
    assert {surface: ids for surface, ids in owners.items() if len(ids) > 1} == {}


def test_no_alias_is_blank_or_a_single_chinese_character() -> None:
    bad = [
        alias.surface
        for alias in lexicon().aliases
        if not alias.surface.strip() or (len(alias.surface) < 2 and not alias.surface.isascii())
    ]
    assert bad == []


def test_every_short_latin_alias_keeps_its_case_or_is_marked() -> None:
    book = lexicon()
    words = {"us", "arm", "adi", "meta", "apple", "vis", "semi", "cadence", "intel", "micron", "bis"}
    loose = [
        alias.surface for alias in book.aliases if alias.surface.lower() in words and not alias.exact and book.names[alias.key].entity >= 0
    ]
    assert loose == []


def test_a_mark_of_ambiguity_always_speaks_of_a_name_that_exists() -> None:
    stray = [
        (entity.id, alias)
        for entity in lexicon().entities
        for alias in entity.ambiguous | entity.cased
        if not any(alias in written for written in entity.names.values())
    ]
    assert stray == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SMIC and 中芯國際 are one", ["org/smic", "org/smic"]),
        ("输往中国的Ｎｖｉｄｉａ产品", ["state/cn", "org/nvidia"]),
        ("昇騰与昇腾", ["product/huawei_ascend", "product/huawei_ascend"]),
        ("被列入不可靠实体清单", ["list/cn_unreliable_entity"]),
        ("高通胀持续", []),
        ("Samsung Electronics", ["org/samsung"]),
        ("armsmicsx", []),
    ],
)
def test_names_are_found_in_every_script_and_width_and_the_longest_wins(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_latin_alias_needs_word_boundaries_but_not_between_scripts() -> None:
    assert found("armed Arm用arm。", Alias("arm", 1)) == [("Arm", 1), ("arm", 1)]


def test_an_exact_alias_keeps_its_case() -> None:
    assert found("US tells us", Alias("US", 1, exact=True)) == [("US", 1)]


def test_a_stem_goes_on_to_the_end_of_the_word() -> None:
    assert found("restrictions, unrestricted", Alias("restrict", 1, stem=True)) == [("restrictions", 1)]


def test_a_plural_may_take_one_s() -> None:
    assert found("curb curbs curbside", Alias("curb", 1, plural=True)) == [("curb", 1), ("curbs", 1)]


def test_a_shorter_alias_within_a_longer_one_of_its_layer_is_dropped() -> None:
    text = "potato chips"
    assert found(text, Alias("potato chips", 1), Alias("chips", 2), Alias("chips", 3, layer=1)) == [("potato chips", 1), ("chips", 3)]


def test_a_longer_alias_that_fails_its_boundary_leaves_the_shorter_one() -> None:
    assert found("chips acted", Alias("chips act", 1), Alias("chips", 2)) == [("chips", 2)]


@pytest.mark.parametrize("text", ["S\u212a hynix", "S\u212a hynix\u3000"])
def test_a_letter_beyond_latin_1_counts_as_its_small_one_within(text: str) -> None:
    assert found(text, Alias("SK hynix", 1)) == [("S\u212a hynix", 1)]


def test_offsets_stay_where_lower_case_would_be_longer() -> None:
    text = "İİİ Nvidia"
    assert len(fold(text)) == len(text)
    assert found(text, Alias("Nvidia", 1)) == [("Nvidia", 1)]


def test_variants_of_a_simplified_alias_hold_the_traditional_ones() -> None:
    assert {"芯片管制", "芯片管製"} <= set(variants("芯片管制", *scripts()))
    assert "臺灣" in variants("台湾", *scripts())
    assert {"營業秘密", "營業祕密"} <= set(variants("营业秘密", *scripts()))
    assert "半导体" in variants("半導體", *scripts())


def test_an_alias_never_has_more_variants_than_the_limit_allows() -> None:
    assert len(variants("制系并准后里发复", *scripts())) <= 2 * (LIMIT + 2)


def test_the_version_follows_the_content() -> None:
    assert lexicon().version.startswith("1+")
    assert digest({"a": b"1"}) != digest({"a": b"2"}) != digest({"b": b"2"})
