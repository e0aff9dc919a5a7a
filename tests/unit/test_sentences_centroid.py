from shared.text.centroid import SENTENCES, central

LINES = [f"Somebody said thing {i} about the weather of the day, and then some." for i in range(30)]
CENTRAL = "The harbour hall of Lintavia makes chips for ferries and radar."
REPEATED = [f"{CENTRAL[:-1]} in hall {i}." for i in range(8)]


def test_the_sentences_that_the_text_keeps_coming_back_to_are_chosen() -> None:
    text = " ".join(line for pair in zip(LINES[:8], REPEATED, strict=True) for line in pair)
    assert any("harbour hall of Lintavia" in text[start:end] for start, end in central(text))


def test_what_was_said_once_is_not_chosen_again() -> None:
    text = " ".join(REPEATED)
    assert len(central(text)) == 1


def test_sentences_come_in_the_order_of_the_text_and_are_few() -> None:
    text = "\n".join(
        f"Report {i}: the {word} of the port was {word}ed by the {word} council of {word}ville."
        for i, word in enumerate("ice fog rain hail wind".split())
    )
    spans = central(text)
    assert spans == sorted(spans)
    assert len(spans) <= SENTENCES


def test_a_text_without_sentences_has_none() -> None:
    assert central("") == []
    assert central("short. words. only.") == []
    assert central("x" * 5000) == []


def test_chinese_is_counted_by_pairs_of_characters() -> None:
    said = "港务局宣布旧渡轮码头继续使用直到新码头建成为止。"
    text = said + "天气晴朗气温适中风力不大海面平静无雾也无雨天。" + "港务局还宣布渡轮码头的船票价格继续保持不变化。"
    assert text[slice(*central(text)[0])] == said
