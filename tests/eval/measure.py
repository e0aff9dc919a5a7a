"""How extraction is measured: as ``score_extraction.py`` does, over pairs of a page's labels and what was found on it.

Both are ``{"body", "title", "published", "authors"}``. A page without a label counts for nothing, one where nothing was found is wrong.
"""

import re
from collections import Counter
from collections.abc import Iterable
from statistics import fmean
from typing import Any

Label = dict[str, Any]
Pair = tuple[Label, Label]


def shingles(text: str, lang: str) -> Counter[tuple[str, ...]]:
    """Count the runs of four words of a text, of four characters in Chinese and Japanese."""
    words = re.findall(r"\w" if lang in ("zh", "ja") else r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def body_f1(pairs: Iterable[Pair]) -> float:
    """F1 of the means of precision (over pages with a text) and recall (over pages with a label)."""
    precision, recall = [], []
    for label, found in pairs:
        if not label["body"]:
            continue
        want, have = shingles(label["body"], label["lang"]), shingles(found["body"] or "", label["lang"])
        hits = (want & have).total()
        recall.append(hits / want.total())
        precision += [hits / have.total()] if have else []
    if not precision:
        return 0.0
    return 2 * fmean(precision) * fmean(recall) / (fmean(precision) + fmean(recall))


def titles(pairs: Iterable[Pair]) -> float:
    """Share of titles that are equal once white space is collapsed."""
    return _mean(" ".join(label["title"].split()) == " ".join((found["title"] or "").split()) for label, found in pairs if label["title"])


def dates(pairs: Iterable[Pair]) -> float:
    """Share of dates of the same calendar day as written."""
    return _mean(label["published"][:10] == (found["published"] or "")[:10] for label, found in pairs if label["published"])


def authors(pairs: Iterable[Pair]) -> float:
    """Mean F1 of the sets of names, over pages that have an author."""
    folded = (
        ({name.casefold() for name in label["authors"]}, {name.casefold() for name in found["authors"]})
        for label, found in pairs
        if label["authors"]
    )
    return _mean(2 * len(want & have) / (len(want) + len(have)) for want, have in folded)


def in_group(label: Label, group: str) -> bool:
    """Say whether a page belongs to a set, to a language, or to ``all``."""
    return group in ("all", label["set"], label["lang"])


def _mean(scores: Iterable[float]) -> float:
    return fmean([*scores] or [0.0])
