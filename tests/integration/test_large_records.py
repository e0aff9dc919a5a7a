"""Records far larger than what a reader asks of a partition at once come nevertheless, from every partition."""

import asyncio
import random
from pathlib import Path

import pytest

from shared.reading.dump import dump
from shared.reading.reader import SliceReader
from shared.reading.select import EVERYTHING
from shared.records.record import Message
from shared.settings import KafkaSettings
from shared.topics import BODY_LIMIT, RAW
from tests.integration.ledger import read_all
from tests.integration.sending import send

pytestmark = pytest.mark.kafka


def test_a_dump_holds_the_largest_bodies_of_all_partitions(cluster: KafkaSettings, tmp_path: Path) -> None:
    chance = random.Random(3)
    sent = [Message(f"{number:032x}".encode(), chance.randbytes(BODY_LIMIT)) for number in range(6)]
    for number, message in enumerate(sent):
        send(cluster, RAW, [message], number % cluster.partitions)
    path = str(tmp_path / "large.zst")
    assert asyncio.run(dump(cluster, cluster.topic(RAW), path, EVERYTHING)) == len(sent)
    found = {record.key: record.value for record in SliceReader(path)}
    assert found == {message.key: message.value for message in sent}
    assert len({record.partition for record in read_all(cluster, RAW)}) == cluster.partitions
