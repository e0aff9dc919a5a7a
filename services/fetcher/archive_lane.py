"""An archive on its way to `news.raw.v1`: one transactional producer, and how far it came in the same transaction as the pages.

How far is the committed offset of a consumer group of the archive's own, on partition 0 of the topic: the byte after the beginning of
the last record that was dealt with. So a run that was killed at any point goes on where its last transaction ended; a second run of
the same archive fences the first. An archive is known by its first bytes, which hold the id of its first record: a copy, and one that
was cut short and is whole now, go on too. The broker forgets the offsets of an idle group after a week (`offsets.retention.minutes`).
"""

import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from services.fetcher.archive import Step, steps
from shared.errors import SetupError
from shared.reading.lag import BOOKMARK
from shared.records.record import Message
from shared.settings import KafkaSettings
from shared.stream import kafka, provision
from shared.stream.transactions import Output, RefusedError, Transactions, size_of
from shared.topics import MIB, RAW, partition_of

HEAD_BYTES = 1024
BATCH_BYTES = 16 * MIB
BATCH_STEPS = 1000


@dataclass(slots=True)
class Tally:
    """What became of an archive's records: sent now, sent by a run before, left out by reason."""

    sent: int = 0
    before: int = 0
    left: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of an archive, and the position that is reached with them."""

    messages: tuple[Message, ...]
    left: Counter[str]
    reached: int


def batches(found: Iterable[Step], reached: int) -> Iterator[Batch]:
    """Yield the records from a position on, at most `BATCH_BYTES` (and one page) or `BATCH_STEPS` at a time.

    Raises:
        ArchiveError: As `steps`, after all that comes before the fault.
    """
    messages, left, size, count = list[Message](), Counter[str](), 0, 0
    try:
        for step in found:
            if step.position < reached:
                continue
            count, reached = count + 1, step.position + 1
            if step.document is None:
                left[step.reason] += 1
            else:
                messages.append(step.document.to_message())
                size += size_of(messages[-1])
            if size >= BATCH_BYTES or count >= BATCH_STEPS:
                yield Batch(tuple(messages), left, reached)
                messages, left, size, count = [], Counter(), 0, 0
    except SetupError:
        yield Batch(tuple(messages), left, reached)
        raise
    yield Batch(tuple(messages), left, reached)


async def ingest(path: Path, settings: KafkaSettings, tally: Tally, done: Callable[[Batch], None]) -> None:
    """Send the pages of an archive that no run before has sent.

    Args:
        path: Of the archive.
        settings: Where the cluster is.
        tally: Counts what was committed, also where this ends with an error.
        done: Told of every committed batch.

    Raises:
        ArchiveError: If it cannot be read on; everything before that is committed.
        SetupError: If it cannot be opened, or the cluster does not take it, or another run took over.
    """
    partitions = await provision.check(settings, [RAW])
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if not head:
                raise SetupError("is empty")
            stream.seek(0)
            async with _opened(settings, sha256(head).hexdigest()[:16]) as (transactions, reached):
                await _send(transactions, batches(_counted(stream, reached, tally), reached), settings, partitions, tally, done)
    except RefusedError as error:
        raise SetupError(f"the broker refuses a page: {error}") from error
    except kafka.ProducerFenced as error:
        raise SetupError("another run has taken over this archive") from error
    except (kafka.KafkaError, TimeoutError) as error:
        raise SetupError(f"{type(error).__name__}: {error}; the same command goes on from here") from error
    except OSError as error:
        raise SetupError(error.strerror or "cannot be read") from error


def _counted(stream: io.BufferedReader, reached: int, tally: Tally) -> Iterator[Step]:
    for step in steps(stream):
        tally.before += step.document is not None and step.position < reached
        yield step


async def _send(
    transactions: Transactions,
    found: Iterator[Batch],
    settings: KafkaSettings,
    partitions: int,
    tally: Tally,
    done: Callable[[Batch], None],
) -> None:
    place = kafka.TopicPartition(settings.topic(RAW), 0)
    for batch in found:
        outputs = [Output(RAW, partition_of(message.key or b"", partitions), message) for message in batch.messages]
        if batch.reached:
            await transactions.commit(outputs, place, batch.reached)
        tally.sent += len(outputs)
        tally.left.update(batch.left)
        done(batch)


@asynccontextmanager
async def _opened(settings: KafkaSettings, identity: str) -> AsyncIterator[tuple[Transactions, int]]:
    """Yield the archive's producer and how far the runs before came; fence first, then ask."""
    name = f"{settings.topic_prefix}{BOOKMARK}{identity}"
    transactions = Transactions(settings, name, name)
    try:
        await transactions.start()
        yield transactions, await kafka.committed_offset(settings, name, kafka.TopicPartition(settings.topic(RAW), 0))
    finally:
        await transactions.close()
