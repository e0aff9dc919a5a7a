"""Learned words: how the title and the beginning of a text sound, beyond the words that were written down.

English words of three letters and more, cut to six, and pairs of Chinese characters (in the simplified script, so that both give the
same), each with a weight that ``train`` has learned. They know much that no cue says, but cannot tell why: they count only in an article
that speaks of chips.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import islice
from operator import add
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from shared.lexicon.load import scripts
from shared.lexicon.match import fold
from shared.lexicon.variants import WIDE, variants

REACH = 300
"""Code points of a text that are looked at."""

LETTERS = 6
LEAST_LETTERS = 3
LIMIT = 4.0
"""The most that all words together say, in log odds."""

ENOUGH = 10
"""Known words below which all together count for less: the weights were learned from texts with some thirty."""

STOP = frozenset(
    word[:LETTERS]
    for word in """
    about above after again against all also although among and another any are around because been before being below between both but can
    cannot could did does doing done down during each either even every few for from further get gets got had has have having her here hers
    him his how however into its itself just less let like many may might more most much must neither next nor not now off once one only
    other our out over own per same shall she should since some still such than that the their them then there these they this those three
    though through thus too two under until upon very was were what when where whether which while who whom whose why will with within
    without would yet you your said say says
    """.split()
)
"""English words that say nothing by themselves, as they are cut."""

EMPTY = frozenset("的了是在和与及或而也就都还又将被把从其这那此一个们之于以为所等并但让着过到说称")
"""Chinese characters that serve grammar: a pair with one of them is no word (simplified script)."""

_LATIN = re.compile(rf"([a-z]{{{LEAST_LETTERS},{LETTERS}}})[a-z]*")
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_WIDE = re.compile("[ａ-ｚ]")
_NARROW = {wide: plain for plain, wide in WIDE.items()}


@dataclass(frozen=True)
class Words:
    """The weight of each word in hundredths of log odds (whole, so that any order gives the same sum), and the bias in log odds.

    A text's weights are shared out over the root of how many there are.
    """

    weights: Mapping[str, int]
    bias: float

    def in_both_scripts(self) -> "Words":
        """Return the words with the Chinese ones in the traditional script, too."""
        weights: dict[str, int] = {}
        for word, weight in self.weights.items():
            for spelling in (word,) if word.isascii() else variants(word, *scripts()):
                weights.setdefault(spelling, weight)
        return Words(weights, self.bias)

    def among(self, folded: str) -> set[str]:
        """Return the words that stand in a folded text."""
        found = self.weights.keys() & _LATIN.findall(folded)
        if not folded.isascii():
            found.update(self._pairs.find_matches_as_strings(folded, overlapping=True))
            if _WIDE.search(folded):
                found |= self.weights.keys() & _LATIN.findall(folded.translate(_NARROW))
        return found

    @cached_property
    def _pairs(self) -> AhoCorasick:
        """The Chinese words as an automaton: making every pair of a text to look it up would take three times as long."""
        return AhoCorasick([word for word in self.weights if not word.isascii()], MatchKind.Standard)


class Heard(NamedTuple):
    """A learned word where it stands: ``text[start:end]``, and its weight in hundredths of log odds."""

    stem: str
    weight: int
    start: int
    end: int


@cache
def words() -> Words:
    """Return the packaged words, Chinese ones in both scripts, read once in a process."""
    content = json.loads((files("services.classifier") / "data" / "model.json").read_bytes())["words"]
    return Words(content["weights"], content["bias"]).in_both_scripts()


def plain(text: str) -> str:
    """Return a text in the simplified script, letter by letter: what is learned is learned once for both."""
    simplified = scripts()[1]
    return "".join(simplified.get(letter, letter) for letter in text)


def beginnings(*texts: str) -> str:
    """Return how some texts begin, folded, as one."""
    return fold("\n".join([text[:REACH] for text in texts]))


def stems(*texts: str) -> set[str]:
    """Return the words and the pairs of Chinese characters in the beginnings of some texts."""
    folded = beginnings(*texts)
    found = set(_LATIN.findall(folded))
    if not folded.isascii():
        for run in _HAN.findall(folded):
            found.update(map(add, run, run[1:]))
        if _WIDE.search(folded):
            found.update(_LATIN.findall(folded.translate(_NARROW)))
    return found


def is_telling(stem: str) -> bool:
    """Say whether a stem may be learned: an English word that is no stop word, or a pair of Chinese characters (simplified)."""
    if stem.isascii():
        return len(stem) >= LEAST_LETTERS and stem not in STOP
    return all("\u4e00" <= letter <= "\u9fff" and letter not in EMPTY for letter in stem)


def listen(title: str, text: str, known: Words) -> float:
    """Return what the words of title and text say together, in log odds, at most `LIMIT` either way; few words say little."""
    found = known.among(beginnings(title, text))
    amount = known.bias + sum(map(known.weights.__getitem__, found)) / 100 / math.sqrt(len(found) or 1)
    return max(-LIMIT, min(LIMIT, amount)) * min(1.0, len(found) / ENOUGH)


def heard(text: str, known: Words, sign: int, most: int) -> list[Heard]:
    """Return the words of the beginning of `text` that say most for (`sign` 1) or against (-1) policy, where they first stand."""
    folded, weights = beginnings(text), known.weights
    speaking = sorted((-sign * weights[stem], stem) for stem in known.among(folded) if sign * weights[stem] > 0)
    spans = ((stem, _span(folded, stem)) for _, stem in speaking)
    return list(islice((Heard(stem, weights[stem], *span) for stem, span in spans if span), most))


def _span(folded: str, stem: str) -> tuple[int, int] | None:
    """Return where a stem first stands, an English one the whole word; None where it is written in full width alone."""
    start = -1
    while (start := folded.find(stem, start + 1)) >= 0:
        if not stem.isascii():
            return start, start + len(stem)
        if word := _LATIN.match(folded, start):
            is_begun = start > 0 and "a" <= folded[start - 1] <= "z"
            if word[1] == stem and not is_begun:
                return word.span()
    return None
