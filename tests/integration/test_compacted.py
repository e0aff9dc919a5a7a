"""A compacted partition read to its end, as it comes and as a snapshot."""

import asyncio

import pytest

from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.stream import compacted
from shared.topics import FETCH_STATE
from tests.integration.sending import send

pytestmark = pytest.mark.kafka


async def test_a_partition_is_handed_over_in_parts_and_what_came_last_of_a_key_counts(cluster: KafkaSettings) -> None:
    written = [Message(f"k{number % 1500}".encode(), str(number).encode()) for number in range(4000)]
    written += [Message(b"k7", None), Message(b"twice", b"1"), Message(b"twice", b"2")]
    await asyncio.to_thread(send, cluster, FETCH_STATE, written, 2)
    parts: list[list[Record]] = []
    end = await compacted.replay(cluster, FETCH_STATE, 2, lambda records: parts.append(list(records)))
    assert end == 4003
    assert all(len(part) <= compacted.STEP_RECORDS for part in parts)
    assert all(len({record.key for record in part}) == len(part) for part in parts)
    handed = {record.key: record.value for part in parts for record in part}
    assert handed == {message.key: message.value for message in written}
    taken = await compacted.snapshot(cluster, FETCH_STATE, 2)
    assert {key: record.value for key, record in taken.records.items()} == {
        key: value for key, value in handed.items() if value is not None
    }


async def test_an_empty_partition_is_at_its_end(cluster: KafkaSettings) -> None:
    parts: list[Record] = []
    assert await compacted.replay(cluster, FETCH_STATE, 0, parts.extend) == 0
    assert parts == []
