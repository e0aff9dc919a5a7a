"""The classifier on one core: the match-and-score core and the whole step, beside one regular expression and TF-IDF with a logistic model.

Texts: the own set (tests/eval/classify.jsonl) as titles with leads, articles of 3,700 characters made of it, near misses and policy apart
(as dense as news never is), and real pages of ``../shared/data/extraction``. ``python -m tests.bench.classify`` needs no broker and
leaves out the stage.
"""

import importlib
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from services.classifier.classify import Texts, classify, tag
from services.classifier.features import rows, values
from services.classifier.model import model
from services.classifier.pipe import article
from services.classifier.reading import read
from services.classifier.vocabulary import vocabulary
from shared.records.article import Article
from shared.records.record import Message
from shared.topics import ARTICLES
from tests.bench.rig import Rig, records_in
from tests.integration.sending import send

OWN = Path(__file__).parents[1] / "eval" / "classify.jsonl"
PAGES = Path(os.environ.get("CHIPWIRE_DATA", OWN.parents[3] / "shared" / "data")) / "extraction" / "labels.jsonl"
LEAD, FULL = 160, 3_700
GOALS = {"core, title and lead": 20_000, "core, ordinary article": 4_000}
WORDS = re.compile(
    r"(?i)\b(?:semiconductor|chips?|wafer|nvidia|tsmc|export control|entity list|tariff)\b"
    r"|芯片|晶片|半导体|半導體|出口管制|实体清单|實體清單|英伟达|輝達"
)
PEER = ("feature_extraction.text", "linear_model", "model_selection", "pipeline")
FOLDS = 5
WORKERS, RECORDS = 2, 12_000


def core(texts: Texts) -> float:
    """Return the probability alone: what is matched and scored before any evidence is put together."""
    return model().probability(values(rows(read(texts, vocabulary()))))


def run(rig: Rig | None = None) -> None:
    """Print the rates, best of three, and the peers' quality on the same items; with a broker the whole stage's rate, too."""
    items = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    leads = [[("title", item["title"]), ("original", item["text"][:LEAD])] for item in items]
    policy, misses = (articles([item for item in items if item["is_semiconductor_policy"] is wanted]) for wanted in (True, False))
    ordinary = pages() or misses
    print("classifier, one core, texts a second of CPU")
    if ordinary is misses:
        print(f"  NOT MEASURED: ordinary articles: {PAGES} is missing; those below are near misses")
    for name, texts in (
        ("title and lead", leads),
        ("ordinary article", ordinary),
        ("near-miss article", misses),
        ("policy article", policy),
    ):
        for label, step in (("core", core), ("verdict with evidence", classify)):
            _report(f"{label}, {name}", _rate(step, texts))
    made = [article({"title": texts[0][1], "text": texts[1][1]}) for texts in ordinary]
    documents = [one.value() for one in made]
    _report("whole step from bytes to bytes, ordinary article", _rate(lambda value: tag(Article.from_json(value)).value(), documents))
    if rig:
        _report(f"stage on Kafka, {WORKERS} workers, exactly once, ordinary", _stage(rig, made))
    _report("peer: one regular expression, ordinary article", _rate(lambda texts: [WORDS.search(text) for _, text in texts], ordinary))
    _peers(items)


def pages() -> list[Texts]:
    """Return real pages in English and Chinese, cut at `FULL` characters; none where the data is missing."""
    if not PAGES.exists():
        return []
    lines = (json.loads(line) for line in PAGES.read_text(encoding="utf-8").splitlines())
    bodies = [(line["title"], line["body"]) for line in lines if line["lang"] in ("en", "zh") and len(line["body"] or "") >= FULL]
    return [[("title", title or body[:60]), ("original", body[:FULL])] for title, body in bodies]


def articles(items: Sequence[dict[str, Any]]) -> list[Texts]:
    """Return articles of `FULL` characters: a title and its text, filled up with the texts that follow of the same language and label."""
    made: list[Texts] = []
    for number, item in enumerate(items):
        rest = [*items[number:], *items[:number]]
        text = "\n".join(other["text"] for other in rest if other["lang"] == item["lang"])
        made.append([("title", item["title"]), ("original", text[:FULL])])
    return made


def _stage(rig: Rig, made: Sequence[Article]) -> float:
    """Return records a second of one replica, from the first tenth to the end, by its own metrics."""
    cluster = rig.cluster()
    records = (made[number % len(made)].model_copy(update={"id": f"{number:032x}"}) for number in range(RECORDS))
    send(cluster, ARTICLES, [Message(record.id.encode(), record.value()) for record in records])
    replica, port = rig.replica("services.classifier", cluster, CHIPWIRE_WORKERS=str(WORKERS))
    began, first, done = 0.0, 0, 0
    while done < RECORDS:
        done = records_in(port)
        if not began and done >= RECORDS // 10:
            began, first = time.perf_counter(), done
        time.sleep(0.2)
    rate = (done - first) / (time.perf_counter() - began)
    replica.stop()
    return rate


def _rate(step: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    step(inputs[0])
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        for one in inputs:
            step(one)
        best = max(best, len(inputs) / (time.process_time() - began))
    return best


def _report(name: str, rate: float) -> None:
    goal = GOALS.get(name)
    print(f"  {name:<52} {rate:>9,.0f}" + (f"   goal {goal:,}: {'met' if rate >= goal else 'MISSED'}" if goal else ""))


def _peers(items: Sequence[dict[str, Any]]) -> None:
    """Print F1 on the own set; peers that learn by cross-validation. Ours has seen these items, so its figure proves nothing."""
    print("F1 on the own set (regressions, not quality: docs/classifier.md)")
    truth = [bool(item["is_semiconductor_policy"]) for item in items]
    texts = [f"{item['title']} {item['text']}" for item in items]
    _quality("this classifier, which has seen the items", truth, [classify(_texts(item)).is_semiconductor_policy for item in items])
    _quality("peer: one regular expression", truth, [bool(WORDS.search(text)) for text in texts])
    try:
        text, linear, selection, pipeline = (importlib.import_module(f"sklearn.{name}") for name in PEER)
    except ImportError:
        print("  NOT MEASURED: peer TF-IDF with logistic regression: scikit-learn is not installed (uv pip install scikit-learn)")
        return
    peer = pipeline.make_pipeline(
        text.TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True), linear.LogisticRegression(C=10, max_iter=500)
    )
    folds = selection.StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    _quality(
        "peer: TF-IDF and logistic regression, cross-validated", truth, selection.cross_val_predict(peer, texts, truth, cv=folds).tolist()
    )
    fitted = peer.fit(texts, truth)
    _report("peer: TF-IDF and logistic regression, own items", _rate(lambda text: fitted.predict([text]), texts))
    _report("the same, all in one batch", len(texts) * _rate(partial(fitted.predict), [texts]))


def _texts(item: dict[str, Any]) -> Texts:
    return [("title", item["title"]), ("original", item["text"])]


def _quality(name: str, truth: Sequence[bool], found: Sequence[bool]) -> None:
    hits = sum(want and got for want, got in zip(truth, found, strict=True))
    print(f"  {name:<52} {2 * hits / max(1, sum(truth) + sum(found)):>9.3f}")


if __name__ == "__main__":
    run()
