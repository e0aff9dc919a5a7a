"""Topics are made as `shared.topics` has them, once, and what differs is shown."""

import asyncio

import pytest

from shared.errors import SetupError
from shared.settings import KafkaSettings
from shared.stream import kafka, provision
from shared.topics import FEEDS, RAW, TOPICS

pytestmark = pytest.mark.kafka


async def test_applying_twice_does_nothing_the_second_time(cluster: KafkaSettings) -> None:
    assert await provision.apply(cluster) == []
    assert await provision.drift(cluster) == []
    assert await provision.check(cluster, TOPICS) == 4


async def test_drift_is_shown_and_mended_and_other_settings_stay(cluster: KafkaSettings) -> None:
    client = kafka.admin(cluster)
    await client.start()
    name = cluster.topic(RAW)
    changed = {"max.message.bytes": "1000", "segment.bytes": "2000000", "cleanup.policy": "compact"}
    await client.alter_configs([kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, name, configs=changed)])
    found: set[str] = set()
    for _ in range(100):  # the controller answers before the broker knows
        found = found or {str(difference) for difference in await provision.drift(cluster)}
        await asyncio.sleep(0 if found else 0.1)
    assert f"topic {name} has max.message.bytes 1000, not 5242880" in found
    assert f"topic {name} has cleanup.policy compact, not delete" in found
    await provision.apply(cluster)
    assert await provision.drift(cluster) == []
    [answer] = await client.describe_configs([kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, name)])
    await client.close()
    assert {entry[0]: entry[1] for entry in answer.resources[0][4]}["segment.bytes"] == "2000000"


async def test_a_change_of_partitions_is_refused(cluster: KafkaSettings) -> None:
    grown = cluster.model_copy(update={"partitions": 8})
    with pytest.raises(SetupError, match="a partition count is fixed at creation"):
        await provision.apply(grown)


async def test_memory_topics_stay_compacted_under_a_prefix_and_streams_keep_everything(cluster: KafkaSettings) -> None:
    assert provision.wanted(cluster, FEEDS)["cleanup.policy"] == "compact"
    assert provision.wanted(cluster, RAW)["retention.ms"] == "-1"
    live = cluster.model_copy(update={"topic_prefix": ""})
    assert provision.wanted(live, RAW)["retention.ms"] == str(30 * 24 * 3600 * 1000)
