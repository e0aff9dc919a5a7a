"""What the check says of a summary: each case an original, a summary, and every finding that it must give, none more."""

import pytest

from services.parser.fidelity.check import check, checked
from services.parser.loss import losses
from shared.records.article import Gap, Summary, Text
from shared.text.language import language

ORIGINAL = (
    "The chip maker Ferrolux said on Friday its profit fell 12.5 percent to $1.2 billion in the second quarter, from $1.37 "
    "billion a year earlier. Sales rose by a third to 4.5 trillion won. About two-thirds of its 2,400 workers, aged between "
    "18 and 65, went on strike for half an hour. The factory, 18 miles from the coast, opened in the 1990s. Its shares "
    "climbed 3 percentage points. Nvidia, AMD, Intel and Cambricon declined to comment. The treasury gave guidance to banks "
    "on March 3, 2018. It will hire nearly 2 million people over five years. TSMC invested €500m. The project costs $20-30 "
    "million. One in five users left. At 3:30 p.m. the temperature hit 95 degrees. There are six so-called tigers among the "
    "founders. The club, set up in the 18th century, won 3-1 on its 21st birthday."
)

FAITHFUL = [
    "Ferrolux周五表示，第二季度利润下降12.5%，至12亿美元，上年同期为13.7亿美元。",
    "销售额增长三分之一至4.5万亿韩元。",
    "銷售額增長33%，達到4.5兆韓元。",
    "约三分之二的2400名工人罢工半小时，即30分钟。",
    "距海岸约29公里的工厂于上世纪90年代投产。",
    "距海岸18英里的工廠在1990年代投產。",
    "股价上涨3个百分点。",
    "英伟达、英特尔和寒武纪拒绝置评。",
    "2018年3月3日，财政部向银行发布指引。",
    "5年内将招聘近200万人。",
    "台积电投资5亿欧元。",
    "该项目耗资2000万至3000万美元。",
    "五分之一的用户离开，也就是两成。",
    "下午3点30分，即15时30分，气温达95度。",
    "俱乐部创立于18世纪，以3比1获胜，庆祝21岁生日。",
    "员工年龄在18至65岁之间。",
    "创始人中有六只所谓的“老虎”。",
    "Ferrolux's profit fell 12.5% to $1.2bn in Q2.",
    "Two thirds of 2,400 workers struck for 30 minutes; sales were up 33%.",
    "TSMC put in 500 million euros.",
]

WRONG = [
    ("Ferrolux第二季度利润下降13.5%，至12亿美元。", [("contradicted", "number", "13.5%")]),
    ("利润增长12.5%，至12亿美元。", [("contradicted", "direction", "增长")]),
    ("In the second quarter its profit rose 12.5 percent.", [("contradicted", "direction", "rose")]),
    ("销售额下降至4.5万亿韩元。", [("contradicted", "direction", "下降")]),
    ("台积电投资50亿欧元。", [("contradicted", "unit", "50亿欧元")]),
    ("台積電投資5億美元。", [("contradicted", "currency", "5億美元")]),
    ("TSMC put in $500 million.", [("contradicted", "currency", "$500 million")]),
    ("2017年，财政部发布指引。", [("unsupported", "date", "2017年")]),
    ("員工年齡在 18 至 67 歲之間。", [("unsupported", "number", "67 歲")]),
    ("股价上涨3个百分点，工厂距海岸约45公里。", [("unsupported", "number", "45")]),
    ("上半年利润下降12.5%，至12亿美元。", [("contradicted", "period", "上半年")]),
    ("The first-half profit was $1.2 billion, down 12.5%.", [("contradicted", "period", "first-half")]),
    ("三星电子拒绝置评。", [("unsupported", "name", "三星电子")]),
    ("两家公司之一的Harbourtech拒绝置评，称无可奉告，此事仍在调查之中。", [("unsupported", "name", "Harbourtech")]),
    ("拒绝置评的公司有：英伟达、超威半导体、英特朗以及寒武纪。", [("contradicted", "name", "英特朗")]),
    ("创始人中有六只所谓的“独角兽”。", [("contradicted", "term", "独角兽")]),
]


def text(words: str) -> Text:
    return Text.of(words, language(words), losses(words))


def found(original: str, summary: str, published: str | None = None) -> list[tuple[str, str, str]]:
    return [(one.verdict, one.code, one.surface) for one in check(text(original), text(summary), published)]


@pytest.mark.parametrize("summary", FAITHFUL)
def test_a_faithful_summary_has_no_findings(summary: str) -> None:
    assert found(ORIGINAL, summary) == []


@pytest.mark.parametrize(("summary", "wanted"), WRONG)
def test_a_wrong_summary_has_the_finding_with_its_words_and_no_other(summary: str, wanted: list[tuple[str, str, str]]) -> None:
    assert found(ORIGINAL, summary) == wanted


@pytest.mark.parametrize("summary", [summary for summary, _ in WRONG])
def test_a_finding_stands_where_its_words_are_and_points_to_the_words_it_speaks_of(summary: str) -> None:
    for one in check(text(ORIGINAL), text(summary), None):
        assert summary[one.start : one.end] == one.surface
        if one.original is not None:
            assert ORIGINAL[one.original.start : one.original.end] == one.detail


def test_a_name_that_a_lost_link_may_have_held_can_be_neither_confirmed_nor_denied() -> None:
    original = "ByteDance and  have been investing aggressively in chips, and the startups are vying for leadership."
    assert found(original, "字节跳动、阿里巴巴等公司持续投入。") == [("unverifiable", "name", "阿里巴巴")]
    assert found(original.replace("and  have", "and others have"), "字节跳动、阿里巴巴等公司持续投入。") == [
        ("unsupported", "name", "阿里巴巴")
    ]


def test_a_number_in_a_text_that_was_cut_is_unverifiable() -> None:
    original = Text.of(ORIGINAL, "en", (Gap(start=len(ORIGINAL), end=len(ORIGINAL), kind="truncated"),))
    assert [one.verdict for one in check(original, text("它还解雇了77名员工。"), None)] == ["unverifiable"]


@pytest.mark.parametrize("summary", ["2018年9月7日，利润下降12.5%。", "9月7日，利润下降12.5%。", "On September 7, profit fell 12.5%."])
def test_the_day_of_publication_bears_out_a_date_that_the_text_names_by_its_weekday(summary: str) -> None:
    assert found(ORIGINAL, summary, "2018-09-07") == []
    assert "date" in {
        code for _, code, _ in found(ORIGINAL, summary.replace("9月7", "10月2").replace("September 7", "October 2"), "2018-09-07")
    }


def test_a_chinese_summary_of_a_chinese_text_is_checked_across_the_scripts() -> None:
    original = "海港市今年第二季度从船厂获得的订单约占公司收入的9%，金额约为2.4亿克朗，较上年同期增长超过两成。"
    assert found(original, "海港市第二季訂單佔公司收入的 9%，約 2.4 億克朗。") == []
    assert found(original, "海港市第二季訂單佔公司收入的 8%，約 2.4 億克朗。") == [("contradicted", "number", "8%")]


def test_only_summaries_that_somebody_wrote_are_checked() -> None:
    summary = Summary(body=text("它还解雇了77名员工。"), origin="aggregator")
    kept = checked((summary, summary.model_copy(update={"origin": "extractive"})), text(ORIGINAL), None)
    assert [len(one.findings) for one in kept] == [1, 0]
    assert checked((summary,), None, None) == (summary,)


@pytest.mark.parametrize("lang", ["de", "ja", "ru"])
def test_nothing_is_said_of_languages_that_are_not_read(lang: str) -> None:
    assert check(Text.of("Der Gewinn fiel um 12,5 Prozent.", lang), text("利润下降13.5%。"), None) == ()
