"""Names of topics and addresses of records, as people write them."""

import re

from shared.settings import KafkaSettings
from shared.topics import TOPICS, Topic

LEGAL = re.compile(r"[a-zA-Z0-9._-]{1,249}")


def short(topic: Topic[object]) -> str:
    """Return the short name of a topic: ``news.raw.v1.dlq`` is ``raw.dlq``."""
    return topic.name.removeprefix("news.").replace(".v1", "")


SHORT = {short(topic): topic for topic in TOPICS}


def full_name(text: str, settings: KafkaSettings) -> str:
    """Return the name on the cluster of a topic given by its short name, its name without the prefix, or its name on the cluster.

    Raises:
        ValueError: If no topic can have such a name.
    """
    if not LEGAL.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a topic; known are {', '.join(SHORT)}")
    topic = SHORT.get(text) or next((topic for topic in TOPICS if topic.name == text), None)
    return settings.topic(topic) if topic else text


def known(name: str) -> Topic[object] | None:
    """Return the topic that a name on any cluster, under any prefix, belongs to; None for a foreign one."""
    return next((topic for topic in TOPICS if name.endswith(topic.name)), None)


def parse_address(text: str) -> tuple[str, int, int]:
    """Return topic, partition and offset of ``topic/partition/offset``.

    Raises:
        ValueError: If it is no such address.
    """
    found = re.fullmatch(r"([a-zA-Z0-9._-]{1,249})/([0-9]{1,9})/([0-9]{1,18})", text)
    if not found:
        raise ValueError(f"{text!r} is no address: write topic/partition/offset")
    return found[1], int(found[2]), int(found[3])
