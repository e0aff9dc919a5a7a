"""Sketches beside datasketch, summaries beside sumy, over the same texts in one run: ``python -m tests.bench texts``."""

import json
import re
import time
from collections.abc import Callable
from importlib import import_module
from itertools import count
from statistics import median
from typing import Any

from services.parser.summarise import summaries
from shared.records.article import Text
from shared.text.centroid import central
from shared.text.copies import Copies
from shared.text.sketch import sketch
from tests.bench.extraction import DATA
from tests.bench.rig import Rig

SHORTEST, SUMMARISED, SENTENCES = 600, 60, 3
ROUNDS = 3
PERMUTATIONS, WORDS, THRESHOLD = 128, 4, 0.3
Step = Callable[[str], object]


def _rate(make: Callable[[], Step], texts: list[str]) -> float:
    """Texts per second of CPU of a step made anew, so that an index begins empty."""
    step = make()
    began = time.process_time()
    for text in texts:
        step(text)
    return len(texts) / (time.process_time() - began)


def _compare(name: str, ours: Callable[[], Step], peers: dict[str, Callable[[], Step]], texts: list[str], goal: float) -> None:
    """Let ours and the peers take turns; print medians."""
    rounds = [{who: _rate(make, texts) for who, make in {"ours": ours, **peers}.items()} for _ in range(ROUNDS)]
    for who in peers:
        ratio = median(found["ours"] / found[who] for found in rounds)
        rates = (median(found[one] for found in rounds) for one in ("ours", who))
        print(f"{name}: {next(rates):.0f} texts/s, {who} {next(rates):.0f}, ratio {ratio:.1f} (goal {goal})", flush=True)


def _index() -> Step:
    held: Copies[int] = Copies()
    added = count()

    def index(text: str) -> None:
        numbers = sketch(text)
        held.find(numbers)
        held.add(next(added), numbers)

    return index


def _datasketch() -> Step:
    peer = import_module("datasketch")
    buckets, names = peer.MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS), count()

    def index(text: str) -> None:
        words = re.findall(r"\w+", text.lower())
        hashed = peer.MinHash(num_perm=PERMUTATIONS)
        hashed.update_batch([" ".join(words[i : i + WORDS]).encode() for i in range(len(words) - WORDS + 1)])
        buckets.query(hashed)
        buckets.insert(next(names), hashed)

    return index


class _Tokenizer:
    """What sumy needs of a tokenizer, without its download of models."""

    def to_sentences(self, text: str) -> list[str]:
        return re.split(r"(?<=[.!?])\s+", text)

    def to_words(self, text: str) -> list[str]:
        return re.findall(r"\w+", text)


def _sumy(module: str, name: str) -> Callable[[], Step]:
    def make() -> Step:
        parser, summarizer = import_module("sumy.parsers.plaintext").PlaintextParser, getattr(import_module(f"sumy.{module}"), name)()
        found: Any = _Tokenizer()
        return lambda text: summarizer(parser.from_string(text, found).document, SENTENCES)

    return make


def run(_: Rig | None = None) -> None:
    """Print the rates and ratios."""
    if not DATA.is_dir():
        print(f"texts: NOT MEASURED: {DATA} is not there; set CHIPWIRE_DATA")
        return
    bodies = (json.loads(line)["body"] or "" for line in (DATA / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    texts = [body for body in bodies if len(body) >= SHORTEST]
    summarised = texts[:: len(texts) // SUMMARISED]
    try:
        _compare("copies", _index, {"datasketch MinHash LSH": _datasketch}, texts, 2)
        luhn, lsa = _sumy("summarizers.luhn", "LuhnSummarizer"), _sumy("summarizers.lsa", "LsaSummarizer")
        peers = {"sumy Luhn": luhn, "sumy LSA": lsa}
        _compare("summaries", lambda: lambda text: summaries((), Text.of(text), None, None), peers, summarised, 3)
        _compare("central sentences of every text", lambda: central, peers, summarised, 3)
    except ImportError as error:
        print(f"texts: NOT MEASURED: {error} (make bench installs the peers)")


if __name__ == "__main__":
    run()
