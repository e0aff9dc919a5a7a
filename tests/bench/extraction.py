"""Extraction beside its peers, over the same pages in one run: ``python -m tests.bench extraction``.

The peers (trafilatura, readability-lxml, newspaper4k) are installed by ``make bench``; one that is not is named as not measured. The tools
take turns every `TURN` pages, so that a busy machine hurts all of them. What a tool does not look for at all is printed as 0.
"""

import gzip
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from services.parser.parse import parse
from services.parser.pipe import document
from shared.errors import PoisonError
from tests.bench.rig import Rig
from tests.eval.measure import Label, Pair, authors, body_f1, dates, in_group, titles

DATA = Path(os.environ.get("CHIPWIRE_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "extraction"
TURN = 40
TIMED = "scrapinghub"
"""The set whose milliseconds are compared: whole news pages as their servers sent them."""
COLUMNS: dict[str, tuple[Callable[[list[Pair]], float], tuple[str, ...]]] = {
    "body F1": (body_f1, ("all", "scrapinghub", "fundus", "wcxb", "zh")),
    "title": (titles, ("fundus", "wcxb", "zhnews")),
    "date": (dates, ("fundus", "wcxb", "zhnews", "zhold", "htmldate")),
    "authors": (authors, ("fundus", "wcxb", "zhold")),
}
NOTHING: Label = {"body": "", "title": "", "published": "", "authors": []}
Extract = Callable[[str, Label], Label]


def ours(page: str, label: Label, entry: Label | None = None) -> Label:
    """The whole step: decode, extract, normalise, summarise, check, sketch."""
    try:
        article = parse(document({"url": label["url"] or "https://example.org/a", "entry": entry}, page.encode()))
    except PoisonError:
        return NOTHING
    text, published = article.original, article.published
    return _found(text.text if text else None, article.title, published.value if published else None, list(article.authors))


def guided(page: str, label: Label) -> Label:
    """The whole step with the entry of a feed."""
    return ours(page, label, {"title": label["title"], "summary": (label["body"] or "")[:200]})


def _found(body: str | None, title: str | None, published: str | None, names: list[str]) -> Label:
    return {"body": body or "", "title": title or "", "published": published or "", "authors": names}


def _trafilatura() -> Extract:
    bare = import_module("trafilatura").bare_extraction

    def extract(page: str, label: Label) -> Label:
        found = bare(page, url=label["url"], with_metadata=True)
        if found is None:
            return NOTHING
        return _found(found.text, found.title, found.date, [name.strip() for name in (found.author or "").split(";") if name.strip()])

    return extract


def _readability() -> Extract:
    readable, html = import_module("readability").Document, import_module("lxml.html")

    def extract(page: str, _: Label) -> Label:
        made = readable(page)
        return _found(str(html.fromstring(made.summary()).text_content()), made.short_title(), None, [])

    return extract


def _newspaper() -> Extract:
    article = import_module("newspaper").Article

    def extract(page: str, label: Label) -> Label:
        language = label["lang"] if label["lang"] in ("en", "de", "zh") else "en"
        found = article(label["url"] or "https://example.org/a", language=language, fetch_images=False)
        found.download(input_html=page)
        found.parse()
        return _found(str(found.text), found.title, str(found.publish_date or ""), list(found.authors))

    return extract


PEERS: dict[str, Callable[[], Extract]] = {"trafilatura": _trafilatura, "readability-lxml": _readability, "newspaper4k": _newspaper}


class _Row:
    """What one tool found, and the CPU seconds it took, by set."""

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.pairs: list[Pair] = []
        self.failures = 0
        self.spent: defaultdict[str, float] = defaultdict(float)

    def take(self, pages: list[tuple[str, Label]]) -> None:
        """Extract some pages of one set; one that the tool fails on has nothing, and is counted."""
        found: list[Label] = []
        began = time.process_time()
        for page, label in pages:
            try:
                found.append(self.extract(page, label))
            except Exception:
                found.append(NOTHING)
                self.failures += 1
        self.spent[pages[0][1]["set"]] += time.process_time() - began
        self.pairs += zip((label for _, label in pages), found, strict=True)

    def milliseconds(self, group: str) -> float:
        """CPU a page."""
        spent = sum(self.spent.values()) if group == "all" else self.spent[group]
        return spent / sum(in_group(label, group) for label, _ in self.pairs) * 1e3

    def print(self, name: str, ours: float) -> None:
        """Print a block of the table."""
        ms = self.milliseconds(TIMED)
        print(f"{name}: {self.milliseconds('all'):.1f} ms a page, {TIMED} {ms:.1f} ({ms / ours:.1f} times ours), {self.failures} failed")
        for column, (measure, groups) in COLUMNS.items():
            cells = (f"{group} {measure([pair for pair in self.pairs if in_group(pair[0], group)]):.3f}" for group in groups)
            print(f"  {column:8} {'  '.join(cells)}", flush=True)


def _peers() -> Iterator[tuple[str, Extract]]:
    for name, load in PEERS.items():
        try:
            yield name, load()
        except ImportError as error:
            print(f"{name}: NOT MEASURED: {error}")


def _turns(labels: list[Label]) -> Iterator[list[tuple[str, Label]]]:
    """Yield the pages, a few of one set at a time."""
    for name in dict.fromkeys(label["set"] for label in labels):
        some = [label for label in labels if label["set"] == name]
        for first in range(0, len(some), TURN):
            yield [(_page(label), label) for label in some[first : first + TURN]]


def _page(label: dict[str, Any]) -> str:
    return gzip.decompress((DATA / label["set"] / f"{label['id']}.html.gz").read_bytes()).decode()


def run(_: Rig | None = None) -> None:
    """Print the table."""
    if not DATA.is_dir():
        print(f"extraction: NOT MEASURED: {DATA} is not there; set CHIPWIRE_DATA")
        return
    labels = [json.loads(line) for line in (DATA / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = {name: _Row(extract) for name, extract in (("ours", ours), ("ours, guided", guided), *_peers())}
    for row in rows.values():
        row.extract(_page(labels[0]), labels[0])
    for pages in _turns(labels):
        for row in rows.values():
            row.take(pages)
    print(f"extraction, {len(labels)} pages; ours is the whole step with summary, fidelity and sketch")
    for name, row in rows.items():
        row.print(name, rows["ours"].milliseconds(TIMED))


if __name__ == "__main__":
    run()
