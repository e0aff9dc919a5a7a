"""Fit the model's weights to labelled items, toward the written prior: ``python -m services.classifier.train ITEMS… > data/model.json``.

Maximum a posteriori: logistic loss plus a Gaussian around each weight of ``data/prior.json``. No weight changes its sign, so that
what was written as evidence for stays evidence for. Plain gradient descent with a fixed number of steps: same items, same bytes.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.classifier.features import NAMES, rows, values
from services.classifier.reading import read
from services.classifier.vocabulary import vocabulary

SPREAD = 0.35
"""Standard deviation of a weight around its prior, in log odds; 0.2 and 0.5 gave much the same in cross-validation over event groups."""

TEMPER = 0.6
"""What the fitted log odds are multiplied by. The words were written with the items in sight, so the fit is too sure of itself: on
items that were new (first runs, docs/classifier.md) 0.4 to 0.6 gave the least log loss; more would give news without a word on chips odds
worth a look."""

UNSEEN = 0.5
"""Added to the tempered bias: an item that is new says some of its telling words in ways that no file has; in every first run misses
outnumbered false alarms by far."""

BIAS_SPREAD = 1.5
STEPS = 1000
PACE = 4.0
"""How far a step goes, shared out over the items so that many of them do not overshoot."""

Vector = Mapping[str, float]
Example = tuple[Vector, bool]
Weights = dict[str, float]
BIAS = "bias"


def example(item: Mapping[str, Any]) -> Example:
    """Return the features of a labelled item (``title``, ``text``, ``is_semiconductor_policy``) and its label."""
    readings = read([("title", item["title"]), ("original", item["text"])], vocabulary())
    vector = {name: value for name, value in zip(NAMES, values(rows(readings)), strict=True) if value}
    return vector | {BIAS: 1.0}, bool(item["is_semiconductor_policy"])


def prior() -> Weights:
    """Return the weights as written, the bias among them."""
    content = json.loads((files("services.classifier") / "data" / "prior.json").read_bytes())
    return {**content["weights"], BIAS: content["bias"]}


def probability(weights: Mapping[str, float], vector: Vector) -> float:
    """Return the probability that `weights` give a feature vector."""
    logit = sum(weights.get(name, 0.0) * value for name, value in vector.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def fit(examples: Sequence[Example], start: Mapping[str, float], steps: int = STEPS) -> Weights:
    """Return the weights that fit `examples` best, staying near `start`."""
    weights = dict(start)
    for step in range(steps):
        slope = {name: (weights[name] - start[name]) / (BIAS_SPREAD if name == BIAS else SPREAD) ** 2 for name in weights}
        for vector, label in examples:
            error = probability(weights, vector) - label
            for name, value in vector.items():
                if name in slope:
                    slope[name] += error * value
        pace = PACE / (100 + len(examples)) / (1 + step / 200)
        weights = {name: _same_sign(weight - pace * slope[name], start[name]) for name, weight in weights.items()}
    return weights


def _same_sign(weight: float, start: float) -> float:
    return max(0.0, weight) if start > 0 else min(0.0, weight)


def main(paths: Sequence[str]) -> None:
    """Print the model fitted to the items in `paths` (JSON lines)."""
    items = [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]
    weights = fit([example(item) for item in items], prior())
    rounded = {name: round(TEMPER * weight, 3) for name, weight in sorted(weights.items())}
    sys.stdout.write(
        json.dumps({"bias": round(rounded.pop(BIAS) + UNSEEN, 3), "items": len(items), "version": 1, "weights": rounded}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
