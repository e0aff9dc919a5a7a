"""Load: puts records back on a topic in transactions, so that a load that breaks says exactly what of it is there.

How far it got is committed with the records, under a group named after the slice: the same load goes on there, and nothing is doubled.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable
from itertools import islice

from shared.errors import SetupError
from shared.reading import names
from shared.reading.ahead import ahead
from shared.reading.slice import Header
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.stream.transactions import size_of
from shared.topics import STATE_TOPICS, partition_of

TRANSACTION_SECONDS = 30.0
"""After so long a transaction is committed and another begun: the broker ends one after 60 s. Most loads are one."""
UNDER_WAY_BYTES = 16 * 1024 * 1024
"""Bytes of records that may be on their way to the broker (and one record)."""
ABORT_SECONDS = 5.0


class Load:
    """Puts a slice on a topic; keys, values, headers and timestamps stay as they are.

    Every record goes to the partition it lay in, if the topics have equally many; else to the partition of its key.

    Args:
        settings: Where the cluster is.
        topic: Its name on the cluster.
        partitions: How many it has.
        header: That of the slice.
        fingerprint: Tells the slice from others; None for one that cannot be gone on with.
        again: Begin at its first record, whatever of it was loaded before.
    """

    def __init__(
        self, settings: KafkaSettings, topic: str, partitions: int, header: Header, fingerprint: str | None = None, *, again: bool = False
    ) -> None:
        self._settings = settings
        self._topic = topic
        self._partitions = partitions
        self._same = header.partitions == partitions
        self._placed_by_key = names.known(topic) not in STATE_TOPICS
        self._under_way: deque[tuple[Record, asyncio.Future[object]]] = deque()
        self._size = 0
        self._group = f"{settings.topic_prefix}chipwire.load.{fingerprint}" if fingerprint else None
        self._mark = kafka.TopicPartition(topic, 0)
        self._again = again
        self.before = 0
        """How many records an earlier load had put there."""
        self.sent = 0
        self.committed = 0
        """How many records of the slice are on the topic for good."""

    async def run(self, records: Iterable[Record]) -> None:
        """Load all records; on any failure the transaction under way is aborted.

        Raises:
            SetupError: What went wrong, and what of the slice is there.
        """
        producer = kafka.transactional_producer(self._settings, f"{self._settings.topic_prefix}chipwire.load.{self._topic}")
        await kafka.connect(producer, self._settings)  # the transaction of a load that was killed is over now
        try:
            if self._group and not self._again:
                self.before = self.sent = self.committed = await kafka.committed_offset(self._settings, self._group, self._mark)
            await self._run(producer, ahead(islice(records, self.before, None)))
        except (SetupError, kafka.KafkaError, OSError, AssertionError) as error:
            raise SetupError(f"{_sentence(error)}; {self.done}") from error
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(kafka.abort(producer), ABORT_SECONDS)
            await producer.stop()

    @property
    def done(self) -> str:
        """What of the slice is on the topic, in words."""
        if not self.committed:
            return "nothing was loaded"
        return f"the first {self.committed} records of the slice are loaded and stay, the others are not"

    async def _run(self, producer: kafka.AIOKafkaProducer, records: Iterable[Record]) -> None:
        await producer.begin_transaction()
        began = time.monotonic()
        for record in records:
            self._under_way.append((record, await self._send(producer, record)))
            self.sent += 1
            self._size += size_of(record)
            if self._size >= UNDER_WAY_BYTES:
                await self._settle(UNDER_WAY_BYTES // 2)
            if time.monotonic() - began > TRANSACTION_SECONDS:
                await self._commit(producer)
                await producer.begin_transaction()
                began = time.monotonic()
        await self._commit(producer)

    async def _commit(self, producer: kafka.AIOKafkaProducer) -> None:
        await self._settle(0)
        if self._group:
            await producer.send_offsets_to_transaction({self._mark: self.sent}, self._group)
        await producer.commit_transaction()
        self.committed = self.sent

    async def _settle(self, most: int) -> None:
        """Wait for the oldest deliveries until at most so many bytes are under way.

        A transaction commits although a record in it failed, so the deliveries decide.
        """
        while self._under_way and self._size >= most:
            record, delivery = self._under_way.popleft()
            self._size -= size_of(record)
            try:
                await delivery
            except kafka.KafkaError as error:
                raise SetupError(f"the broker refused {record.address} of the slice ({type(error).__name__})") from error

    async def _send(self, producer: kafka.AIOKafkaProducer, record: Record) -> "asyncio.Future[object]":
        partition = self._partition(record)
        headers = list(record.headers)
        if record.key is None and record.value is None:  # aiokafka's send asserts that one of them is there
            batch = producer.create_batch()
            batch.append(key=None, value=None, timestamp=record.timestamp, headers=headers)
            batch.close()
            return await producer.send_batch(batch, self._topic, partition=partition)  # type: ignore[no-any-return]
        return await producer.send(  # type: ignore[no-any-return]
            self._topic, key=record.key, value=record.value, partition=partition, timestamp_ms=record.timestamp, headers=headers
        )

    def _partition(self, record: Record) -> int:
        if self._same and 0 <= record.partition < self._partitions:
            return record.partition
        if record.key is not None and self._placed_by_key:
            return partition_of(record.key, self._partitions)
        if record.key is None and 0 <= record.partition < self._partitions:
            return record.partition
        raise SetupError(
            f"{record.address} of the slice has no place in {self._topic}, which has {self._partitions} partitions: "
            "its key does not say in which one it belongs; load it into a topic with as many as it came from"
        )


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, SetupError) else f"Kafka failed with {type(error).__name__} {error}".rstrip()
