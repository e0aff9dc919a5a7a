"""An archive on its way to `news.raw.v1`: one transactional producer, and how far it came in the same transaction as the pages.

How far is the committed offset of a consumer group of the archive's own, on partition 0 of the topic: how many of its records were dealt
with. So a run that was killed at any point goes on where its last transaction ended; a second run of the same archive fences the first.
An archive is known by its first bytes, which hold the id of its first record: a copy, and one that was cut short and is whole now, go on
too. The broker forgets the offsets of an idle group after a week (`offsets.retention.minutes`).
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from services.fetcher.archive import Step, steps
from shared.errors import SetupError
from shared.reading.lag import BOOKMARK
from shared.records.record import Message
from shared.settings import KafkaSettings
from shared.stream import kafka, provision
from shared.stream.ahead import ahead
from shared.stream.parcel import Parcel, parcels
from shared.stream.transactions import REFUSALS, Transactions, size_of
from shared.topics import MIB, RAW, partition_of

HEAD_BYTES = 1024
BATCH_BYTES = 32 * MIB
"""Three batches are in memory: one is sent, one waits, one is read."""
BATCH_STEPS = 1000
PARCEL_BYTES = MIB
"""To a partition at once: four times what is usual takes the broker two thirds of the work for pages of 100 KB."""


@dataclass(slots=True)
class Tally:
    """What became of an archive's records: sent now, sent by a run before, left out by reason."""

    sent: int = 0
    before: int = 0
    left: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of an archive.

    Attributes:
        messages: The pages in them.
        left: How many hold none, by reason.
        reached: How many records of the archive are dealt with then, from its beginning.
        position: About where the last of them begins, in bytes of the file.
    """

    messages: tuple[Message, ...]
    left: Counter[str]
    reached: int
    position: int


def batches(found: Iterable[Step], done: int = 0) -> Iterator[Batch]:
    """Yield the records after the first `done`, at most `BATCH_BYTES` (and one page) or `BATCH_STEPS` at a time.

    Raises:
        ArchiveError: As `steps`, after all that comes before the fault.
    """
    messages, left, size, reached, position = list[Message](), Counter[str](), 0, done, 0
    try:
        for reached, step in enumerate(found, done + 1):
            position = step.position
            if step.message is None:
                left[step.reason] += 1
            else:
                messages.append(step.message)
                size += size_of(step.message)
            if size >= BATCH_BYTES or len(messages) + left.total() >= BATCH_STEPS:
                yield Batch(tuple(messages), left, reached, position)
                messages, left, size = [], Counter(), 0
    except SetupError:
        yield Batch(tuple(messages), left, reached, position)
        raise
    yield Batch(tuple(messages), left, reached, position)


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
    partitions, place = await provision.check(settings, [RAW]), kafka.TopicPartition(settings.topic(RAW), 0)
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if not head:
                raise SetupError("is empty")
            stream.seek(0)
            async with (
                _opened(settings, sha256(head).hexdigest()[:16]) as (transactions, reached),
                aclosing(ahead(_packed(batches(_counted(stream, reached, tally), reached), partitions))) as found,
            ):
                async for batch, packed in found:
                    if batch.reached:
                        await transactions.commit_parcels(RAW, packed, place, batch.reached)
                    tally.sent += len(batch.messages)
                    tally.left.update(batch.left)
                    done(batch)
    except REFUSALS as error:
        raise SetupError(f"the broker refuses a page: {error}") from error
    except kafka.ProducerFenced as error:
        raise SetupError("another run has taken over this archive") from error
    except (kafka.KafkaError, TimeoutError) as error:
        raise SetupError(f"{type(error).__name__}: {error}; the same command goes on from here") from error
    except OSError as error:
        raise SetupError(error.strerror or "cannot be read") from error


def _counted(stream: BinaryIO, reached: int, tally: Tally) -> Iterator[Step]:
    """Yield the steps that are yet to be dealt with, and count the pages before them."""
    for number, step in enumerate(steps(stream)):
        if number >= reached:
            yield step
        else:
            tally.before += step.message is not None


def _packed(found: Iterable[Batch], partitions: int) -> Iterator[tuple[Batch, list[Parcel[Message]]]]:
    for batch in found:
        placed = ((partition_of(message.key or b"", partitions), message) for message in batch.messages)
        yield batch, parcels(placed, PARCEL_BYTES)


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
