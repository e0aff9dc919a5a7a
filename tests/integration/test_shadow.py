"""The shadow copy of docs/replay.md, step by step: replay beside the live topics, compare, switch the consumers."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from shared.client import Retracted, Revision, Tombstone, tagged
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.topics import TAGGED
from tests.conftest import ROOT
from tests.contract.golden.put import put
from tests.integration.cli import chipwire
from tests.integration.ledger import read_all

pytestmark = pytest.mark.kafka
Held = dict[str, tuple[int, bytes | None]]


def steps() -> list[list[str]]:
    """The commands of the section, in its order; each begins with the prefix it is run under, empty for the live one."""
    section = (ROOT / "docs" / "replay.md").read_text().partition("## In production")[2].partition("\n## ")[0]
    commands = re.findall(r"`(?:CHIPWIRE_TOPIC_PREFIX=(\S+) )?chipwire ([^`]+)`", section)
    return [[prefix, *words.split()] for prefix, words in commands]


def run(live: KafkaSettings, shadow: KafkaSettings, step: list[str], folder: Path) -> int:
    """Run one step in a folder, its names under the prefixes of this test."""
    prefix, *words = step
    names = {f"next.{TAGGED.name}": shadow.topic(TAGGED), TAGGED.name: live.topic(TAGGED), "new.zst": str(folder / "new.zst")}
    return chipwire(shadow if prefix else live, *(names.get(word, word) for word in words)).returncode


async def held(settings: KafkaSettings) -> Held:
    """What a consumer of the tagged topic ends with."""
    found: Held = {}
    async for event in tagged(settings, follow=False):
        assert isinstance(event, Revision | Retracted | Tombstone)
        if isinstance(event, Tombstone):
            found.pop(event.id, None)
        else:
            found[event.id] = (event.revision, event.record.value)
    return found


def in_order(records: list[Record]) -> list[Record]:
    """Partitions one after the other: a reader meets them in any order."""
    return sorted(records, key=lambda record: (record.partition, record.offset))


async def test_a_shadow_copy_is_made_compared_and_switched_to(cluster: KafkaSettings, tmp_path: Path) -> None:
    shadow = cluster.model_copy(update={"topic_prefix": f"{cluster.topic_prefix}next."})
    put(cluster)
    before = in_order(read_all(cluster, TAGGED))
    made = steps()
    assert [words[1] for words in made] == ["topics", "replay", "load", "diff"]
    assert [await in_thread(cluster, shadow, step, tmp_path) for step in made] == [0, 0, 0, 0]
    assert in_order(read_all(cluster, TAGGED)) == before, "a backfill never goes into a live topic"
    assert len(read_all(shadow, TAGGED)) == len(before)
    assert await held(shadow) == await held(cluster)


async def test_what_the_new_code_changes_stops_the_switch(cluster: KafkaSettings, tmp_path: Path) -> None:
    shadow = cluster.model_copy(update={"topic_prefix": f"{cluster.topic_prefix}next."})
    given = put(cluster)
    put(cluster, [otherwise(next(each for each in given if each.topic == TAGGED.name))])
    assert [await in_thread(cluster, shadow, step, tmp_path) for step in steps()] == [0, 0, 0, 3]


def otherwise(record: Record) -> Record:
    """The record as an older classifier might have made it."""
    return replace(record, value=(record.value or b"").replace(b'"is_semiconductor_policy":true', b'"is_semiconductor_policy":false'))


async def in_thread(live: KafkaSettings, shadow: KafkaSettings, step: list[str], folder: Path) -> int:
    return await asyncio.to_thread(run, live, shadow, step, folder)
