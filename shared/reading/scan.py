"""Scan: the selected records of a topic, without a consumer group, up to the end as it was when the scan began, or for ever.

Partitions are merged by time, each in the order of its offsets, so that the same records always come in the same order.
"""

import asyncio
import heapq
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from shared.errors import SetupError
from shared.reading.bounds import Bounds, Span, measure, narrowed
from shared.reading.select import Selection
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka

POLL_MS = 100
POLL_RECORDS = 100
PATIENCE = 30.0
"""Seconds without anything new before a bounded scan gives up: the broker or the topic has gone."""
WIDER = 8

log = logging.getLogger(__name__)


class Scan:
    """A topic open for reading; made by `open_scan`.

    Attributes:
        bounds: What there was to read when it was opened.
    """

    def __init__(self, consumer: kafka.AIOKafkaConsumer, bounds: Bounds, selection: Selection) -> None:
        self._consumer = consumer
        self._selection = selection
        self._meant = (lambda _: True) if selection.everything and selection.partition is None else selection.matches
        self.bounds = bounds
        self._places = {partition: kafka.TopicPartition(bounds.topic, partition) for partition in bounds.spans}
        self._waiting: dict[int, deque[Record]] = {}
        self._ends: dict[int, int] = {}
        self._at: dict[int, int] = {}

    @property
    def read(self) -> int:
        """How many of the offsets in `bounds` lie behind."""
        return sum(at - self.bounds.spans[partition][0] for partition, at in self._at.items())

    async def records(self) -> AsyncIterator[Record]:
        """Yield the selected records up to the end that the topic had, merged by time; at most as many as the selection's limit.

        Raises:
            SetupError: If the broker or the topic goes away, or retention overtakes the scan.
        """
        async for batch in self.batches():
            for record in batch:
                yield record

    async def batches(self) -> AsyncIterator[list[Record]]:
        """Yield what `records` does, as many at a time as there are.

        Raises:
            SetupError: As `records`.
        """
        left = self._selection.limit
        async for batch in self._merged(self.bounds.spans):
            if left is None:
                yield batch
                continue
            if left <= len(batch):
                yield batch[:left]
                return
            left -= len(batch)
            yield batch

    async def last(self, count: int) -> list[Record]:
        """Return the last `count` selected records, read from the end backwards in ever wider steps.

        Raises:
            SetupError: As `records`.
        """
        width = 4 * count + 16
        while True:
            spans = narrowed(self.bounds, width)
            found: deque[Record] = deque(maxlen=count)
            seen = dict.fromkeys(spans, 0)
            async for batch in self._merged(spans):
                found.extend(batch)
                for record in batch:
                    seen[record.partition] += 1
            if all(seen[partition] >= count or span == self.bounds.spans[partition] for partition, span in spans.items()):
                return list(found)
            width *= WIDER

    async def follow(self) -> AsyncIterator[Record]:
        """Yield the selected records after the end that the topic had, as they come, for ever.

        Raises:
            SetupError: If retention overtakes the scan.
        """
        self._start({partition: (end, end) for partition, (_, end) in self.bounds.spans.items()})
        while True:
            for record in sorted(await self._poll(list(self._places), 1000), key=lambda record: record.timestamp):
                if self._meant(record):
                    yield record

    def _start(self, spans: Mapping[int, Span]) -> None:
        self._consumer.assign(list(self._places.values()))
        self._ends = {partition: end for partition, (_, end) in spans.items()}
        self._at = {partition: start for partition, (start, _) in spans.items()}
        self._waiting = {partition: deque() for partition, (start, end) in spans.items() if start < end}
        for partition, (start, _) in spans.items():
            self._consumer.seek(self._places[partition], start)
        self._consumer.resume(*self._places.values())

    async def _merged(self, spans: Mapping[int, Span]) -> AsyncIterator[list[Record]]:
        """Yield the records of the spans; of the partitions' next records the oldest comes first."""
        self._start(spans)
        self._consumer.pause(*(place for partition, place in self._places.items() if partition not in self._waiting))
        while True:
            await self._fill()
            if not self._waiting:
                return
            yield self._oldest()

    def _oldest(self) -> list[Record]:
        """Take records until a partition has none waiting."""
        heads = [(queue[0].timestamp, partition) for partition, queue in self._waiting.items()]
        heapq.heapify(heads)
        taken: list[Record] = []
        while True:
            partition = heads[0][1]
            queue = self._waiting[partition]
            taken.append(queue.popleft())
            if not queue:
                return taken
            heapq.heapreplace(heads, (queue[0].timestamp, partition))

    async def _fill(self) -> None:
        """Read until every partition that is not at its end has a record waiting; forget those that are."""
        since = time.monotonic()
        while hungry := [partition for partition, queue in self._waiting.items() if not queue]:
            before = sum(self._at.values())
            for partition in [partition for partition in hungry if self._at[partition] >= self._ends[partition]]:
                del self._waiting[partition]
                hungry.remove(partition)
                self._consumer.pause(self._places[partition])
            if not hungry:
                return
            for record in await self._poll(hungry, POLL_MS):
                if record.offset < self._ends[record.partition] and self._meant(record):
                    self._waiting[record.partition].append(record)
            for partition in hungry:
                self._at[partition] = await self._consumer.position(self._places[partition])
            since = time.monotonic() if sum(self._at.values()) > before else since
            if time.monotonic() - since > PATIENCE:
                raise SetupError(f"nothing came from {self.bounds.topic} for {PATIENCE:.0f} s; is the broker still there, and the topic?")

    async def _poll(self, partitions: list[int], milliseconds: int) -> list[Record]:
        try:
            polled = await self._consumer.getmany(
                *(self._places[partition] for partition in partitions), timeout_ms=milliseconds, max_records=POLL_RECORDS
            )
        except kafka.KafkaError as error:
            raise SetupError(f"cannot read {self.bounds.topic} any further ({type(error).__name__}): {error}") from error
        return [record for batch in polled.values() for record in kafka.records(batch)]


@asynccontextmanager
async def open_scan(
    settings: KafkaSettings, topic: str, selection: Selection, after: Mapping[int, int] | None = None
) -> AsyncIterator[Scan]:
    """Open a topic for reading; what of it cannot be read is logged.

    Args:
        settings: Where the cluster is.
        topic: Its name on the cluster.
        selection: What of it is meant.
        after: By partition, the offset to begin at, where that is later than what the selection says.

    Raises:
        SetupError: If the broker, the topic or the partition is not there, or no partition holds the offsets.
    """
    consumer = kafka.reader(settings, committed=not selection.uncommitted)
    await kafka.connect(consumer, settings)
    try:
        bounds = await measure(settings, consumer, topic, selection)
        for partition, count in bounds.gone.items():
            log.warning("%s, partition %d: the first %d of these offsets are gone (retention)", topic, partition, count)
        for held_back in bounds.held_back:
            log.warning("%s, %s", topic, held_back)
        yield Scan(consumer, bounds.after(after or {}), selection)
    finally:
        await asyncio.shield(consumer.stop())
