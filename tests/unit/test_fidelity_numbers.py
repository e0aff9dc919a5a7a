"""How numbers are read: words, scales, units and what else the same digits may mean."""

import pytest

from services.parser.fidelity import chinese, english
from services.parser.fidelity.facts import Fact


def values(facts: list[Fact]) -> set[tuple[str, float]]:
    return {(fact.kind, round(fact.value, 6)) for fact in facts}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("two hundred and fifty thousand", ("number", 250_000)),
        ("twenty-one", ("number", 21)),
        ("one and a half million", ("number", 1.5)),
        ("half a million", ("number", 500_000)),
        ("a quarter of an hour", ("hour", 0.25)),
        ("two and a half years", ("years", 2.5)),
        ("$3.7bn", ("money", 3.7e9)),
        ("3.7 billion US dollars", ("money", 3.7e9)),
        ("50 cents", ("money", 0.5)),
        ("35 basis points", ("points", 0.35)),
        ("3 out of 4", ("percent", 75)),
        ("the 1930s", ("decade", 30)),
        ("the 1930s", ("century", 20)),
        ("in her thirties", ("decade", 30)),
        ("the eighteenth century", ("century", 18)),
        ("two decades", ("years", 20)),
        ("a decade", ("years", 10)),
        ("May 30", ("day", 30)),
        ("the 30th of May", ("day", 30)),
        ("Sept. 3", ("month", 9)),
        ("Smith, 37, said", ("age", 37)),
        ("the 44-year-old", ("age", 44)),
        ("7.55am", ("clock", 55)),
        ("8:30 p.m.", ("clock", 20)),
        ("550 pounds", ("kilogram", 249.475804)),
        ("two dozen", ("number", 24)),
        ("half a century", ("years", 50)),
        ("the '80s", ("decade", 80)),
        ("FY2019", ("year", 2019)),
        ("up 5pc", ("percent", 5)),
        ("50p a share", ("money", 0.5)),
        ("3 1/2 hours", ("hour", 3.5)),
        ("a 1-in-4 chance", ("percent", 25)),
        ("Rs 500 crore", ("money", 5e9)),
        ("up from 1.7 million four years ago", ("years", 4)),
        ("the SS19 collection", ("year", 2019)),
    ],
)
def test_english_words_give_the_fact(text: str, wanted: tuple[str, float]) -> None:
    assert wanted in values(english.read(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1亿2000万人", ("number", 1.2e8)),
        ("三千二百万美元", ("money", 3.2e7)),
        ("2.4 億歐元", ("money", 2.4e8)),
        ("£1100 萬", ("money", 1.1e7)),
        ("$1.4億歐元", ("money", 1.4e8)),
        ("二〇一八年", ("year", 2018)),
        ("民國107年", ("year", 2018)),
        ("98年", ("year", 1998)),
        ("逾三成", ("percent", 30)),
        ("百分之四十五点五", ("percent", 45.5)),
        ("百分之30至43", ("percent", 43)),
        ("七成五", ("percent", 75)),
        ("90后", ("decade", 90)),
        ("2018/19赛季", ("year", 2019)),
        ("三分之二", ("percent", 66.666667)),
        ("20 世纪 30 年代", ("decade", 30)),
        ("1930 年代", ("century", 20)),
        ("5 個星期", ("week", 5)),
        ("三个多月", ("months", 3)),
        ("８００名", ("number", 800)),
        ("第12屆", ("ordinal", 12)),
        ("下午3点", ("clock", 15)),
    ],
)
def test_chinese_words_give_the_fact(text: str, wanted: tuple[str, float]) -> None:
    assert wanted in values(chinese.read(chinese.folded(text)))


@pytest.mark.parametrize(
    "text", ["千万不要", "数百万人", "十几家", "周三", "三国杀", "统一一致", "一些", "H20系列", "COVID-19", "三四百人", "十七八岁"]
)
def test_words_that_are_no_numbers_are_not_checked(text: str) -> None:
    assert [fact for fact in chinese.read(chinese.folded(text)) if not fact.weak] == []


@pytest.mark.parametrize("text", ["He said a number of people may march on.", "the H20 chip", "issue #58", "the first of two"])
def test_english_words_that_are_no_facts_are_not_checked(text: str) -> None:
    assert [fact for fact in english.read(text) if not fact.weak] == []


def test_a_fact_stands_in_the_text_as_it_is_stored() -> None:
    text = "總額㍉達２．４億歐元。"
    (fact,) = [fact for fact in chinese.read(chinese.folded(text)) if fact.kind == "money"]
    assert text[fact.start : fact.end] == "２．４億歐元"
