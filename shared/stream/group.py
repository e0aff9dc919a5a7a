"""A consumer group's membership: one lane per assigned partition, started and ended as the group says.

Ownership is advice: a lane may go on for a while after its partition moved. Fencing (`transactions`) is the law.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable

from shared.errors import LineStopped
from shared.health import Health
from shared.metrics import StageMetrics
from shared.stream import kafka

REVOKE_SECONDS = 10.0
RESTLESS, RESTLESS_SECONDS = 20, 120.0
"""So many assignments in so long are no rebalance: two processes with one name take turns, and neither gets anything done."""
WATCH_SECONDS = 5.0

log = logging.getLogger(__name__)


class Group(kafka.ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Starts a lane for each assigned partition and ends it when it is revoked.

    Args:
        consumer: Started or not; `run` subscribes it.
        topic: The full name of the source topic.
        lane: Makes the coroutine of a partition's lane, which never returns by itself.
        metrics: For the number of lanes.
        health: Told of joins and of partitions that went.
    """

    def __init__(
        self,
        consumer: kafka.AIOKafkaConsumer,
        topic: str,
        lane: Callable[[int], Coroutine[None, None, None]],
        metrics: StageMetrics,
        health: Health,
    ) -> None:
        self._consumer = consumer
        self._topic = topic
        self._lane = lane
        self._metrics = metrics
        self._health = health
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._assigned: deque[float] = deque(maxlen=RESTLESS)
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Be a member until cancelled.

        Raises:
            Exception: The first that ended a lane.
        """
        self._consumer.subscribe([self._topic], listener=self)
        try:
            await self._failed
        finally:
            await self._end(list(self._tasks))

    async def on_partitions_assigned(self, assigned: Iterable[kafka.TopicPartition]) -> None:
        """Start one task a partition, nothing else."""
        self._assigned.append(time.monotonic())
        if len(self._assigned) == RESTLESS and self._assigned[-1] - self._assigned[0] < RESTLESS_SECONDS:
            self._fail(LineStopped(f"assigned {RESTLESS} times in {RESTLESS_SECONDS:.0f} s: is another process running as this replica?"))
        for partition in sorted(tp.partition for tp in assigned):
            task = asyncio.create_task(self._lane(partition), name=f"lane {self._topic}/{partition}")
            task.add_done_callback(self._ended)
            self._tasks[partition] = task
            self._health.moved(partition)
        self._metrics.lanes.set(len(self._tasks))
        self._health.joined = True
        self._health.broker_seen()
        log.info("assigned", extra={"partitions": sorted(self._tasks)})

    async def on_partitions_revoked(self, revoked: Iterable[kafka.TopicPartition]) -> None:
        """Forget the lanes, cancel them, wait for a while: a half-done transaction is ended by them or by the next owner."""
        await self._end([tp.partition for tp in revoked])
        self._metrics.lanes.set(len(self._tasks))

    async def _end(self, partitions: Iterable[int]) -> None:
        ending = [task for partition in partitions if (task := self._tasks.pop(partition, None))]
        for partition in partitions:
            self._health.forget(partition)
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending, timeout=REVOKE_SECONDS)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()):
            self._fail(error)
        elif task in self._tasks.values():
            self._fail(LineStopped(f"{task.get_name()} ended by itself"))

    def _fail(self, error: BaseException) -> None:
        if not self._failed.done():
            self._failed.set_exception(error)

    async def watch_lag(self, committed: Callable[[int], int]) -> None:
        """Set the lag of each partition every `WATCH_SECONDS`: committed records' end less the committed offset.

        Args:
            committed: The offset that a partition's lane remembers, -1 where it does not know yet.
        """
        shown: set[int] = set()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            with contextlib.suppress(kafka.KafkaError, TimeoutError, OSError):
                async with asyncio.timeout(WATCH_SECONDS):
                    inputs = [kafka.TopicPartition(self._topic, partition) for partition in self._tasks]
                    ends = await self._consumer.end_offsets(inputs) if inputs else await self._idle()
                self._health.broker_seen()
                for gone in shown - set(self._tasks):
                    self._metrics.lag.remove(self._topic, str(gone))
                shown = {tp.partition for tp in ends if committed(tp.partition) >= 0}
                for tp, end in ends.items():
                    if (at := committed(tp.partition)) >= 0:
                        self._metrics.lag.labels(self._topic, str(tp.partition)).set(max(0, end - at))

    async def _idle(self) -> dict[kafka.TopicPartition, int]:
        """Ask the broker for something small, for a member that has no partition."""
        await self._consumer.topics()
        return {}
