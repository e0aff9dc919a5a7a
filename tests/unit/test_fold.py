import pytest

from shared.text.fold import clean, cut, fold, fold_with_offsets, key, line


def test_folding_brings_width_and_white_space_to_one_form() -> None:
    assert fold("Ａ：　１２\n ㎏") == "A: 12 kg"


def test_a_key_is_equal_for_two_spellings_of_one_sentence() -> None:
    assert key("“Don’t — ＳＴＯＰ!”") == key("Don't stop") == "dontstop"


def test_folded_offsets_lead_back_to_the_raw_text() -> None:
    raw = "价格：㎏５０ﬁx"
    folded = fold_with_offsets(raw)
    start = folded.text.index("50")
    assert raw[slice(*folded.raw(start, start + 2))] == "５０"
    assert len(folded.offsets) == len(folded.text) + 1
    assert folded.offsets[-1] == len(raw)


@pytest.mark.parametrize("bad", ["\0", "\x1b[31m", "\ud800", "\u202e", "\ufeff", "\u200b"])
def test_cleaning_takes_out_what_no_text_may_hold(bad: str) -> None:
    assert bad[0] not in clean(f"a{bad}b")


def test_cleaning_keeps_lines_tabs_and_joined_emoji() -> None:
    assert clean("a\tb\r\nc\rd 👩\u200d🔬") == "a\tb\nc\nd 👩\u200d🔬"


def test_a_run_of_combining_marks_is_cut() -> None:
    assert len(clean("a" + "\u0301" * 10_000)) == 31


def test_a_line_has_no_breaks_and_no_direction_marks() -> None:
    assert line(" a\n\u202ab\u202c \u2066c ") == "a b c"


@pytest.mark.parametrize(("limit", "expected"), [(3, "国"), (5, "国"), (6, "国国"), (100, "国国")])
def test_a_cut_falls_between_characters(limit: int, expected: str) -> None:
    assert cut("国国", limit) == expected
