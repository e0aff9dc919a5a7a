"""Copies of real articles, made here in four ways: recall and false links of their sketches, with pinned floors."""

import json
import random
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from shared.text.copies import COMMON, Copies, is_copy
from shared.text.sketch import sketch

SHORTEST = 600
"""Characters of a text that is copied."""
RECALL_FLOOR = 0.99
FALSE_LINKS_PER_1000 = 0.1
WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


@pytest.fixture(scope="module")
def texts(data: Path) -> list[str]:
    lines = (data / "extraction" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    bodies = (json.loads(line)["body"] or "" for line in lines)
    return [body for body in bodies if len(body) >= SHORTEST]


def framed(text: str, other: str, _: random.Random) -> str:
    return f"Skip to content. Subscribe to our newsletter.\n{other[:400]}\n{text}\nAll rights reserved. Follow us.\n{other[-400:]}"


def truncated(text: str, _other: str, _: random.Random) -> str:
    return text[: len(text) * 2 // 5]


def edited(text: str, _other: str, chance: random.Random) -> str:
    return WORD.sub(lambda word: ("改" if word.group() >= "\u3400" else "edited") if chance.random() < 0.08 else word.group(), text)


def all_three(text: str, other: str, chance: random.Random) -> str:
    return framed(truncated(edited(text, other, chance), other, chance), other, chance)


@pytest.mark.parametrize("change", [framed, truncated, edited, all_three])
def test_a_copy_is_found(texts: list[str], change: Callable[[str, str, random.Random], str]) -> None:
    copies = [change(text, texts[(i * 7 + 3) % len(texts)], random.Random(i)) for i, text in enumerate(texts)]
    found = sum(is_copy(sketch(text), sketch(copy)) for text, copy in zip(texts, copies, strict=True))
    print(f"{change.__name__}: {found / len(texts):.4f}")
    assert found >= RECALL_FLOOR * len(texts)


def test_unrelated_articles_are_not_linked(texts: list[str]) -> None:
    sketches = [sketch(text) for text in texts]
    pairs = len(sketches) * (len(sketches) - 1) // 2
    index: Copies[int] = Copies()
    linked = 0
    for name, numbers in enumerate(sketches):
        linked += len(index.find(numbers))
        index.add(name, numbers)
    print(f"{linked} links in {pairs} pairs: {linked / pairs * 1000:.3f} per 1,000")
    assert linked <= FALSE_LINKS_PER_1000 * pairs / 1000


def test_the_index_links_what_a_comparison_of_all_pairs_links(texts: list[str]) -> None:
    sketches = [sketch(text) for text in texts[:200]]
    index: Copies[int] = Copies()
    for name, numbers in enumerate(sketches):
        index.add(name, numbers)
    by_index = {(min(i, j), max(i, j)) for i, numbers in enumerate(sketches) for j, _ in index.find(numbers) if i != j}
    by_pairs = {(i, j) for (i, one), (j, other) in combinations(enumerate(sketches), 2) if len(set(one) & set(other)) >= COMMON}
    assert by_index == by_pairs
