"""The transactions of one lane: outputs and the input's offset are committed together, or neither is.

Ownership is advice, fencing is law: starting a producer with the lane's id ends every transaction of a former owner.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.errors import PoisonError
from shared.records.record import Message, Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import Topic

if TYPE_CHECKING:
    from shared.stream.parcel import Parcel

CLOSE_SECONDS = 0.8
OVERHEAD_BYTES = 128
"""At most what a record and its batch take besides key, value and headers."""


@dataclass(frozen=True, slots=True)
class Output:
    """A message, where it goes, and the place in the batch of the input it came from."""

    topic: Topic[object]
    partition: int
    message: Message
    input: int = 0


class RefusedError(Exception):
    """A message that the broker, or its topic's limit, refuses: another try would end the same way.

    Args:
        output: The refused output.
        why: In words.
    """

    def __init__(self, output: Output, why: str) -> None:
        self.output = output
        self.why = why
        super().__init__(output.topic.name, why)


REFUSALS = (kafka.MessageSizeTooLargeError, kafka.RecordTooLargeError, kafka.RecordListTooLargeError, kafka.InvalidTimestampError)


class Transactions:
    """A transactional producer that commits batches.

    Args:
        settings: Where the cluster is.
        transactional_id: ``<group>.<topic>.<partition>``: whoever starts with it fences whoever had it.
        group: The consumer group whose offsets go with the outputs.
    """

    def __init__(self, settings: KafkaSettings, transactional_id: str, group: str) -> None:
        self._settings = settings
        self._group = group
        self._producer = kafka.transactional_producer(settings, transactional_id)

    async def start(self) -> None:
        """Fence every former owner; afterwards all their transactions are over."""
        await self._producer.start()

    async def commit(self, outputs: Sequence[Output], source: kafka.TopicPartition, next_offset: int | None) -> None:
        """Write all `outputs` and the offset in one transaction.

        A transaction commits although a record in it failed, so the delivery futures decide.

        Args:
            outputs: In the order to be written.
            source: The partition that was read.
            next_offset: The offset to be read next; None leaves it.

        Raises:
            RefusedError: For the first message that is refused for good.
            KafkaError, TimeoutError, AssertionError, OSError: The lane begins anew.
        """
        await self._producer.begin_transaction()
        deliveries = []
        for output in outputs:
            try:
                deliveries.append(await self._send(output))
            except REFUSALS as error:
                raise RefusedError(output, str(error)) from error
        if next_offset is not None:
            await self._producer.send_offsets_to_transaction({source: next_offset}, self._group)
        results = await asyncio.gather(*deliveries, return_exceptions=True)
        for output, result in zip(outputs, results, strict=True):
            if isinstance(result, REFUSALS):
                raise RefusedError(output, str(result)) from result
        for result in results:
            if isinstance(result, BaseException):
                raise result
        await self._producer.commit_transaction()

    async def commit_parcels(
        self, topic: Topic[object], parcels: "Sequence[Parcel[Message]]", source: kafka.TopicPartition, next_offset: int
    ) -> None:
        """Write what was packed before and the offset in one transaction.

        Raises:
            KafkaError, TimeoutError, AssertionError, OSError: Nothing is written.
        """
        await self._producer.begin_transaction()
        name = self._settings.topic(topic)
        deliveries = [await self._producer.send_batch(parcel, name, partition=parcel.partition) for parcel in parcels]
        for delivery in deliveries:
            delivery.add_done_callback(lambda future: future.cancelled() or future.exception())  # nobody asks if the next line fails
        await self._producer.send_offsets_to_transaction({source: next_offset}, self._group)
        for result in await asyncio.gather(*deliveries, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
        await self._producer.commit_transaction()

    async def _send(self, output: Output) -> "asyncio.Future[object]":
        message = output.message
        topic = self._settings.topic(output.topic)
        if message.key is None and message.value is None:  # aiokafka's send asserts that one of them is there
            batch = self._producer.create_batch()
            batch.append(key=None, value=None, timestamp=message.timestamp, headers=list(message.headers))
            batch.close()
            return await self._producer.send_batch(batch, topic, partition=output.partition)  # type: ignore[no-any-return]
        return await self._producer.send(  # type: ignore[no-any-return]
            topic,
            key=message.key,
            value=message.value,
            partition=output.partition,
            timestamp_ms=message.timestamp,
            headers=list(message.headers),
        )

    async def close(self) -> None:
        """Abort what is under way and let go, each within `CLOSE_SECONDS`, whatever the broker's state; a cancellation waits for it."""
        closing = asyncio.ensure_future(self._close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    async def _close(self) -> None:
        producer = self._producer
        for ending in (kafka.abort(producer), producer.stop()):
            with contextlib.suppress(Exception):
                await asyncio.wait_for(ending, CLOSE_SECONDS)
        await self._end_sender()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(producer.client.close(), CLOSE_SECONDS)

    async def _end_sender(self) -> None:
        """End aiokafka's sender task, which survives `stop()` after an outage; it takes two cancels (aiokafka 0.14.0)."""
        task = self._producer._sender.sender_task
        for _ in range(2):
            if task is None or task.done():
                return
            task.cancel()
            await asyncio.wait([task], timeout=CLOSE_SECONDS / 2)


def too_large(message: Message, topic: Topic[Any]) -> PoisonError | None:
    """Return why a message does not fit a topic, None if it does: its limit counts before compression."""
    if (size := size_of(message)) <= topic.max_message_bytes:
        return None
    return PoisonError("output-too-large", f"{size} bytes, {topic.name} takes {topic.max_message_bytes}")


def size_of(message: Message | Record) -> int:
    """Return about how many bytes a message takes in a batch, before compression; never less than it does."""
    size = OVERHEAD_BYTES + len(message.key or b"") + len(message.value or b"")
    return size + sum(len(name) * 4 + len(value or b"") + 10 for name, value in message.headers)
