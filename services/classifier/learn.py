"""Learn the weights of words from labelled items: logistic regression with a Gaussian prior, by accelerated gradient descent.

A fixed number of steps from zero, in a fixed order: same items, same bytes.
"""

import math
from collections import Counter
from collections.abc import Sequence

from services.classifier.words import Words, is_telling, plain, stems

SPREAD = 10.0
"""Variance of a word's weight."""

LEAST_ITEMS = 2
"""A word of a single item says nothing."""

STEPS = 200
LEAST = 0.05
"""Log odds below which a word is left out."""

Item = tuple[str, str, bool]
"""Title, text and label."""


def learn(items: Sequence[Item]) -> Words:
    """Return the weights that tell the items' labels best, rounded; words that say next to nothing are left out."""
    sets = [sorted(filter(is_telling, stems(plain(title)) | stems(plain(text)))) for title, text, _ in items]
    counts = Counter(word for found in sets for word in found)
    place = {word: number for number, word in enumerate(sorted(word for word, count in counts.items() if count >= LEAST_ITEMS))}
    rows = [[place[word] for word in found if word in place] for found in sets]
    scales = [1 / math.sqrt(len(row) or 1) for row in rows]
    weights = _descend(rows, scales, [float(label) for _, _, label in items], len(place))
    kept = {word: round(100 * weights[number]) for word, number in place.items() if abs(weights[number]) >= LEAST}
    return Words(kept, round(weights[-1], 3))


def _descend(rows: Sequence[Sequence[int]], scales: Sequence[float], labels: Sequence[float], size: int) -> list[float]:
    """Return the weights, the bias last (Nesterov's method; the step is the inverse of a bound on the curvature)."""
    weights, ahead = [0.0] * (size + 1), [0.0] * (size + 1)
    pace = 1 / (1 / SPREAD + 0.25 * 2 * _curvature(rows, scales, size))
    for step in range(STEPS):
        slope = [value / SPREAD for value in ahead]
        slope[-1] = 0.0
        for row, scale, label in zip(rows, scales, labels, strict=True):
            logit = ahead[-1] + scale * sum(ahead[number] for number in row)
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))) - label
            slope[-1] += error
            part = error * scale
            for number in row:
                slope[number] += part
        fresh = [value - pace * rise for value, rise in zip(ahead, slope, strict=True)]
        momentum = step / (step + 3)
        ahead = [new + momentum * (new - old) for new, old in zip(fresh, weights, strict=True)]
        weights = fresh
    return weights


def _curvature(rows: Sequence[Sequence[int]], scales: Sequence[float], size: int) -> float:
    """Return the largest eigenvalue of the items' Gram matrix with the bias, by the power method."""
    vector = [1.0] * (size + 1)
    length = 1.0
    for _ in range(20):
        image = [0.0] * (size + 1)
        for row, scale in zip(rows, scales, strict=True):
            part = vector[-1] + scale * sum(vector[number] for number in row)
            image[-1] += part
            for number in row:
                image[number] += part * scale
        length = math.sqrt(sum(value * value for value in image))
        vector = [value / length for value in image]
    return length
