"""No ordinary article is taken for a labelled page: over every page, text and feed of the measured data."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from services.parser.labelled import read_labelled


def texts(data: Path) -> Iterator[tuple[str, str]]:
    """Yield a name and a text for each ordinary document."""
    for path in sorted((data / "extraction").glob("*/*.html.gz")):
        yield path.name, gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    for line in (data / "extraction" / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        yield f"body of {page['id']}", page["body"] or ""
    for path in sorted((data / "classify").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.name, json.loads(line)["text"]
    yield from json.loads((data / "fidelity" / "originals.json").read_text(encoding="utf-8")).items()
    for path in sorted((data / "feeds").rglob("*.*")):
        yield path.name, path.read_bytes().decode("utf-8", "replace")


def test_no_ordinary_article_is_taken_for_a_labelled_page(data: Path) -> None:
    read = [(name, read_labelled(text, "<" in text, "https://news.example/", "2026-01-01T00:00:00Z")) for name, text in texts(data)]
    assert len(read) > 2_000
    assert [name for name, draft in read if draft is not None] == []
