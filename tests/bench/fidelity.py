"""How long the fidelity check takes, and what it finds, over the measured pairs: ``python -m tests.bench.fidelity``."""

import json
import os
import time
from collections import Counter
from pathlib import Path

from services.parser.fidelity.check import check
from services.parser.loss import losses
from shared.records.article import Text
from shared.text.language import language
from tests.bench.rig import Rig

DATA = Path(os.environ.get("CHIPWIRE_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "fidelity"
WRONG = ("contradicted", "unsupported")


def run(_: Rig | None = None) -> None:
    """Print milliseconds a pair and the share flagged by script and label; every original is read anew for each pair."""
    if not DATA.is_dir():
        print(f"fidelity: NOT MEASURED: {DATA} is not there; set CHIPWIRE_DATA")
        return
    originals = json.loads((DATA / "originals.json").read_text(encoding="utf-8"))
    texts = {name: Text.of(text, language(text), losses(text)) for name, text in originals.items()}
    times, pairs, flagged = [], Counter[str](), Counter[str]()
    for line in (DATA / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        start = time.process_time()
        found = check(texts[pair["doc"]], Text.of(pair["summary"], language(pair["summary"])), "2018-10-15")
        times.append(time.process_time() - start)
        key = f"{pair['lang']} {pair['label']}"
        pairs[key] += 1
        flagged[key] += any(one.verdict in WRONG for one in found)
    times.sort()
    print(f"{len(times)} pairs: p50 {times[len(times) // 2] * 1e3:.2f} ms, p95 {times[len(times) * 95 // 100] * 1e3:.2f} ms")
    for key in sorted(pairs):
        print(f"{key:20} {flagged[key] / pairs[key]:7.2%} of {pairs[key]}")


if __name__ == "__main__":
    run()
