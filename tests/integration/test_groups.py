"""``chipwire groups``: lag in records and in age."""

import time
from dataclasses import replace

import pytest
from confluent_kafka import Consumer, TopicPartition

from shared.settings import KafkaSettings
from shared.topics import TAGGED
from tests.contract.golden.make import records
from tests.contract.golden.put import put
from tests.integration.cli import chipwire, lines

pytestmark = pytest.mark.kafka


def test_lag_is_said_in_records_and_in_the_age_of_the_oldest_that_waits(cluster: KafkaSettings) -> None:
    tagged = next(record for record in records() if record.topic == TAGGED.name)
    now = int(time.time() * 1000)
    put(cluster, [replace(tagged, timestamp=now - age) for age in (9_000_000, 5_400_000, 1000)])
    partition = tagged.partition
    consumer = Consumer({"bootstrap.servers": cluster.bootstrap_servers, "group.id": cluster.topic_prefix + "mine", "log_level": 0})
    places = [TopicPartition(cluster.topic(TAGGED), each, 1 if each == partition else 0) for each in (partition, (partition + 1) % 4)]
    consumer.commit(offsets=places, asynchronous=False)
    consumer.close()

    found = {line["partition"]: line for line in lines(chipwire(cluster, "groups"))}
    assert set(found) == {place.partition for place in places}
    late = found[partition]
    assert (late["lag"], late["committed"], late["end"]) == (2, 1, 3)
    assert 5400 <= float(str(late["age_seconds"])) < 5500
    assert late["age"] == "1.5h"
    assert found[(partition + 1) % 4]["lag"] == 0
    assert found[(partition + 1) % 4]["age"] is None
    assert chipwire(cluster, "groups", "--max-age", "6000").returncode == 0
    assert chipwire(cluster, "groups", "--max-age", "60").returncode == 3
    assert b"1.5h" in chipwire(cluster, "groups", "-o", "table").stdout
