"""A lane: one task and one transactional producer for one assigned input partition.

assigned ──► new producer ──► start (fences the former owner) ──► body: read, work, commit, for ever
                  ▲                                                  │ any Kafka error
                  └──────────── close, wait 0.1 s doubling to 5 s ◄──┘

That circle is the only recovery there is. Whatever else goes wrong ends the process, with nothing uncommitted.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from shared.errors import LineStopped
from shared.health import Health
from shared.metrics import StageMetrics
from shared.records.record import Record
from shared.settings import ServiceSettings
from shared.stream import kafka
from shared.stream.transactions import Output, RefusedError, Transactions
from shared.topics import Topic

START_SECONDS = 30.0
COMMIT_SECONDS = 30.0
GIVE_UP_SECONDS = 600.0
SETTLED_SECONDS = 60.0
"""A lane that ran for so long worked, though it may have had nothing to commit."""
POLL_STEP, BATCH_BYTES = 16, 16 * 1024 * 1024
SHORTEST_WAIT, LONGEST_WAIT, FENCED_WAIT = 0.1, 5.0, 3.0
RECOVERABLE = (kafka.KafkaError, TimeoutError, AssertionError, OSError, RefusedError)

log = logging.getLogger(__name__)

Body = Callable[["Lane"], Awaitable[None]]
"""What a lane does between two starts: it runs for ever, or until it raises."""


class Lane:
    """Reads one partition and commits outputs together with its offset.

    Attributes:
        partition: Its number.
        committed: The offset that this lane remembers having committed, or found committed; -1 before it knows.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        group: str,
        consumer: kafka.AIOKafkaConsumer,
        source: Topic[object],
        partition: int,
        metrics: StageMetrics,
        health: Health,
    ) -> None:
        self.settings = settings
        self.partition = partition
        self.committed = -1
        self.source = source
        self.metrics = metrics
        self._consumer = consumer
        self._group = group
        self._health = health
        self._input = kafka.TopicPartition(settings.topic(source), partition)
        self._succeeded = time.monotonic()
        self._transactions: Transactions | None = None

    async def keep(self, body: Body) -> None:
        """Run `body` for ever, beginning anew after every Kafka error; end by cancellation only.

        Raises:
            LineStopped: If nothing succeeded for `GIVE_UP_SECONDS`.
            Exception: Whatever else the body raises.
        """
        wait = SHORTEST_WAIT
        failing_since: float | None = None
        while True:
            began = time.monotonic()
            try:
                await self._start()
                await body(self)
            except RECOVERABLE as error:
                self.metrics.lane_restarts.labels(type(error).__name__).inc()
                log.warning("lane begins anew", extra={"partition": self.partition, "error": repr(error)})
                worked = self._succeeded > began or time.monotonic() - began > SETTLED_SECONDS
                wait = SHORTEST_WAIT if worked else min(LONGEST_WAIT, 2 * wait)
                failing_since = time.monotonic() if worked or failing_since is None else failing_since
                if isinstance(error, kafka.ProducerFenced):
                    wait = max(FENCED_WAIT, wait)
            finally:
                await self._close()
            if failing_since is not None and time.monotonic() - failing_since > GIVE_UP_SECONDS:
                raise LineStopped(f"partition {self.partition}: nothing succeeded for {GIVE_UP_SECONDS:.0f} s")
            self.moved()
            await asyncio.sleep(wait)

    async def _start(self) -> None:
        self._transactions = Transactions(self.settings, f"{self._group}.{self.source.name}.{self.partition}", self._group)
        async with asyncio.timeout(START_SECONDS):
            await self._transactions.start()

    async def _close(self) -> None:
        if self._transactions is not None:
            transactions, self._transactions = self._transactions, None
            await transactions.close()

    async def seek_committed(self) -> None:
        """Go where the group's committed offset is, or to the beginning where there is none."""
        async with asyncio.timeout(START_SECONDS):
            found = await self._consumer.committed(self._input)
            beginning = (await self._consumer.beginning_offsets([self._input]))[self._input]
        if found is not None and found < beginning:
            self.metrics.offset_resets.inc()
            self.metrics.dropped.labels(self.source.name, "retention").inc(beginning - found)
            log.error("retention took records that were not read", extra={"partition": self.partition, "records": beginning - found})
        if found is None:
            log.info("the group has committed nothing: from the beginning", extra={"partition": self.partition, "offset": beginning})
        self.committed = max(beginning, found or 0)
        self._consumer.seek(self._input, self.committed)

    def moved(self) -> None:
        """Note that the lane is not stuck."""
        self._health.moved(self.partition)

    async def poll(self, most: int, seconds: float = 0.5) -> list[Record]:
        """Return at most `most` records, as soon as there are some; none after `seconds`.

        They are taken in steps until their values come to `BATCH_BYTES`: a few bytes on the wire may be many megabytes here.

        Raises:
            IllegalStateError: If the partition was revoked.
            LineStopped: On any other error of the consumer.
        """
        records: list[Record] = []
        wait, size = int(seconds * 1000), 0
        try:
            while len(records) < most and size < BATCH_BYTES:
                polled = await self._consumer.getmany(self._input, timeout_ms=wait, max_records=min(POLL_STEP, most - len(records)))
                if not (found := kafka.records(polled.get(self._input, ()))):
                    break
                records += found
                size += sum(len(record.value or b"") for record in found)
                wait = 0
        except kafka.IllegalStateError:
            raise
        except kafka.KafkaError as error:
            raise LineStopped(f"cannot read {self._input.topic}/{self.partition}: {error!r}") from error
        self.moved()
        return records

    async def commit(self, outputs: Sequence[Output], next_offset: int | None = None) -> None:
        """Write outputs, and the offset to be read next unless it is None, in one transaction, under one deadline.

        Raises:
            RefusedError: For the first output that the broker refuses for good.
            KafkaError, TimeoutError, AssertionError, OSError: As `keep` handles them.
        """
        assert self._transactions is not None
        async with asyncio.timeout(COMMIT_SECONDS):
            await self._transactions.commit(outputs, self._input, next_offset)
        self._succeeded = time.monotonic()
        self.moved()
        self._health.broker_seen()
        if next_offset is not None:
            self.committed = next_offset

    async def commit_position(self) -> None:
        """Commit the position if it is past what is committed: a transaction's marker would count as a lag of 1 for ever."""
        position = await self._consumer.position(self._input)
        if position > self.committed:
            await self.commit((), position)
