import pytest

from services.parser.fidelity.check import check
from shared.records.article import Text
from shared.text.language import language

ADVICE = "The harbour ministry discouraged companies from buying the F20 engine, people said. The guidance lacks the force of law."
WINDOW = "港务部以窗口指导的方式劝说企业减少采购F20发动机。"
BAN = "The harbour ministry banned exports of teak on Friday, effective at once."


def found(original: str, summary: str) -> list[tuple[str, str, str | None]]:
    findings = check(Text.of(original, language(original)), Text.of(summary, language(summary)), None)
    return [(one.verdict, one.surface, one.detail) for one in findings if one.code == "modality"]


@pytest.mark.parametrize(
    ("original", "summary", "said", "instead"),
    [
        (ADVICE, "港务部禁止企业购买F20发动机。", "禁止", "discouraged"),
        (ADVICE, "港務部禁止企業購買F20發動機。", "禁止", "discouraged"),
        (ADVICE, "The harbour ministry has banned the F20 engine.", "banned", "discouraged"),
        (WINDOW, "The harbour ministry has forbidden purchases of the F20.", "forbidden", "窗口指导"),
        (WINDOW, "港务部下令禁止采购F20发动机。", "下令禁止", "窗口指导"),
        (BAN, "港务部通过窗口指导减少柚木出口。", "窗口指导", "banned"),
    ],
)
def test_a_ban_for_advice_and_advice_for_a_ban_are_contradictions(original: str, summary: str, said: str, instead: str) -> None:
    assert found(original, summary) == [("contradicted", said, instead)]


@pytest.mark.parametrize(
    ("original", "summary"),
    [
        (ADVICE, "港务部劝阻企业购买F20发动机，但并未禁止。"),
        (ADVICE, "The ministry stopped short of a ban; it has not banned the engine."),
        (ADVICE, "The ministry may have banned the engine."),
        (ADVICE + " In March it had barred imports of teak.", "港务部禁止进口柚木。"),
        (WINDOW, "The harbour ministry advised companies to buy fewer engines."),
        (BAN, "港务部禁止柚木出口。"),
        ("The harbour ministry opened a hall on Friday.", "港务部禁止柚木出口。"),
    ],
)
def test_what_may_be_meant_otherwise_is_no_finding(original: str, summary: str) -> None:
    assert found(original, summary) == []
