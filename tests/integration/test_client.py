"""The Python client on a real broker: typed events in order, a group that goes on where it stopped, feeds and how far they were seen."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.client import Event, Retracted, Revision, Selection, Tombstone, Unreadable, articles, coverage, tagged
from shared.errors import SetupError
from shared.records.article import Article
from shared.records.record import Record
from shared.records.tagged import TaggedArticle
from shared.settings import KafkaSettings
from shared.topics import TAGGED
from tests.conftest import ROOT
from tests.contract.golden.put import put
from tests.integration.cli import environment

pytestmark = pytest.mark.kafka
FIRST = "0a" * 16


async def take(events: AsyncIterator[Any], count: int) -> list[Any]:
    """The first `count` events; then the iterator is closed, as leaving its loop and the program does."""
    found: list[Any] = []
    async with asyncio.timeout(60), aclosing(events) as opened:  # type: ignore[type-var]
        async for event in opened:
            found.append(event)
            if len(found) == count:
                break
    return found


def shape(events: Sequence[Event]) -> list[tuple[type[Event], int]]:
    return [(type(event), event.revision) for event in events]


async def test_the_life_of_an_article_comes_as_typed_events_in_order(cluster: KafkaSettings) -> None:
    put(cluster)
    found = [event async for event in tagged(cluster, selection=Selection(ids=frozenset([FIRST])), follow=False)]
    assert shape(found) == [(Revision, 1), (Revision, 2), (Retracted, 3), (Tombstone, 3)]
    first, second, retracted, _ = found
    assert isinstance(first, Revision)
    assert isinstance(first.content, TaggedArticle)
    assert first.id == first.content.article.id == FIRST
    assert first.content.verdict.is_semiconductor_policy
    assert isinstance(second, Revision)
    assert second.content.article.change == "corrected"
    assert isinstance(retracted, Retracted)
    assert (retracted.retraction.reason, retracted.id) == ("gone", FIRST)


async def test_it_follows_what_comes_and_selects_by_headers(cluster: KafkaSettings) -> None:
    put(cluster)
    following = asyncio.create_task(take(articles(cluster, selection=Selection(langs=frozenset(["zh"]), ids=frozenset(["2c" * 16]))), 2))
    await asyncio.sleep(2)
    put(cluster)
    assert [type(event.content) for event in await following] == [Article, Article]


async def test_a_record_that_cannot_be_read_is_an_event_like_any_other(cluster: KafkaSettings) -> None:
    good = next(record for record in put(cluster) if record.topic == TAGGED.name)
    put(cluster, [replace(good, value=b"{"), replace(good, value=(good.value or b"").replace(b'"revision":1', b'"revision":0'))])
    found = [event async for event in tagged(cluster, selection=Selection(ids=frozenset([FIRST])), follow=False)]
    broken = [event for event in found if isinstance(event, Unreadable)]
    assert [event.error.reason for event in broken] == ["bad-json", "bad-json"]
    assert len(found) == 6


async def test_a_group_goes_on_where_it_stopped_and_gets_the_unfinished_record_again(cluster: KafkaSettings) -> None:
    given = [record for record in put(cluster) if record.topic == TAGGED.name]
    first = await take(tagged(cluster, group="alerts"), 2)
    rest = await take(tagged(cluster, group="alerts"), len(given) - 1)
    addresses = [event.record.address for event in first + rest]
    assert addresses.count(first[1].record.address) == 2
    assert len(set(addresses)) == len(given)


async def test_feeds_say_up_to_when_they_are_complete(cluster: KafkaSettings) -> None:
    put(cluster)
    found = await coverage(cluster)
    assert list(found) == ["wire"]
    assert found["wire"].complete_to == datetime.fromtimestamp(1.79e9, UTC)
    assert found["wire"].missed_at is None
    assert found["wire"].next_poll == datetime.fromtimestamp(1.8e9, UTC)


async def test_a_missing_topic_is_said_and_not_created(cluster: KafkaSettings) -> None:
    elsewhere = cluster.model_copy(update={"topic_prefix": "nothing.here."})
    for events in (tagged(elsewhere), tagged(elsewhere, group="alerts")):
        with pytest.raises(SetupError, match="there is no topic"):
            await anext(events)


def test_an_event_without_a_revision_says_0() -> None:
    assert Tombstone(Record("t", 0, 0, 0, None, None, (("ce_revision", b"\xc2\xb2"),))).revision == 0


def test_the_five_lines_of_the_documentation_run_as_they_stand(cluster: KafkaSettings, tmp_path: Path) -> None:
    put(cluster)
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "consumers.md").read_text(), re.DOTALL)
    (tmp_path / "program.py").write_text(program)
    running = subprocess.Popen(
        [sys.executable, "-u", str(tmp_path / "program.py")], stdout=subprocess.PIPE, env=environment(cluster) | {"PYTHONPATH": str(ROOT)}
    )
    try:
        assert running.stdout is not None
        found = [running.stdout.readline().decode() for _ in range(4)]
        assert sorted(line.split()[0] for line in found) == ["0a" * 16, "0a" * 16, "1b" * 16, "2c" * 16]
        assert any("export_control" in line for line in found)
    finally:
        running.kill()
        running.communicate()
