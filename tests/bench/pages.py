"""The parser on Kafka, exactly once, one worker, over batches of real pages, against its step alone: ``python -m tests.bench pages``."""

import gzip
import json
from dataclasses import replace
from statistics import median

from services.parser.__main__ import STAGE
from services.parser.pipe import document
from shared.records.record import Message
from shared.topics import RAW
from tests.bench.extraction import DATA, TIMED
from tests.bench.rig import Rig, pure_rate

RECORDS, ROUNDS, GOAL = 1_500, 3, 0.8


def _messages() -> list[Message]:
    """Real pages again and again, each with an id of its own and the entry that a feed would have."""
    labels = [json.loads(line) for line in (DATA / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    made = []
    for label in (label for label in labels if label["set"] == TIMED):
        page = gzip.decompress((DATA / TIMED / f"{label['id']}.html.gz").read_bytes())
        entry = {"title": label["title"], "summary": (label["body"] or "")[:200]}
        made.append(document({"url": label["url"] or "https://example.org/a", "entry": entry, "fetched_at": "2026-01-02T03:04:05Z"}, page))
    return [replace(made[number % len(made)], id=f"{number:032x}").to_message() for number in range(RECORDS)]


def run(rig: Rig) -> None:
    """Print the ratio."""
    if not DATA.is_dir():
        print(f"pages: NOT MEASURED: {DATA} is not there; set CHIPWIRE_DATA")
        return
    inputs = _messages()
    rounds = [
        (rig.rate("services.parser", RAW, inputs, CHIPWIRE_WORKERS="1"), pure_rate(STAGE, inputs[: RECORDS // 3])) for _ in range(ROUNDS)
    ]
    size = sum(len(one.value or b"") for one in inputs) // len(inputs) // 1000
    ratio = median(stage / pure for stage, pure in rounds)
    stage, pure = (median(rates) for rates in zip(*rounds, strict=True))
    print(f"parser, pages of {size} KB: {stage:.0f}/s, pure step {pure:.0f}/s, ratio {ratio:.2f} (goal {GOAL})", flush=True)
