"""Records of every kind, to go through the tools that read and write them."""

from dataclasses import replace

from shared.records.record import Record
from shared.topics import partition_of

NOON = 1_767_225_600_000
COUNT = 400


def records(topic: str) -> list[Record]:
    """Every kind of record: JSON, text, bytes, empty, tombstones, null keys, headers of all sorts; times out of order."""
    values = [b'{"title":"\\u534a"}', "半导体\n".encode(), b"\xff\x00\x1f\x8b", b"", None]
    made: list[Record] = []
    offsets = [0, 0, 0, 0]
    for number in range(COUNT):
        key = None if number % 50 == 7 else f"{number % 90:032x}".encode()
        partition = number % 4 if key is None else partition_of(key, 4)
        language = b"en" if number % 2 else b"zh-Hans"
        headers = (
            ("ce_feed", b"f%d" % (number % 3)),
            ("ce_lang", language),
            ("x", None),
            ("x", b""),
            ("content-type", b"application/json"),
        )
        made.append(
            Record(topic, partition, offsets[partition], NOON + number * 1000 - number % 7 * 3000, key, values[number % 5], headers)
        )
        offsets[partition] += 1
    return made


def unplaced(found: list[Record]) -> list[Record]:
    """Return records without topic and offset, which a load changes."""
    return [replace(record, topic="", offset=0) for record in found]


def by_place(found: list[Record]) -> list[Record]:
    """Return records in the order of their partitions and offsets."""
    return sorted(found, key=lambda record: (record.partition, record.offset))
