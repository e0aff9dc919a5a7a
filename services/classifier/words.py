"""Learned words: how the title and the beginning of a text sound, beyond the words that were written down.

English words cut to six letters, pairs of Chinese characters (in the simplified script, so that both give the same), each with a
weight that ``train`` has learned. They know much that no cue says, but cannot tell why: they count only in an article that speaks of chips.
"""

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from operator import add
from typing import NamedTuple

from shared.lexicon.load import scripts
from shared.lexicon.match import fold
from shared.lexicon.variants import variants

REACH = 300
"""Code points of a text that are looked at."""

LETTERS = 6
LIMIT = 4.0
"""The most that all words together say, in log odds."""

_RUN = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")


class Words(NamedTuple):
    """The weight of each word in hundredths of log odds (whole, so that any order gives the same sum), and the bias in log odds.

    A text's weights are shared out over the root of how many there are.
    """

    weights: Mapping[str, int]
    bias: float


@cache
def words() -> Words:
    """Return the packaged words, Chinese ones in both scripts, read once in a process."""
    content = json.loads((files("services.classifier") / "data" / "model.json").read_bytes())["words"]
    weights: dict[str, int] = {}
    for word, weight in content["weights"].items():
        for spelling in (word,) if word.isascii() else variants(word, *scripts()):
            weights.setdefault(spelling, weight)
    return Words(weights, content["bias"])


def plain(text: str) -> str:
    """Return a text in the simplified script, letter by letter: what is learned is learned once for both."""
    simplified = scripts()[1]
    return "".join(simplified.get(letter, letter) for letter in text)


def stems(text: str) -> set[str]:
    """Return the words of the beginning of a text, as they are learned."""
    found: set[str] = set()
    for run in _RUN.findall(fold(text[:REACH])):
        if run <= "z~":
            found.add(run[:LETTERS])
        else:
            found.update(map(add, run, run[1:]))
    return found


def listen(title: str, text: str, known: Words) -> float:
    """Return what the words of title and text say together, in log odds, at most `LIMIT` either way."""
    weights = known.weights
    found = weights.keys() & (stems(title) | stems(text))
    amount = known.bias + sum(map(weights.__getitem__, found)) / 100 / math.sqrt(len(found) or 1)
    return max(-LIMIT, min(LIMIT, amount))


def loudest(text: str, known: Words, sign: int) -> tuple[int, str, int, int] | None:
    """Return the word of the beginning of `text` that says most for (`sign` 1) or against (-1): its weight, itself, and its place."""
    folded, best = fold(text[:REACH]), None
    for run in _RUN.finditer(folded):
        start, end = run.span()
        latin = run[0].isascii()
        for begin, stop in [(start, end)] if latin else [(place, place + 2) for place in range(start, end - 1)]:
            stem = folded[begin : min(stop, begin + LETTERS)]
            weight = sign * known.weights.get(stem, 0)
            if weight > 0 and (best is None or weight > best[0]):
                best = (weight, stem, begin, stop)
    return best
