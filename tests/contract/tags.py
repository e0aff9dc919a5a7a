"""``make check-tags BASE=<ref>``: what a change of lexicon or rules does to the tags of the checked-in examples.

The classifier of BASE and that of this checkout run over tests/eval/classify.jsonl; ``chipwire diff`` holds one against the other.
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from services.classifier.pipe import article
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.headers import ARTICLE_TYPE, birth
from shared.records.record import Record, encode_headers
from shared.topics import ARTICLES, partition_of
from tests.conftest import ROOT

EXAMPLES = ROOT / "tests" / "eval" / "classify.jsonl"


def examples() -> list[Record]:
    """The examples as records of the articles topic."""
    made = []
    for offset, line in enumerate(EXAMPLES.read_text().splitlines()):
        given = json.loads(line)
        found = article({name: given[name] for name in ("title", "text", "lang", "published") if given.get(name)})
        born = birth(
            ce_type=ARTICLE_TYPE,
            article_id=found.id,
            revision=1,
            change="created",
            feed="examples",
            domain="pipe.invalid",
            linkhash="0",
            time="2026-01-01T00:00:00Z",
            content_type="application/json",
        )
        key = found.id.encode()
        headers = encode_headers((born | found.attributes()).items())
        made.append(Record(ARTICLES.name, partition_of(key, 4), offset, offset, key, found.value(), headers))
    return made


def chipwire(checkout: Path, *arguments: str) -> int:
    """Run the command of a checkout."""
    return subprocess.run([sys.executable, "-m", "services.cli.main", *arguments], cwd=checkout, check=False).returncode


def main(base: str, *options: str) -> int:
    """Return the status of the diff: 3 if it is over the budget in `options`."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", base, "services", "shared"], cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(Path(folder) / "base", filter="data")
        given, old, new = (str(Path(folder) / name) for name in ("examples.zst", "old.zst", "new.zst"))
        with SliceWriter(given, Header(ARTICLES.name, 4)) as writer:
            for record in examples():
                writer.write(record)
        for checkout, path in ((Path(folder) / "base", old), (ROOT, new)):
            if status := chipwire(checkout, "replay", "classifier", "--from", given, "--to", path):
                return status
        return chipwire(ROOT, "diff", old, new, *options)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
