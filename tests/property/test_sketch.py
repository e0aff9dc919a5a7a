"""Sketches of any text, and the index against a comparison of all pairs."""

from hypothesis import given
from hypothesis import strategies as st

from shared.text.copies import COMMON, Copies, common, is_copy
from shared.text.sketch import SIZE, sketch

TEXTS = st.lists(st.sampled_from("the hall port open chips 厂房 启用 of, a. “and” é".split()), max_size=40).map(" ".join) | st.text(
    max_size=80
)
SKETCHES = st.lists(st.lists(st.integers(0, 40), max_size=12, unique=True).map(sorted).map(tuple), max_size=12)


@given(TEXTS)
def test_a_sketch_is_ascending_small_and_a_copy_of_itself(text: str) -> None:
    found = sketch(text)
    assert list(found) == sorted(set(found))
    assert len(found) <= SIZE
    assert all(0 <= number < 2**32 for number in found)
    assert is_copy(found, found) is bool(found)


@given(TEXTS, TEXTS)
def test_comparing_does_not_hang_on_the_order(one: str, other: str) -> None:
    assert is_copy(sketch(one), sketch(other)) == is_copy(sketch(other), sketch(one))


@given(SKETCHES)
def test_the_index_finds_what_comparing_all_pairs_finds(sketches: list[tuple[int, ...]]) -> None:
    index: Copies[int] = Copies()
    for name, numbers in enumerate(sketches):
        index.add(name, numbers)
    for numbers in sketches:
        expected = {name: common(numbers, other) for name, other in enumerate(sketches) if is_copy(numbers, other)}
        assert dict(index.find(numbers)) == expected
        assert all(count >= min(COMMON, len(numbers)) for count in expected.values())
