"""Extraction beside its peers, over the same pages in one run: ``python -m tests.bench.extraction``.

The peers (trafilatura, readability-lxml, newspaper4k; datasketch and sumy for sketches and summaries) are no dependencies of ours: one that
is not installed is skipped with a line that says so. ``PEERS=/path/to/site-packages`` names a folder where they are.
"""

import gzip
import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from services.parser.parse import parse
from services.parser.pipe import document
from services.parser.summarise import summaries
from shared.errors import PoisonError
from shared.records.article import Text
from shared.text.centroid import central
from shared.text.copies import Copies
from shared.text.sketch import sketch
from tests.bench.rig import Rig
from tests.eval.test_extraction import body_f1

DATA = Path(os.environ.get("CHIPWIRE_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "extraction"
SETS = ("scrapinghub", "fundus", "zhnews", "zhold")
Label = dict[str, Any]
Extract = Callable[[str, Label], str]


def ours(page: str, label: Label) -> str:
    """The whole step: decode, extract, normalise, summarise, check, sketch."""
    try:
        article = parse(document({"url": label["url"] or "https://example.org/a"}, page.encode()))
    except PoisonError:
        return ""
    return article.original.text if article.original else ""


def guided(page: str, label: Label) -> str:
    """The whole step with the entry of a feed."""
    entry = {"title": label["title"], "summary": (label["body"] or "")[:200]}
    try:
        article = parse(document({"url": label["url"] or "https://example.org/a", "entry": entry}, page.encode()))
    except PoisonError:
        return ""
    return article.original.text if article.original else ""


def _trafilatura() -> Extract:
    extract = import_module("trafilatura").bare_extraction
    return lambda page, label: getattr(extract(page, url=label["url"], with_metadata=True), "text", "") or ""


def _readability() -> Extract:
    readable, html = import_module("readability").Document, import_module("lxml.html")
    return lambda page, _: str(html.fromstring(readable(page).summary()).text_content())


def _newspaper() -> Extract:
    article = import_module("newspaper").Article

    def extract(page: str, label: Label) -> str:
        language = label["lang"] if label["lang"] in ("en", "de", "zh") else "en"
        found = article(label["url"] or "https://example.org/a", language=language, fetch_images=False)
        found.download(input_html=page)
        found.parse()
        return str(found.text)

    return extract


PEERS: dict[str, Callable[[], Extract]] = {"trafilatura": _trafilatura, "readability-lxml": _readability, "newspaper4k": _newspaper}


def _row(name: str, extract: Extract, pages: list[tuple[str, Label]]) -> None:
    """Print F1 and milliseconds of CPU a page; a page that a peer fails on is an empty one, and counted."""
    pairs: list[tuple[Label, Label]] = []
    failures = 0
    spent: defaultdict[str, float] = defaultdict(float)
    for page, label in pages:
        began = time.process_time()
        try:
            pairs.append((label, {"body": extract(page, label)}))
        except Exception:
            pairs.append((label, {"body": ""}))
            failures += 1
        for group in ("all", label["set"]):
            spent[group] += time.process_time() - began
    groups = {"all": pairs} | {group: [pair for pair in pairs if pair[0]["set"] == group] for group in SETS}
    ms = {group: spent[group] / len(some) * 1e3 for group, some in groups.items()}
    cells = "failed everywhere" if failures == len(pages) else "  ".join(f"{group} {body_f1(some):.3f}" for group, some in groups.items())
    print(f"{name:17} {ms['all']:6.1f} ms a page ({ms['scrapinghub']:.1f} scrapinghub)  {cells}  ({failures} failures)", flush=True)


def _texts(labels: list[Label]) -> list[str]:
    return [label["body"] for label in labels if len(label["body"] or "") >= 600]


def _rate(run: Callable[[str], object], texts: list[str]) -> float:
    """Texts per second of CPU."""
    began = time.process_time()
    for text in texts:
        run(text)
    return len(texts) / (time.process_time() - began)


def _copies(texts: list[str]) -> None:
    held: Copies[int] = Copies()
    added = count()

    def index(text: str) -> None:
        numbers = sketch(text)
        held.find(numbers)
        held.add(next(added), numbers)

    print(f"copies, ours: {_rate(index, texts):.0f} texts/s", flush=True)
    try:
        peer = import_module("datasketch")
    except ImportError:
        print("copies, datasketch: NOT MEASURED: not installed")
        return
    buckets, names = peer.MinHashLSH(threshold=0.3, num_perm=128), count()

    def lsh(text: str) -> None:
        words = re.findall(r"\w+", text.lower())
        hashed = peer.MinHash(num_perm=128)
        hashed.update_batch([" ".join(words[i : i + 4]).encode() for i in range(len(words) - 3)])
        buckets.query(hashed)
        buckets.insert(next(names), hashed)

    print(f"copies, datasketch: {_rate(lsh, texts):.0f} texts/s", flush=True)


class _Tokenizer:
    """What sumy needs of a tokenizer, without its download of models."""

    def to_sentences(self, text: str) -> list[str]:
        return re.split(r"(?<=[.!?])\s+", text)

    def to_words(self, text: str) -> list[str]:
        return re.findall(r"\w+", text)


def _summaries(texts: list[str]) -> None:
    originals = [Text.of(text) for text in texts]
    named = {original.text: original for original in originals}
    print(f"summaries, ours: {_rate(lambda text: summaries((), named[text], None, None), texts):.0f} texts/s", flush=True)
    print(f"central sentences of every text, ours: {_rate(central, texts):.0f} texts/s", flush=True)
    try:
        plain, lsa, luhn = (import_module(f"sumy.{name}") for name in ("parsers.plaintext", "summarizers.lsa", "summarizers.luhn"))
    except ImportError:
        print("summaries, sumy: NOT MEASURED: not installed")
        return
    for name, make in (("LSA", lsa.LsaSummarizer), ("Luhn", luhn.LuhnSummarizer)):

        def summarise(text: str, make: Callable[[], Any] = make) -> object:
            return make()(plain.PlaintextParser.from_string(text, _Tokenizer()).document, 3)

        print(f"summaries, sumy {name}: {_rate(summarise, texts[:60]):.0f} texts/s", flush=True)


def run(_: Rig | None = None) -> None:
    """Print the table."""
    if not DATA.is_dir():
        print(f"extraction: NOT MEASURED: {DATA} is not there; set CHIPWIRE_DATA")
        return
    sys.path += [folder for folder in (os.environ.get("PEERS"),) if folder]
    labels = [json.loads(line) for line in (DATA / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = [label for label in labels if label["set"] in SETS and label["body"]]
    pages = [(gzip.decompress((DATA / label["set"] / f"{label['id']}.html.gz").read_bytes()).decode(), label) for label in chosen]
    print(f"{len(pages)} pages, {sum(len(page) for page, _ in pages) // len(pages) // 1000} KB a page", flush=True)
    ours(*pages[0])
    _row("ours", ours, pages)
    _row("ours, guided", guided, pages)
    for name, load in PEERS.items():
        try:
            extract = load()
        except ImportError as error:
            print(f"{name}: NOT MEASURED: {error}")
            continue
        _row(name, extract, pages)
    _copies(_texts(labels))
    _summaries(_texts(labels)[:200])


if __name__ == "__main__":
    run()
