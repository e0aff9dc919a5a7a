"""Load: puts records back on a topic in transactions, so that a load that breaks says exactly what of it is there.

How far it got is committed with the records, under a group named after the slice: the same load goes on there, and nothing is doubled.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from itertools import islice

from shared.errors import SetupError
from shared.reading import names
from shared.reading.slice import Header
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.stream.ahead import ahead
from shared.stream.parcel import Parcel, parcels
from shared.stream.transactions import size_of
from shared.topics import MIB, STATE_TOPICS, partition_of

TRANSACTION_SECONDS = 30.0
"""After so long a transaction is committed and another begun: the broker ends one after 60 s. Most loads are one."""
PORTION_BYTES, PARCEL_BYTES = 8 * MIB, MIB // 4
"""Bytes of records that are read and packed at a time (and one record), and that go to a partition at once."""
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
        self._under_way: deque[tuple[Parcel[Record], asyncio.Future[object]]] = deque()
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
            await self._run(producer, islice(records, self.before, None))
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
        async with aclosing(ahead(self._portions(records))) as portions:
            async for count, packed in portions:
                for parcel in packed:
                    self._under_way.append((parcel, await producer.send_batch(parcel, self._topic, partition=parcel.partition)))
                self.sent += count
                await self._settle(len(packed))
                if time.monotonic() - began > TRANSACTION_SECONDS:
                    await self._commit(producer)
                    await producer.begin_transaction()
                    began = time.monotonic()
        await self._commit(producer)

    def _portions(self, records: Iterable[Record]) -> Iterator[tuple[int, list[Parcel[Record]]]]:
        """Yield the records packed, and how many there are."""
        placed: list[tuple[int, Record]] = []
        size = 0
        for record in records:
            placed.append((self._partition(record), record))
            size += size_of(record)
            if size >= PORTION_BYTES:
                yield len(placed), parcels(placed, PARCEL_BYTES)
                placed, size = [], 0
        yield len(placed), parcels(placed, PARCEL_BYTES)

    async def _commit(self, producer: kafka.AIOKafkaProducer) -> None:
        await self._settle(0)
        if self._group:
            await producer.send_offsets_to_transaction({self._mark: self.sent}, self._group)
        await producer.commit_transaction()
        self.committed = self.sent

    async def _settle(self, most: int) -> None:
        """Wait for the oldest deliveries until at most so many are under way.

        A transaction commits although a record in it failed, so the deliveries decide.
        """
        while len(self._under_way) > most:
            parcel, delivery = self._under_way.popleft()
            try:
                await delivery
            except kafka.KafkaError as error:
                raise SetupError(f"the broker refused {parcel.first.address} of the slice ({type(error).__name__})") from error

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
