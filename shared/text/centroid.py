"""The sentences of a long text that say most of what all of it says: those nearest to its centroid.

Source: Radev, Jing, Styś and Tam, "Centroid-based summarization of multiple documents" (2004), for one document.
"""

import re
from collections import Counter
from math import log, sqrt

from shared.text.sentences import sentences

SAMPLE = 60_000
"""Characters of a text that are read."""
SENTENCES = 3
"""Sentences that are chosen."""
SHORTEST, LONGEST = 40, 400
"""Bytes of UTF-8 that a sentence must have to be chosen: neither a heading nor a paragraph without an end."""
FIRST_WEIGHT = 0.3
"""What standing at the very beginning adds, as a share of the best score; it falls evenly to nothing at the end."""

_LATIN = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{3,}")
_HAN = re.compile(r"(?=([\u3400-\u9fff]{2}))")


def central(text: str) -> list[tuple[int, int]]:
    """Return the spans of the `SENTENCES` most central sentences, in the order of the text, in code points; fewer if it has no more."""
    spans = [span for span in sentences(text[:SAMPLE]) if SHORTEST <= len(text[span[0] : span[1]].encode("utf-8", "replace")) <= LONGEST]
    words = [_words(text[start:end]) for start, end in spans]
    held = Counter(word for said in words for word in said)
    weight = {word: count * log(1 + len(spans) / count) for word, count in held.items() if count > 1}
    scores = [sum(map(weight.__getitem__, sorted(said & weight.keys()))) / sqrt(1 + len(said)) for said in words]
    best = max(scores, default=0.0)
    scores = [score + best * FIRST_WEIGHT * (1 - i / len(spans)) for i, score in enumerate(scores)]
    chosen = sorted(range(len(spans)), key=lambda i: (-scores[i], i))
    return sorted(spans[i] for i in _distinct(chosen, words))


def _distinct(ranked: list[int], words: list[set[str]]) -> list[int]:
    """Return the first `SENTENCES` of a ranking that do not say what one before them said: at most half of the words are the same."""
    kept: list[int] = []
    for i in ranked:
        said = words[i]
        if all(2 * len(said & words[j]) <= len(said) for j in kept):
            kept.append(i)
        if len(kept) == SENTENCES:
            break
    return kept


def _words(sentence: str) -> set[str]:
    lower = sentence.lower()
    return set(_LATIN.findall(lower)) if lower.isascii() else {*_LATIN.findall(lower), *_HAN.findall(lower)}
