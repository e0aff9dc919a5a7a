"""Where reading begins and ends: the offsets of a topic at one moment, and what waits behind open transactions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from shared.errors import SetupError
from shared.reading import names
from shared.reading.select import Offsets, Selection
from shared.settings import KafkaSettings
from shared.stream import kafka, provision

FIRST_HELD_MS = 2000
Span = tuple[int, int]
"""The first offset to be read, and the first that is not."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Offsets of one partition that readers of committed records do not get yet: a transaction before or among them is open.

    `since` is the time that the first of them bears (a stage's output bears that of its input), in milliseconds since 1970; None where it
    could not be read.
    """

    partition: int
    offset: int
    count: int
    since: int | None = None

    def __str__(self) -> str:
        since = "" if self.since is None else f" since {datetime.fromtimestamp(self.since / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
        return f"partition {self.partition}: up to {self.count} held back{since}, from offset {self.offset} on, by an open transaction"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a topic held when it was asked.

    Attributes:
        topic: Its name on the cluster.
        partitions: How many it has.
        spans: For each selected partition, what of it is to be read.
        held_back: What waits behind open transactions in them.
        gone: For each partition, how many of the offsets asked for retention or compaction has taken from its beginning.
    """

    topic: str
    partitions: int
    spans: Mapping[int, Span]
    held_back: tuple[HeldBack, ...] = ()
    gone: Mapping[int, int] = field(default_factory=dict)

    @property
    def offsets(self) -> int:
        """How many offsets there are to read: at least as many as records."""
        return sum(max(0, end - start) for start, end in self.spans.values())

    def after(self, offsets: Mapping[int, int]) -> "Bounds":
        """Return the same, beginning at these offsets where they are later."""
        spans = {partition: (min(max(start, offsets.get(partition, 0)), end), end) for partition, (start, end) in self.spans.items()}
        return replace(self, spans=spans)


async def count_partitions(settings: KafkaSettings, topic: str) -> int:
    """Return how many partitions a topic has.

    Raises:
        SetupError: If it is missing, or the cluster cannot be reached. Asking for it by a consumer could create it.
    """
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        described = (await client.describe_topics([topic]))[0]
    finally:
        await client.close()
    if described["error_code"]:
        hint = provision.HINT if names.known(topic) else f"known are {', '.join(names.SHORT)}"
        raise SetupError(f"there is no topic {topic} on {settings.bootstrap_servers}; {hint}")
    return len(described["partitions"])


async def measure(settings: KafkaSettings, consumer: kafka.AIOKafkaConsumer, topic: str, selection: Selection) -> Bounds:
    """Return what of a topic a selection can mean, as of now.

    Args:
        settings: Where the cluster is.
        consumer: A started reader.
        topic: Its name on the cluster.
        selection: Offsets, times and partition count here.

    Raises:
        SetupError: If the topic or the partition is missing, or no partition holds the offsets.
    """
    count = await count_partitions(settings, topic)
    if selection.partition is not None and selection.partition >= count:
        raise SetupError(f"topic {topic} has the partitions 0 to {count - 1}, not {selection.partition}")
    chosen = range(count) if selection.partition is None else [selection.partition]
    places = [kafka.TopicPartition(topic, partition) for partition in chosen]
    begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    first, last = selection.offsets or (0, None)
    starts = {place: max(begins[place], first) for place in places}
    if selection.since is not None:
        found = await consumer.offsets_for_times(dict.fromkeys(places, selection.since))
        starts = {place: max(start, found[place].offset if found[place] else ends[place]) for place, start in starts.items()}
    stops = {place: ends[place] if last is None else min(ends[place], last) for place in places}
    if first:
        _refuse_nowhere(topic, (first, last), {place.partition: (begins[place], ends[place]) for place in places})
    return Bounds(
        topic,
        count,
        {place.partition: (min(starts[place], stops[place]), stops[place]) for place in places},
        () if selection.uncommitted else await _held_back(settings, ends),
        {place.partition: begins[place] - first for place in places if 0 < first < begins[place]},
    )


def _refuse_nowhere(topic: str, offsets: Offsets, held: Mapping[int, Span]) -> None:
    """Refuse offsets that lie in no partition, rather than read nothing."""
    first, last = offsets
    if any(first < end and (last is None or last > begin) for begin, end in held.values()):
        return
    wanted = f"{first}..{'' if last is None else last}"
    there = ", ".join(f"{partition} holds {begin}..{end}" for partition, (begin, end) in held.items())
    raise SetupError(f"no partition of {topic} holds the offsets {wanted}: {there}")


async def _held_back(settings: KafkaSettings, stable: Mapping[kafka.TopicPartition, int]) -> tuple[HeldBack, ...]:
    """Return where the log goes on after the last stable offset."""
    consumer = kafka.reader(settings, committed=False)
    await kafka.connect(consumer, settings)
    try:
        ends = await consumer.end_offsets(list(stable))
        waiting = [place for place in stable if ends[place] > stable[place]]
        return tuple(
            [
                HeldBack(each.partition, stable[each], ends[each] - stable[each], await _time(consumer, each, stable[each]))
                for each in waiting
            ]
        )
    finally:
        await consumer.stop()


async def _time(consumer: kafka.AIOKafkaConsumer, place: kafka.TopicPartition, offset: int) -> int | None:
    """Return the timestamp of the record at an offset; None if it does not come."""
    consumer.assign([place])
    consumer.seek(place, offset)
    polled = await consumer.getmany(place, timeout_ms=FIRST_HELD_MS, max_records=1)
    return next((record.timestamp for record in kafka.records(polled.get(place, ()))), None)


def narrowed(bounds: Bounds, offsets: int) -> dict[int, Span]:
    """Return the last `offsets` of each span."""
    return {partition: (max(start, end - offsets), end) for partition, (start, end) in bounds.spans.items()}
