"""The clients of Kafka, set up the one way that is safe here; the only module that imports aiokafka (beside `tolerant`)."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import (
    IllegalStateError,
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordListTooLargeError,
    RecordTooLargeError,
    TopicAlreadyExistsError,
)
from aiokafka.record.default_records import DefaultRecordBatchBuilder as BatchBuilder
from aiokafka.record.util import calc_crc32c

from shared.errors import SetupError
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import tolerant

__all__ = [
    "AIOKafkaAdminClient",
    "AIOKafkaConsumer",
    "AIOKafkaProducer",
    "BatchBuilder",
    "ConfigResource",
    "ConfigResourceType",
    "ConsumerRebalanceListener",
    "IllegalStateError",
    "InvalidTimestampError",
    "KafkaError",
    "MessageSizeTooLargeError",
    "NewTopic",
    "ProducerFenced",
    "RecordListTooLargeError",
    "RecordTooLargeError",
    "TopicAlreadyExistsError",
    "TopicPartition",
    "abort",
    "admin",
    "calc_crc32c",
    "committed_offset",
    "connect",
    "group_consumer",
    "reader",
    "records",
    "transactional_producer",
]

tolerant.install()

MIB = 1024 * 1024
DAY_MS = 24 * 60 * 60 * 1000
BATCH_BYTES = 256 * 1024
LARGEST_MESSAGE = 1024 * MIB
"""What the producer lets through: the lane holds every output against its own topic's limit, and a dead letter goes out as it came."""


def _security(settings: KafkaSettings) -> dict[str, object]:
    return {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
        "ssl_context": settings.ssl_context(),
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": settings.sasl_password,
    }


def group_consumer(settings: KafkaSettings, group: str, replica: str) -> AIOKafkaConsumer:
    """Return the consumer of a replica: it reads committed records only and never commits by itself.

    A static member (`replica`) gets its partitions back 3-4 s after a kill -9; `max_poll_interval_ms` is a day since a
    stalled lane ends the process by itself.
    """
    return AIOKafkaConsumer(
        group_id=group,
        group_instance_id=replica,
        client_id=f"{group}.{replica}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        partition_assignment_strategy=(RoundRobinPartitionAssignor,),
        max_partition_fetch_bytes=8 * MIB,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=1_000,
        rebalance_timeout_ms=30_000,
        max_poll_interval_ms=DAY_MS,
        **_security(settings),
    )


def reader(settings: KafkaSettings, *, committed: bool = True) -> AIOKafkaConsumer:
    """Return a consumer without a group, for reading partitions assigned by hand; a larger batch than it asks for comes too, alone."""
    return AIOKafkaConsumer(
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed" if committed else "read_uncommitted",
        max_partition_fetch_bytes=MIB,
        **_security(settings),
    )


def transactional_producer(settings: KafkaSettings, transactional_id: str | None) -> AIOKafkaProducer:
    """Return a producer; with an id every write is part of a transaction, and an older producer of that id is fenced."""
    return AIOKafkaProducer(
        transactional_id=transactional_id,
        transaction_timeout_ms=60_000,
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        max_batch_size=BATCH_BYTES,
        max_request_size=LARGEST_MESSAGE,
        linger_ms=0,
        **_security(settings),
    )


async def abort(producer: AIOKafkaProducer) -> None:
    """End the open transaction of a producer, if there is one, with nothing of it written."""
    if producer._txn_manager.is_in_transaction():
        await producer.abort_transaction()


def admin(settings: KafkaSettings) -> AIOKafkaAdminClient:
    """Return a client for topics and groups."""
    return AIOKafkaAdminClient(request_timeout_ms=15_000, **_security(settings))


async def connect(client: AIOKafkaConsumer | AIOKafkaProducer | AIOKafkaAdminClient, settings: KafkaSettings) -> None:
    """Start a client for the first time.

    Raises:
        SetupError: If no broker can be reached, or the log-on fails.
    """
    try:
        await client.start()
    except (KafkaError, OSError) as error:
        await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())
        raise SetupError(
            f"cannot reach Kafka at {settings.bootstrap_servers} ({type(error).__name__}); "
            "start one with `chipwire kafka up` or set CHIPWIRE_BOOTSTRAP_SERVERS"
        ) from error


async def committed_offset(settings: KafkaSettings, group: str, place: TopicPartition) -> int:
    """Return the offset that a group has committed, 0 where it has none; the group is not joined."""
    consumer = group_consumer(settings, group, "onlooker")
    await connect(consumer, settings)
    try:
        consumer.assign([place])
        return int(await consumer.committed(place) or 0)
    finally:
        await consumer.stop()


def records(polled: Iterable[object]) -> list[Record]:
    """Return what a consumer polled as records."""
    return [
        Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))  # type: ignore[attr-defined]
        for r in polled
    ]
