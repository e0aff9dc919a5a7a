"""The broker compacts for real: the history is gone from the log, and whoever reads it for the first time ends with the last state."""

import asyncio
from collections.abc import Iterator

import pytest

from shared.client import Event, Retracted, Revision, Tombstone, tagged
from shared.records.record import Message
from shared.records.retraction import Retraction, tombstone
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.stream.transactions import Output, Transactions
from shared.topics import TAGGED, partition_of
from tests.contract.golden.make import STORY, Log
from tests.integration.ledger import read_all
from tests.unit.test_records import raw

pytestmark = pytest.mark.kafka

AT_ONCE = {
    "cleanup.policy": "compact",
    "segment.ms": "100",
    "min.cleanable.dirty.ratio": "0.0001",
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "100",
    "delete.retention.ms": "0",
}
CORRECTED, RETRACTED, RESTORED, FORGOTTEN, NUDGE = (digit * 32 for digit in "abcde")
PATIENCE = 240.0
"""Seconds: the broker's cleaner looks every 15, and a tombstone goes two passes after it came."""


def revision(name: str, number: int, change: str = "corrected") -> Message:
    story = STORY.replace("three chip makers", f"{number} chip makers")
    return raw(id=name, revision=number, change=change, body=story.encode(), content_type="text/html").to_message()


def withdrawn(name: str, number: int) -> Message:
    return Retraction(id=name, revision=number, reason="gone", at="2026-11-24T11:00:00Z", source="publisher").to_message("wire", "h", "l")


def lives() -> Iterator[Message]:
    """Four articles, each with a history and another end."""
    for name in (CORRECTED, RETRACTED, RESTORED, FORGOTTEN):
        yield revision(name, 1, "created")
        yield from (revision(name, number) for number in range(2, 6))
    yield withdrawn(RETRACTED, 6)
    yield withdrawn(RESTORED, 6)
    yield revision(RESTORED, 7, "restored")
    yield withdrawn(FORGOTTEN, 6)
    yield tombstone(withdrawn(FORGOTTEN, 6))


def through_the_stages(messages: Iterator[Message]) -> list[Message]:
    """What the tagged topic gets of raw messages."""
    log = Log()
    for message in messages:
        log.through(message)
    return [Message(each.key, each.value, each.headers, each.timestamp) for each in log.records if each.topic == TAGGED.name]


async def write(settings: KafkaSettings, messages: list[Message]) -> None:
    """One transaction a message, as slow news is written: its markers are compacted with it."""
    transactions = Transactions(settings, settings.topic_prefix + "history", "history")
    await transactions.start()
    try:
        for message in messages:
            output = Output(TAGGED, partition_of(message.key or b"", settings.partitions), message)
            await transactions.commit([output], kafka.TopicPartition(settings.topic(TAGGED), 0), None)
    finally:
        await transactions.close()


async def compact_at_once(settings: KafkaSettings) -> None:
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        await client.alter_configs([kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, settings.topic(TAGGED), configs=AT_ONCE)])
    finally:
        await client.close()


async def compacted(settings: KafkaSettings) -> None:
    """Wait until the log holds one record an article and the forgotten one not at all; writing is what closes a segment."""
    nudges = through_the_stages(iter([revision(NUDGE, 1, "created")])) * 4
    every_partition = [Message(f"{NUDGE[:-1]}{digit:x}".encode(), each.value, each.headers) for digit, each in enumerate(nudges * 4)]
    async with asyncio.timeout(PATIENCE):
        while True:
            await write(settings, every_partition)
            keys = [(record.key or b"").decode() for record in await asyncio.to_thread(read_all, settings, TAGGED)]
            if FORGOTTEN not in keys and all(keys.count(name) == 1 for name in (CORRECTED, RETRACTED, RESTORED)):
                return
            await asyncio.sleep(2)


async def last_state(settings: KafkaSettings) -> dict[str, Event]:
    """What a consumer holds that reads the topic from its beginning and does as docs/consumers.md says."""
    held: dict[str, Event] = {}
    async for event in tagged(settings, follow=False):
        if isinstance(event, Tombstone):
            held.pop(event.id, None)
        else:
            held[event.id] = event
    return {name: event for name, event in held.items() if not name.startswith(NUDGE[:-1])}


def shape(held: dict[str, Event]) -> dict[str, tuple[type[Event], int, bytes | None]]:
    return {name: (type(event), event.revision, event.record.value) for name, event in held.items()}


async def test_a_consumer_that_comes_after_compaction_ends_with_exactly_the_last_state(cluster: KafkaSettings) -> None:
    written = through_the_stages(lives())
    await write(cluster, written)
    before = await last_state(cluster)
    assert len(read_all(cluster, TAGGED)) == len(written) == 25
    await compact_at_once(cluster)
    await compacted(cluster)
    after = await last_state(cluster)
    assert shape(after) == shape(before)
    assert {name: (type(event), event.revision) for name, event in after.items()} == {
        CORRECTED: (Revision, 5),
        RETRACTED: (Retracted, 6),
        RESTORED: (Revision, 7),
    }
    restored = after[RESTORED]
    assert isinstance(restored, Revision)
    assert restored.content.article.change == "restored"
