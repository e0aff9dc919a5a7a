import pytest

from services.parser.page.authors import tidy
from services.parser.page.chinese_bylines import chinese


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
        ("Ana Lund, Tomas Weir, and Max Orr", ("Ana Lund", "Tomas Weir", "Max Orr")),
        ("Ana Lund ana@ledger.example", ("Ana Lund",)),
        ("Ana Lund @analund", ("Ana Lund",)),
        ("Ana Lund | Contributing Writer", ("Ana Lund",)),
        ("Ana Lund, Senior Correspondent", ("Ana Lund",)),
        ("Reporting by Ana Lund and Max Orr; Editing by Tomas Weir", ("Ana Lund", "Max Orr")),
        ("Ana Lund, Reuters", ("Ana Lund",)),
        ("Ana Lund/AFP", ("Ana Lund",)),
        ("The Associated Press", ("The Associated Press",)),
        ("林一鸣、陈大文", ("林一鸣", "陈大文")),
        ("林一鸣 陈大文", ("林一鸣", "陈大文")),
        ("約翰·史密斯", ("約翰·史密斯",)),
        ("記者林一鳴／海港報導", ("林一鳴",)),
        ("作者：林一鳴 編輯：陳大文", ("林一鳴",)),
        ("责任编辑：陈大文", ()),
        ("编辑部", ()),
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
        ("新华社海港9月27日电（记者林一鸣、陈大文）厂房", ["林一鸣", "陈大文"]),
        ("（中央社記者林一鳴台北27日電）", ["林一鳴"]),
        ("（中央社記者林一鳴舊金山27日電）", ["林一鳴"]),
        ("（中央社記者林鳴新竹27日電）", ["林鳴"]),
        ("海港时报记者林一鸣", ["林一鸣"]),
        ("采写/海港时报记者 林一鸣", ["林一鸣"]),
        ("本报记者 林一鸣 通讯员 陈大文", ["林一鸣", "陈大文"]),
        ("海经记者 林一鸣 海经编辑 陈大文", ["林一鸣"]),
        ("記者 林一鳴 台北 報導", ["林一鳴"]),
        ("作者 林一鸣 发自海港", ["林一鸣"]),
        ("文丨林一鸣", ["林一鸣"]),
        ("新华社记者看海港 | 组图", []),
        ("记者会", []),
        ("简体中文 | 繁體中文", []),
    ],
)
def test_chinese_bylines_are_found(line: str, names: list[str]) -> None:
    assert chinese([line]) == names
