"""Parcels are what aiokafka would have sent."""

import pytest
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from shared.records.record import Message
from shared.stream.parcel import Parcel, parcels
from shared.stream.transactions import size_of
from shared.topics import partition_of

MESSAGES = st.lists(
    st.builds(
        Message,
        st.binary(min_size=1, max_size=8),
        st.binary(max_size=500),
        st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=5)), max_size=3).map(tuple),
        st.integers(0, 2**41),
    ),
    max_size=30,
)


def placed(messages: list[Message], partitions: int) -> list[tuple[int, Message]]:
    return [(partition_of(message.key or b"", partitions), message) for message in messages]


@given(MESSAGES.filter(bool), st.integers(0, 2**62), st.integers(0, 2**15 - 1), st.integers(0, 2**31 - 1))
def test_a_parcel_equals_the_batch_of_a_producer_byte_for_byte(messages: list[Message], producer: int, epoch: int, sequence: int) -> None:
    parcel = Parcel(0, messages)
    parcel._set_producer_state(producer, epoch, sequence)
    theirs = DefaultRecordBatchBuilder(2, 4, 1, producer, epoch, sequence, 1 << 20)
    for number, message in enumerate(messages):
        theirs.append(number, message.timestamp, message.key, message.value, list(message.headers))
    assert bytes(parcel._build()) == bytes(theirs.build())
    assert (parcel.record_count(), parcel.size()) == (len(messages), len(parcel._build()))


@given(MESSAGES, st.integers(1, 4), st.integers(1, 3000))
def test_every_message_is_in_one_parcel_of_its_partition_in_order_and_no_parcel_is_larger_than_asked(
    messages: list[Message], partitions: int, most: int
) -> None:
    held: dict[int, list[bytes]] = {}
    for parcel in parcels(placed(messages, partitions), most):
        records = list(DefaultRecordBatch(bytes(parcel._build())))
        assert len(records) == parcel.record_count()
        assert len(records) == 1 or sum(len(one.key) + len(one.value) for one in records) <= most
        held.setdefault(parcel.partition, []).extend(one.key + one.value for one in records)
    wanted: dict[int, list[bytes]] = {}
    for message in messages:
        wanted.setdefault(partition_of(message.key or b"", partitions), []).append((message.key or b"") + (message.value or b""))
    assert held == wanted


@pytest.mark.parametrize("partitions", [1, 4])
def test_partitions_take_turns(partitions: int) -> None:
    messages = [Message(b"%d" % number, b"x" * 1000, (), 0) for number in range(60)]
    turns = [parcel.partition for parcel in parcels(placed(messages, partitions), 2 * size_of(messages[0]))]
    assert turns[:partitions] == list(range(partitions))
