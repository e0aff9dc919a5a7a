"""``chipwire diff`` of topics: a slice of one is held against the topic itself, and a changed copy under another prefix."""

import asyncio
import uuid
from pathlib import Path

import pytest

from shared.settings import KafkaSettings
from shared.stream import provision
from shared.topics import TAGGED
from tests.contract.golden.put import put
from tests.integration.cli import chipwire, lines

pytestmark = pytest.mark.kafka


def test_topics_and_slices_are_compared_alike(cluster: KafkaSettings, tmp_path: Path) -> None:
    given = put(cluster)
    shadow = cluster.model_copy(update={"topic_prefix": f"t{uuid.uuid4().hex[:8]}."})
    asyncio.run(provision.apply(shadow))
    put(shadow, [record for record in given if record.topic != TAGGED.name or record.header("ce_revision") != "2"])
    path = str(tmp_path / "tagged.zst")
    assert chipwire(cluster, "dump", "tagged", path).returncode == 0
    same = chipwire(cluster, "diff", path, "tagged", "--max-changed", "0")
    assert (same.returncode, same.stdout) == (0, b"")
    run = chipwire(cluster, "diff", "tagged", shadow.topic(TAGGED), "--max-changed", "0")
    assert run.returncode == 3
    run = chipwire(cluster, "diff", path, shadow.topic(TAGGED))
    assert [(line["id"], line["revision"], line["kind"]) for line in lines(run)] == [("0a" * 16, "2", "lost")]
