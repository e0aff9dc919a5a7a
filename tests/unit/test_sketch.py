from shared.text.sketch import SIZE, resemblance, sketch

WORDS = [f"word{i * 7919 % 1009}" for i in range(600)]
TEXT = " ".join(WORDS)


def test_a_sketch_is_ascending_numbers_of_32_bits() -> None:
    found = sketch(TEXT)
    assert len(found) == SIZE
    assert list(found) == sorted(set(found))
    assert all(0 <= number < 2**32 for number in found)


def test_a_sketch_is_the_same_on_every_machine() -> None:
    assert sketch("the harbour ministry has sent written advice") == (1610532450, 1977879698, 2564459779, 3527240143)


def test_a_sketch_does_not_hang_on_case_punctuation_and_white_space() -> None:
    assert sketch("One two, three four. Five") == sketch("one  two three\nfour five")


def test_a_copy_with_a_line_added_resembles_its_original() -> None:
    assert resemblance(sketch(TEXT), sketch("Read our newsletter. " + TEXT + " Copyright of somebody.")) > 0.9


def test_two_unrelated_texts_do_not_resemble_each_other() -> None:
    assert resemblance(sketch(TEXT), sketch(" ".join(f"other{word}" for word in WORDS))) == 0


def test_chinese_is_compared_by_characters() -> None:
    text = "主管部门以书面建议的形式通知企业并没有发布命令" * 2
    assert resemblance(sketch(text), sketch("快讯" + text)) > 0.8


def test_short_and_empty_texts_have_small_sketches() -> None:
    assert sketch("") == ()
    assert len(sketch("two words")) == 1
    assert resemblance((), ()) == 0
