"""Dead letters on the cluster: those that wait, and the transactions that settle them.

A letter and its settlement go in one transaction, so a retry that breaks off can be run again: what was put back is not put back twice.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.errors import SetupError
from shared.reading.bounds import count_partitions
from shared.reading.letters import Deed, Letter, restored, settled, settlement
from shared.reading.scan import open_scan
from shared.reading.select import Selection
from shared.records.record import Record
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.stream.transactions import Output, RefusedError, Transactions
from shared.topics import STATE_TOPICS, Topic, partition_of

BATCH_RECORDS = 100
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Survey:
    """The selected letters of one topic that nobody has dealt with, in the order of their times, and how many were dealt with."""

    waiting: Mapping[str, Letter]
    settled: int


async def survey(settings: KafkaSettings, topic: Topic[object], selection: Selection, reasons: frozenset[str] = frozenset()) -> Survey:
    """Return the letters that wait beside a topic.

    Args:
        settings: Where the cluster is.
        topic: Whose dead letters.
        selection: Which of them.
        reasons: Only those given up for one of these; empty for all.

    Raises:
        SetupError: If there is nothing to read from.
    """
    found: dict[str, Letter] = {}
    done: set[str] = set()
    async with open_scan(settings, settings.topic(topic.dead_letters), Selection()) as scan:
        async for record in scan.records():
            if address := settled(record):
                done.add(address)
            elif selection.matches(record) and (not reasons or record.header("dlq-reason") in reasons):
                found[record.address] = Letter.of(record)
    waiting = [letter for letter in found.values() if letter.address not in done]
    return Survey({letter.address: letter for letter in waiting[: selection.limit]}, len(found) - len(waiting))


async def superseded(settings: KafkaSettings, topic: Topic[object], letters: Iterable[Letter]) -> set[str]:
    """Return the addresses of the letters that a newer record of the same key has overtaken on their topic."""
    by_key: dict[str, list[Letter]] = {}
    for letter in letters:
        if letter.key is not None:
            by_key.setdefault(letter.key.decode("utf-8", "replace"), []).append(letter)
    if not by_key:
        return set()
    found: set[str] = set()
    async with open_scan(settings, settings.topic(topic), Selection(ids=frozenset(by_key))) as scan:
        async for record in scan.records():
            same = by_key.get((record.key or b"").decode("utf-8", "replace"), ())
            found |= {letter.address for letter in same if letter.superseded_by(record)}
    return found


async def whole(settings: KafkaSettings, topic: Topic[object], letters: Mapping[str, Letter]) -> AsyncIterator[Record]:
    """Yield the letters as they lie, with the records in them."""
    first = min((int(address.rpartition("/")[2]) for address in letters), default=0)
    async with open_scan(settings, settings.topic(topic.dead_letters), Selection(offsets=(first, None))) as scan:
        async for record in scan.records():
            if record.address in letters:
                yield record


def at_source(topic: Topic[object], name: str, record: Record, partitions: int) -> Record:
    """Return a letter as the record that it becomes on its source topic, in the partition of its key where that decides."""
    by_key = record.key is not None and topic not in STATE_TOPICS
    partition = partition_of(record.key or b"", partitions) if by_key else record.partition
    return replace(record, topic=name, partition=partition, offset=max(0, Letter.of(record).offset))


async def settle(settings: KafkaSettings, topic: Topic[object], letters: Mapping[str, Letter], deed: Deed) -> int:
    """Put letters back on their topic, or drop them; return how many.

    Raises:
        SetupError: If it breaks off; says how many are dealt with for good.
    """
    partitions = await count_partitions(settings, settings.topic(topic))
    group = settings.topic_prefix + "chipwire.dlq"
    transactions = Transactions(settings, f"{group}.{topic.name}", group)
    done = 0
    try:
        await transactions.start()
        batch: list[Record] = []
        async for record in whole(settings, topic, letters):
            batch.append(record)
            if len(batch) >= BATCH_RECORDS or sum(len(each.value or b"") for each in batch) > BATCH_BYTES:
                done += await _commit(transactions, topic, batch, deed, partitions)
                batch = []
        return done + await _commit(transactions, topic, batch, deed, partitions)
    except (RefusedError, kafka.KafkaError, TimeoutError, AssertionError, OSError) as error:
        why = error.why if isinstance(error, RefusedError) else type(error).__name__
        raise SetupError(f"broke off ({why}); {done} letters are dealt with and stay so, run it again for the others") from error
    finally:
        await transactions.close()


async def _commit(transactions: Transactions, topic: Topic[object], batch: Sequence[Record], deed: Deed, partitions: int) -> int:
    if not batch:
        return 0
    outputs: list[Output] = []
    for record in batch:
        if deed == "retry":
            outputs.append(Output(topic, at_source(topic, topic.name, record, partitions).partition, restored(record)))
        outputs.append(Output(topic.dead_letters, record.partition, settlement(record, deed, datetime.now(UTC))))
    await transactions.commit(outputs, kafka.TopicPartition(topic.name, 0), None)
    return len(batch)
