"""A process that believes that it owns every partition of the toy stage: the zombie of every rebalance, made permanent."""

import asyncio

from prometheus_client import CollectorRegistry

from shared import logs
from shared.health import Health
from shared.metrics import StageMetrics
from shared.settings import ServiceSettings, read
from shared.stream import kafka
from shared.stream.batches import Batches
from shared.stream.lane import Lane
from shared.stream.pool import Pool
from tests.integration.toy import STAGE


async def believe(settings: ServiceSettings) -> None:
    """Run a lane for every partition, whatever the group says."""
    topic, group = settings.topic(STAGE.source), settings.group_id(STAGE.name)
    consumer = kafka.group_consumer(settings, group, settings.replica)
    await consumer.start()
    inputs = [kafka.TopicPartition(topic, partition) for partition in range(settings.partitions)]
    consumer.assign(inputs)
    pool = Pool(STAGE, 1)
    await pool.start()
    metrics, health = StageMetrics(CollectorRegistry()), Health()
    lanes = [Lane(settings, group, consumer, STAGE.source, tp.partition, metrics, health) for tp in inputs]
    await asyncio.gather(*(lane.keep(Batches(STAGE, pool)) for lane in lanes))


if __name__ == "__main__":
    logs.configure("believer")
    asyncio.run(believe(read(ServiceSettings)))
