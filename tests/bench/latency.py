"""One hop, from the producer's send to the output as a consumer sees it, at a steady rate."""

import threading
import time

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

from shared.topics import partition_of
from tests.bench.rig import Rig
from tests.integration.toy import WORDS_IN, WORDS_OUT

RATES = {1000.0: 8000, 50.0: 500, 1.0: 15}
GOALS = {50.0: 80, 1.0: 60}


def run(rig: Rig) -> None:
    """Print p50 and p99 of a hop at each rate."""
    cluster = rig.cluster()
    replica, _ = rig.replica("tests.integration.toy", cluster)
    replica.wait_for('"assigned"')
    time.sleep(2)
    servers = {"bootstrap.servers": cluster.bootstrap_servers}
    for rate, number in RATES.items():
        consumer = Consumer({**servers, "group.id": "bench", "isolation.level": "read_committed", "fetch.wait.max.ms": 10})
        consumer.assign([TopicPartition(cluster.topic(WORDS_OUT), partition, OFFSET_END) for partition in range(4)])
        consumer.poll(1)
        sending = threading.Thread(target=_send, args=(servers, cluster.topic(WORDS_IN), rate, number))
        sending.start()
        took: list[float] = []
        while len(took) < number:
            message = consumer.poll(30)
            assert message is not None
            assert not message.error(), message.error()
            took.append(time.time() - float((message.value() or b"").split()[1]))
        sending.join()
        consumer.close()
        took.sort()
        p50, p99 = (1000 * took[int(share * (len(took) - 1))] for share in (0.5, 0.99))
        goal = f" (goal p50 {GOALS[rate]} ms)" if rate in GOALS else ""
        print(f"hop at {rate:g} records/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms{goal}", flush=True)


def _send(servers: dict[str, str], topic: str, rate: float, number: int) -> None:
    producer = Producer({**servers, "linger.ms": 0})
    began = time.time()
    for each in range(number):
        time.sleep(max(0.0, began + each / rate - time.time()))
        key = f"{each:032x}".encode()
        producer.produce(topic, key=key, value=b"copy %.6f " % time.time() + b"x" * 9000, partition=partition_of(key, 4))
        producer.poll(0)
    producer.flush()
