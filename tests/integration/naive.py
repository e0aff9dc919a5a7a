"""The loop that everybody writes first: auto-commit, send, hope. The ledger must find it out, or the ledger proves nothing."""

import asyncio
import os

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from tests.integration.toy import WORDS_IN, WORDS_OUT


async def loop(servers: str, prefix: str) -> None:
    """Copy records, 2 ms each, committing by the clock."""
    consumer = AIOKafkaConsumer(
        prefix + WORDS_IN.name,
        bootstrap_servers=servers,
        group_id=prefix + "naive",
        group_instance_id="naive",
        auto_offset_reset="earliest",
        auto_commit_interval_ms=100,
    )
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await consumer.start()
    await producer.start()
    print("assigned", flush=True)
    while True:
        for records in (await consumer.getmany(timeout_ms=200, max_records=100)).values():
            for record in records:
                await producer.send(prefix + WORDS_OUT.name, record.value, key=record.key, partition=record.partition)
                await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(loop(os.environ["CHIPWIRE_BOOTSTRAP_SERVERS"], os.environ["CHIPWIRE_TOPIC_PREFIX"]))
