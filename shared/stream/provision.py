"""Topics on the cluster against `shared.topics`: create what is missing, show what differs, refuse what cannot be changed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.errors import SetupError
from shared.settings import KafkaSettings
from shared.stream import kafka
from shared.topics import STATE_TOPICS, TOPICS, Topic

SETTLE_TRIES, SETTLE_SECONDS = 150, 0.1
HINT = "run `chipwire topics apply`"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as `shared.topics` has it; `setting` is ``topic`` for a missing one, or ``partitions``."""

    topic: str
    setting: str
    wanted: str
    found: str

    def __str__(self) -> str:
        if self.setting == "topic":
            return f"topic {self.topic} is missing"
        return f"topic {self.topic} has {self.setting} {self.found}, not {self.wanted}"


def wanted(settings: KafkaSettings, topic: Topic[object]) -> dict[str, str]:
    """Return the broker's settings that a topic is to have on this cluster."""
    return topic.config(keep_everything=settings.keep_everything and topic not in STATE_TOPICS)


async def drift(settings: KafkaSettings, topics: Iterable[Topic[object]] = TOPICS) -> list[Difference]:
    """Return how the cluster differs from `shared.topics`, in the order of `topics`.

    Raises:
        SetupError: If the cluster cannot be reached.
    """
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        return await _drift(client, settings, list(topics))
    finally:
        await client.close()


async def apply(settings: KafkaSettings, topics: Iterable[Topic[object]] = TOPICS) -> list[Difference]:
    """Create missing topics and set settings that differ; return what was done.

    Raises:
        SetupError: If a partition count differs (it is fixed at creation), or the cluster refuses.
    """
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        topics = list(topics)
        differences = await _drift(client, settings, topics)
        if fixed := [difference for difference in differences if difference.setting == "partitions"]:
            raise SetupError(
                f"{fixed[0]}: a partition count is fixed at creation, since it decides where a key lies; "
                "set CHIPWIRE_PARTITIONS to what is there, or replay into a new CHIPWIRE_TOPIC_PREFIX"
            )
        missing = {difference.topic for difference in differences if difference.setting == "topic"}
        await _create(client, settings, [topic for topic in topics if settings.topic(topic) in missing])
        await _alter(client, [difference for difference in differences if difference.setting != "topic"])
        await _settled(client, settings, topics)
        return differences
    finally:
        await client.close()


async def delete(settings: KafkaSettings) -> None:
    """Delete every topic of a prefix; a pipeline without a prefix is never deleted.

    Raises:
        SetupError: If there is no prefix.
    """
    if not settings.topic_prefix:
        raise SetupError("only topics under a CHIPWIRE_TOPIC_PREFIX are deleted")
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        await client.delete_topics(list(await _partitions(client, [settings.topic(topic) for topic in TOPICS])))
    finally:
        await client.close()


async def check(settings: KafkaSettings, topics: Iterable[Topic[object]]) -> int:
    """Return the partition count, after holding the topics that a service uses against `shared.topics`.

    Raises:
        SetupError: On the first missing topic or wrong setting: subscribing to a missing topic would create it on many clusters.
    """
    topics = list(topics)
    client = kafka.admin(settings)
    await kafka.connect(client, settings)
    try:
        counts = await _partitions(client, [settings.topic(topic) for topic in topics])
        found = set(counts.values())
        if len(counts) == len(topics) and len(found) > 1:
            raise SetupError(f"topics differ in their partition counts: {counts}; they must be equal, in a new CHIPWIRE_TOPIC_PREFIX")
        differences = await _drift(client, settings, topics, partitions=found.pop() if found else None)
    finally:
        await client.close()
    if differences:
        raise SetupError(f"{differences[0]}; {HINT}")
    return next(iter(counts.values()))


async def _partitions(client: kafka.AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    described = await client.describe_topics(names)
    return {topic["topic"]: len(topic["partitions"]) for topic in described if topic["error_code"] == 0}


async def _drift(
    client: kafka.AIOKafkaAdminClient, settings: KafkaSettings, topics: list[Topic[object]], partitions: int | None = None
) -> list[Difference]:
    counts = await _partitions(client, [settings.topic(topic) for topic in topics])
    configs = await _configs(client, list(counts))
    differences: list[Difference] = []
    for topic in topics:
        name = settings.topic(topic)
        if name not in counts:
            differences.append(Difference(name, "topic", "there", "missing"))
            continue
        want = {"partitions": str(partitions or settings.partitions)} | wanted(settings, topic)
        have = {"partitions": str(counts[name])} | configs[name]
        differences += [Difference(name, key, value, have.get(key, "unset")) for key, value in want.items() if have.get(key) != value]
    return differences


async def _configs(client: kafka.AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, name) for name in names]
    responses: list[Any] = await client.describe_configs(resources)
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for response in responses for resource in response.resources}


async def _create(client: kafka.AIOKafkaAdminClient, settings: KafkaSettings, topics: list[Topic[object]]) -> None:
    if not topics:
        return
    response: Any = await client.create_topics(
        [
            kafka.NewTopic(settings.topic(topic), settings.partitions, settings.replication_factor, topic_configs=wanted(settings, topic))
            for topic in topics
        ]
    )
    for name, code, *message in response.topic_errors:
        if code not in (0, kafka.TopicAlreadyExistsError.errno):
            raise SetupError(f"the cluster refused to create {name}: {message[0] if message else code}")


async def _settled(client: kafka.AIOKafkaAdminClient, settings: KafkaSettings, topics: list[Topic[object]]) -> None:
    """Wait until the brokers show what was done: the controller answers before they do."""
    for _ in range(SETTLE_TRIES):
        if not await _drift(client, settings, topics):
            return
        await asyncio.sleep(SETTLE_SECONDS)
    raise SetupError(f"the cluster took the changes but does not show them after {SETTLE_TRIES * SETTLE_SECONDS:.0f} s; try again")


async def _alter(client: kafka.AIOKafkaAdminClient, differences: list[Difference]) -> None:
    """Set what differs and leave every other setting of the topic (AlterConfigs replaces all of them)."""
    names = sorted({difference.topic for difference in differences})
    if not names:
        return
    resources = [kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, name) for name in names]
    responses: list[Any] = await client.describe_configs(resources)
    own = {
        resource[3]: {entry[0]: entry[1] for entry in resource[4] if entry[3] == 1}  # 1: set on the topic itself
        for response in responses
        for resource in response.resources
    }
    for difference in differences:
        own[difference.topic][difference.setting] = difference.wanted
    await client.alter_configs([kafka.ConfigResource(kafka.ConfigResourceType.TOPIC, name, configs=own[name]) for name in names])
