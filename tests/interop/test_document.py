"""The AsyncAPI document under the official parser, where Node is."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shared.topics import TOPICS
from tests.conftest import ROOT
from tests.interop.test_foreign import fetched

DOCUMENT = ROOT / "docs" / "asyncapi.yaml"


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the parser is installed."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("NO TOOLCHAIN: no Node here, the AsyncAPI document is not validated by the official parser")
    folder = tmp_path_factory.mktemp("parser")
    for name in ("package.json", "validate.mjs"):
        shutil.copy(Path(__file__).parent / "document" / name, folder / name)
    fetched(["npm", "install", "--no-audit", "--no-fund", "--silent"], folder)
    return folder


def validated(parser: Path, document: Path) -> dict[str, Any]:
    run = subprocess.run(["node", "validate.mjs", str(document)], capture_output=True, text=True, timeout=180, check=False, cwd=parser)
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))


def test_the_official_parser_has_nothing_to_say_and_sees_every_topic(parser: Path) -> None:
    found = validated(parser, DOCUMENT)
    assert (found["errors"], found["warnings"]) == ([], [])
    assert sorted(found["channels"]) == sorted(topic.name for topic in TOPICS)


def test_the_official_parser_finds_what_is_wrong(parser: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(DOCUMENT.read_text().replace("asyncapi: 3.0.0", "asyncapi: 3.0.0\nservers: 7", 1))
    assert validated(parser, broken)["errors"]
