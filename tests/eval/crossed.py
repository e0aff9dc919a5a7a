"""Tenfold cross-validation of the whole model, an event never in two folds, and the items held back: ``python -m tests.eval.crossed``.

Weights and learned words are fitted anew in each fold, the cues are not: they were written with most of these items in sight. So the
figures say how well the fit and the probabilities hold, not how well new items will be judged: docs/classifier.md has first runs for that.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from services.classifier.train import example, probability, trained
from services.classifier.words import Words
from tests.eval import test_classify
from tests.eval.test_classify import DEV, HELD_BACK, OWN, f1, items

FOLDS = 10
BINS = 10


def fold(item: Mapping[str, Any]) -> int:
    """Return the fold of an item: by its event where it names one, else by itself."""
    return int(sha256(str(item.get("event_group") or item["id"]).encode()).hexdigest(), 16) % FOLDS


def crossed(labelled: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], float]]:
    """Return the items, each with the probability that a model fitted to the other folds gives it."""
    found = []
    for number in range(FOLDS):
        weights, learned = trained([item for item in labelled if fold(item) != number])
        heard = learned.in_both_scripts()
        found += [(item, judged(item, weights, heard)) for item in labelled if fold(item) == number]
    return found


def judged(item: Mapping[str, Any], weights: Mapping[str, float], learned: Words) -> float:
    """Return the probability of an item."""
    vector, _ = example(item, learned)
    return probability(weights, vector)


def brier(pairs: Sequence[tuple[bool, float]]) -> float:
    """Return the mean squared error of the probabilities."""
    return sum((given - truth) ** 2 for truth, given in pairs) / len(pairs)


def calibration_error(pairs: Sequence[tuple[bool, float]]) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    bins: dict[int, list[tuple[bool, float]]] = {}
    for truth, given in pairs:
        bins.setdefault(min(BINS - 1, int(given * BINS)), []).append((truth, given))
    return sum(abs(sum(truth - given for truth, given in part)) for part in bins.values()) / len(pairs)


def report(name: str, pairs: Sequence[tuple[bool, float]]) -> None:
    """Print one line of figures."""
    decided = [(truth, given >= 0.5) for truth, given in pairs]
    alarms, misses = (sum(truth is wanted and got is not wanted for truth, got in decided) for wanted in (False, True))
    print(
        f"{name:<10} {len(pairs):>4} items  F1 {f1(decided):.3f}  false alarms {alarms:>2}  misses {misses:>2}"
        f"  Brier {brier(pairs):.3f}  calibration error {calibration_error(pairs):.3f}"
    )


def pairs(found: Iterable[tuple[Mapping[str, Any], float]]) -> list[tuple[bool, float]]:
    """Return label and probability of each item."""
    return [(bool(item["is_semiconductor_policy"]), given) for item, given in found]


if __name__ == "__main__":
    scored = crossed([*items(OWN), *items(DEV)])
    report("all", pairs(scored))
    for lang in ("en", "zh-Hans", "zh-Hant"):
        report(lang, pairs(pair for pair in scored if pair[0]["lang"] == lang))
    report("dev", pairs(pair for pair in scored if "event_group" in pair[0]))
    kept = [(item, verdict.probability) for item, verdict in test_classify.judged(HELD_BACK)]
    print("held back, by the packaged model")
    report("g", pairs(pair for pair in kept if pair[0]["batch"] == "g"))
    report("r", pairs(pair for pair in kept if pair[0]["batch"] == "r"))
    for lang in ("en", "zh-Hans", "zh-Hant"):
        report(f"r {lang}", pairs(pair for pair in kept if pair[0]["batch"] == "r" and pair[0]["lang"] == lang))
