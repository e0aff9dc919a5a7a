import pytest

from shared.text.copies import COMMON, POSTINGS_LIMIT, Copies, common, is_copy
from shared.text.sketch import sketch

WORDS = [f"word{i * 7919 % 1009}" for i in range(600)]
TEXT = " ".join(WORDS)


def test_what_two_sketches_share_is_counted() -> None:
    assert common((1, 2, 3), (2, 3, 4)) == 2
    assert common((), (1,)) == 0


@pytest.mark.parametrize(
    "copy", [TEXT, " ".join(WORDS[:240]), "Read our newsletter. " + TEXT, " ".join(w if i % 13 else "other" for i, w in enumerate(WORDS))]
)
def test_a_copy_that_was_cut_edited_or_framed_is_one(copy: str) -> None:
    assert is_copy(sketch(TEXT), sketch(copy))


def test_unrelated_texts_and_empty_ones_are_no_copies() -> None:
    assert not is_copy(sketch(TEXT), sketch(" ".join(f"other{word}" for word in WORDS)))
    assert not is_copy((), ())
    assert not is_copy((1, 2, 3), (1, 2, 4))


def test_texts_of_a_few_words_must_be_equal() -> None:
    assert is_copy(sketch("two words"), sketch("Two words."))
    index: Copies[str] = Copies()
    index.add("short", sketch("two words"))
    index.add("none", ())
    assert index.find(sketch("two words")) == [("short", 1)]
    assert index.find(sketch("three words")) == []
    assert index.find(()) == []


def test_the_index_finds_the_nearest_first() -> None:
    index: Copies[str] = Copies()
    index.add("other", sketch(" ".join(f"other{word}" for word in WORDS)))
    index.add("half", sketch(" ".join(WORDS[:300])))
    index.add("whole", sketch(TEXT))
    found = index.find(sketch(TEXT))
    assert [name for name, _ in found] == ["whole", "half"]
    assert found[0][1] > found[1][1] >= COMMON


def test_a_number_that_everybody_has_is_not_held_for_ever() -> None:
    index: Copies[int] = Copies()
    for name in range(POSTINGS_LIMIT + 10):
        index.add(name, (1, 2, 3, 4))
    assert len(index.find((1, 2, 3, 4))) == POSTINGS_LIMIT
