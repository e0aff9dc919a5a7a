"""A floor under extraction: our own figures on the labelled pages, with and without what a feed would have said.

The measure is that of ``score_extraction.py`` (tests/eval/measure.py).
The floors are what was measured when they were set, less two or three pages.
"""

import gzip
import json
import os
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.errors import PoisonError
from tests.eval.measure import Label, Pair, authors, body_f1, dates, in_group, titles

Found = Callable[[str], list[Pair]]
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
def found(data: Path, labels: list[Label]) -> Found:
    known: dict[str, list[Pair]] = {}

    def get(mode: str) -> list[Pair]:
        if mode not in known:
            tasks = [(str(data / "extraction"), label, mode == "guided") for label in labels]
            with ProcessPoolExecutor(min(2, os.cpu_count() or 1), mp_context=get_context("forkserver")) as pool:
                known[mode] = list(zip(labels, pool.map(extracted, tasks, chunksize=32), strict=True))
        return known[mode]

    return get


@pytest.mark.parametrize("mode", BODY_FLOORS)
@pytest.mark.parametrize("group", BODY_FLOORS["alone"])
def test_bodies_stay_above_their_floor(found: Found, mode: str, group: str) -> None:
    hold(f"body {mode} {group}", body_f1(chosen(found(mode), group)), BODY_FLOORS[mode][group])


@pytest.mark.parametrize("group", TITLE_FLOORS)
def test_titles_stay_above_their_floor(found: Found, group: str) -> None:
    hold(f"title {group}", titles(chosen(found("alone"), group)), TITLE_FLOORS[group])


@pytest.mark.parametrize("group", DATE_FLOORS)
def test_dates_stay_above_their_floor(found: Found, group: str) -> None:
    hold(f"date {group}", dates(chosen(found("alone"), group)), DATE_FLOORS[group])


@pytest.mark.parametrize("group", AUTHOR_FLOORS)
def test_authors_stay_above_their_floor(found: Found, group: str) -> None:
    hold(f"authors {group}", authors(chosen(found("alone"), group)), AUTHOR_FLOORS[group])


def chosen(pairs: list[Pair], group: str) -> list[Pair]:
    return [pair for pair in pairs if in_group(pair[0], group)]


def hold(name: str, score: float, floor: float) -> None:
    print(f"{name}: {score:.3f}")
    assert score >= floor
