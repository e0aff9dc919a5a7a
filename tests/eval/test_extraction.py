"""A floor under extraction: our own figures on the labelled pages, with and without what a feed would have said.

The measure is that of ``score_extraction.py`` (body: multisets of four tokens; title: equal; date: the same day; authors: F1 of names).
The floors are what was measured when they were set, less two or three pages.
"""

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.errors import PoisonError

Label = dict[str, Any]
SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
BODY_FLOORS = {
    "alone": {"all": 0.948, "scrapinghub": 0.962, "fundus": 0.958, "wcxb": 0.939, "zh": 0.955},
    "guided": {"all": 0.953, "scrapinghub": 0.970, "fundus": 0.960, "wcxb": 0.945, "zh": 0.965},
}
TITLE_FLOORS = {"fundus": 0.80, "wcxb": 0.81, "zhnews": 0.98}
DATE_FLOORS = {"fundus": 0.96, "wcxb": 0.865, "zhnews": 1.0, "zhold": 0.92, "htmldate": 0.91}
AUTHOR_FLOORS = {"fundus": 0.85, "wcxb": 0.71, "zhold": 0.50}


def extracted(task: tuple[str, Label, bool]) -> Label:
    """What the parser makes of a labelled page; a page that is a dead letter has nothing."""
    folder, label, guided = task
    body = label["body"] or ""
    end = SENTENCE_END.search(body, 20)
    entry = {"title": label["title"], "summary": body[: min(end.end() if end else 300, 300)].strip() or None}
    line = {"url": label["url"] or "https://example.org/article"} | ({"entry": entry} if guided else {})
    page = gzip.decompress((Path(folder) / label["set"] / f"{label['id']}.html.gz").read_bytes())
    try:
        article = parse(document(line | {"content_type": "text/html; charset=utf-8"}, page))
    except PoisonError:
        return {"body": "", "title": None, "published": "", "authors": []}
    return {
        "body": article.original.text if article.original else "",
        "title": article.title,
        "published": article.published.value if article.published else "",
        "authors": article.authors,
    }


@pytest.fixture(scope="module")
def labels(data: Path) -> list[Label]:
    return [json.loads(line) for line in (data / "extraction" / "labels.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def found(data: Path, labels: list[Label]) -> Callable[[str], list[tuple[Label, Label]]]:
    known: dict[str, list[tuple[Label, Label]]] = {}

    def get(mode: str) -> list[tuple[Label, Label]]:
        if mode not in known:
            tasks = [(str(data / "extraction"), label, mode == "guided") for label in labels]
            with ProcessPoolExecutor(min(2, os.cpu_count() or 1), mp_context=get_context("forkserver")) as pool:
                known[mode] = list(zip(labels, pool.map(extracted, tasks, chunksize=32), strict=True))
        return known[mode]

    return get


def shingles(text: str, lang: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w" if lang in ("zh", "ja") else r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def body_f1(pairs: Iterable[tuple[Label, Label]]) -> float:
    """F1 of the means of precision (over pages with a text) and recall (over pages with a label)."""
    precision, recall = [], []
    for label, got in pairs:
        want, have = shingles(label["body"], label["lang"]), shingles(got["body"], label["lang"])
        hits = (want & have).total()
        recall.append(hits / want.total())
        precision += [hits / have.total()] if have else []
    if not precision:
        return 0.0
    return 2 * fmean(precision) * fmean(recall) / (fmean(precision) + fmean(recall))


def in_group(label: Label, group: str) -> bool:
    return group in ("all", label["set"], label["lang"])


@pytest.mark.parametrize("mode", BODY_FLOORS)
@pytest.mark.parametrize("group", BODY_FLOORS["alone"])
def test_bodies_stay_above_their_floor(found: Callable[[str], list[tuple[Label, Label]]], mode: str, group: str) -> None:
    score = body_f1(pair for pair in found(mode) if pair[0]["body"] and in_group(pair[0], group))
    print(f"body {mode} {group}: {score:.3f}")
    assert score >= BODY_FLOORS[mode][group]


@pytest.mark.parametrize("group", TITLE_FLOORS)
def test_titles_stay_above_their_floor(found: Callable[[str], list[tuple[Label, Label]]], group: str) -> None:
    pairs = [pair for pair in found("alone") if pair[0]["title"] and in_group(pair[0], group)]
    score = fmean(" ".join(label["title"].split()) == got["title"] for label, got in pairs)
    print(f"title {group}: {score:.3f}")
    assert score >= TITLE_FLOORS[group]


@pytest.mark.parametrize("group", DATE_FLOORS)
def test_dates_stay_above_their_floor(found: Callable[[str], list[tuple[Label, Label]]], group: str) -> None:
    pairs = [pair for pair in found("alone") if pair[0]["published"] and in_group(pair[0], group)]
    score = fmean(label["published"][:10] == got["published"][:10] for label, got in pairs)
    print(f"date {group}: {score:.3f}")
    assert score >= DATE_FLOORS[group]


@pytest.mark.parametrize("group", AUTHOR_FLOORS)
def test_authors_stay_above_their_floor(found: Callable[[str], list[tuple[Label, Label]]], group: str) -> None:
    pairs = [pair for pair in found("alone") if pair[0]["authors"] and in_group(pair[0], group)]
    folded = [({name.casefold() for name in label["authors"]}, {name.casefold() for name in got["authors"]}) for label, got in pairs]
    score = fmean(2 * len(want & have) / (len(want) + len(have)) for want, have in folded)
    print(f"authors {group}: {score:.3f}")
    assert score >= AUTHOR_FLOORS[group]
