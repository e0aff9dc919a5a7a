"""Messages packed and compressed for one partition before they are sent, in whatever thread has the time.

aiokafka compresses in its event loop, between the answer to one request and the sending of the next, so that broker and producer wait
for each other. A parcel is a record batch as it goes over the wire, but for who sends it and its place in the sequence: these fields
are not compressed and are written when it is sent.
Source: the Kafka protocol, record batch format 2 (producerId at byte 43, crc at byte 17 over all from byte 21). It stands in for
`BatchBuilder` of aiokafka 0.14.0, hence the exact pin.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from shared.records.record import Message, Record
from shared.stream import kafka
from shared.stream.transactions import size_of

CRC, CHECKED, PRODUCER = 17, 21, 43
FORMAT, ZSTD = 2, 4
M = TypeVar("M", Message, Record)


class Parcel(Generic[M]):
    """A compressed record batch of a transaction.

    Attributes:
        partition: Where it goes.
        first: Its first message.
    """

    def __init__(self, partition: int, messages: Sequence[M]) -> None:
        self.partition = partition
        self.first: M = messages[0]
        self._count = len(messages)
        builder = kafka.BatchBuilder(FORMAT, ZSTD, 1, -1, -1, 0, kafka.LARGEST_MESSAGE)
        for number, message in enumerate(messages):
            builder.append(number, message.timestamp, message.key, message.value, list(message.headers))
        self._bytes = bytearray(builder.build())

    def record_count(self) -> int:
        """How many messages there are."""
        return self._count

    def size(self) -> int:
        """How many bytes, compressed."""
        return len(self._bytes)

    def closed(self) -> bool:
        """That none can be added."""
        return True

    def close(self) -> None:
        """Do nothing: it is closed."""

    def _set_producer_state(self, producer: int, epoch: int, sequence: int) -> None:
        struct.pack_into(">qhi", self._bytes, PRODUCER, producer, epoch, sequence)
        struct.pack_into(">I", self._bytes, CRC, kafka.calc_crc32c(memoryview(self._bytes)[CHECKED:]))

    def _build(self) -> bytearray:
        return self._bytes


def parcels(placed: Iterable[tuple[int, M]], most: int) -> list[Parcel[M]]:
    """Return messages as parcels, those of a partition in order and the partitions by turns.

    Args:
        placed: Partitions and messages.
        most: Bytes of messages, before compression, in a parcel; a larger message has one for itself.
    """
    groups: dict[int, list[list[M]]] = {}
    room: dict[int, int] = {}
    for partition, message in placed:
        size = size_of(message)
        if size > room.get(partition, 0):
            groups.setdefault(partition, []).append([])
            room[partition] = most
        groups[partition][-1].append(message)
        room[partition] -= size
    turns = sorted((turn, partition) for partition, own in groups.items() for turn in range(len(own)))
    return [Parcel(partition, groups[partition][turn]) for turn, partition in turns]
