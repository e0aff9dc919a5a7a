"""The model: a logistic regression over the features, its weights a small JSON file."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from operator import mul

from services.classifier.features import NAMES

THRESHOLD = 0.5
REVIEW = (0.35, 0.65)
"""Between these, both included, a person should look (taxonomy.json, third_state)."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature name; a feature without a weight counts nothing. `version` is the file's number and hash."""

    bias: float
    weights: Mapping[str, float]
    version: str
    row: Sequence[float]
    """The weights in the order of `features.NAMES`."""

    def logit(self, values: Sequence[float]) -> float:
        """Return the log odds that the article is about semiconductor policy."""
        total: float = sum(map(mul, self.row, values))
        return self.bias + total

    def probability(self, values: Sequence[float]) -> float:
        """Return the probability, rounded to four decimals."""
        return sigmoid(self.logit(values))


def sigmoid(logit: float) -> float:
    """Return the probability of log odds, rounded to four decimals, the same on every machine."""
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), 4)


def is_uncertain(probability: float) -> bool:
    """Say whether a person should look at a verdict of this probability."""
    return REVIEW[0] <= probability <= REVIEW[1]


@cache
def model() -> Model:
    """Return the packaged model, read once in a process."""
    value = (files("services.classifier") / "data" / "model.json").read_bytes()
    content = json.loads(value)
    weights = content["weights"]
    row = tuple(weights.get(name, 0.0) for name in NAMES)
    return Model(content["bias"], weights, f"{content['version']}+{sha256(value).hexdigest()[:12]}", row)
