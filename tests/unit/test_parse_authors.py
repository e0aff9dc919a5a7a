import pytest

from services.parser.page.authors import chinese, tidy


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("By Ana Lund", ("Ana Lund",)),
        ("Ana Lund and Tomas Weir", ("Ana Lund", "Tomas Weir")),
        ("Von Ana Lund, Tomas Weir", ("Ana Lund", "Tomas Weir")),
        ("Ana Lund, Staff Writer", ("Ana Lund",)),
        ("Ana Lund | ana@ledger.example", ("Ana Lund",)),
        ("ana@ledger.example (Ana Lund)", ("Ana Lund",)),
        ("John Weir, Jr.", ("John Weir, Jr",)),
        ("https://ledger.example/ana", ()),
        ("admin", ()),
        ("The Harbour Ledger", ()),
        ("林一鸣、陈大文", ("林一鸣", "陈大文")),
        ("a@" + "a." * 50_000 + "!", ()),
    ],
)
def test_bylines_become_names(written: str, names: tuple[str, ...]) -> None:
    assert tidy([written], "The Harbour Ledger") == names


def test_a_name_is_given_once() -> None:
    assert tidy(["Ana Lund", "By ANA LUND"]) == ("Ana Lund",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("来源：海港新闻网　记者：林一鸣", ["林一鸣"]),
        ("（記者陳大文／海港報導）林塔維亞", ["陳大文"]),
        ("文／王小明", ["王小明"]),
        ("本报记者 林一鸣 陈大文", ["林一鸣", "陈大文"]),
        ("作者：佚名", []),
        ("记者从主管部门获悉，厂房已经启用。", []),
    ],
)
def test_chinese_bylines_are_found(line: str, names: list[str]) -> None:
    assert chinese([line]) == names
