"""Two slices held against each other by article and revision, in memory that grows with what changed, not with what there is.

The old slice is read for the hashes of its values, the new one for what differs from them, and the old one again for that alone.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from shared.reading.compare import Change, Kind, compare
from shared.records.record import Record

Source = Callable[[], Iterable[Record]]
"""Gives the records of a slice anew with each call."""
Name = tuple[bytes, str, str]
"""Key, revision and kind of a record: what is compared with what."""


@dataclass(frozen=True, slots=True)
class Different:
    """An article's revision that is not as it was: `changes` is empty for one that was gained or lost."""

    id: str
    revision: str
    kind: Kind
    title: str
    changes: tuple[Change, ...] = ()

    @property
    def weight(self) -> int:
        """How much changed."""
        return len(self.changes) or 1


@dataclass(slots=True)
class Difference:
    """The whole answer; of several records of one name the last counts, as on a compacted topic."""

    old: int = 0
    new: int = 0
    articles: list[Different] = field(default_factory=list)
    dead: Counter[tuple[str, Kind]] = field(default_factory=Counter)

    @property
    def compared(self) -> int:
        """How many revisions there are on either side."""
        return self.old + sum(each.kind == "gained" for each in self.articles)

    @property
    def over(self) -> int:
        """What counts against a budget: revisions that differ."""
        return len(self.articles)

    @property
    def facets(self) -> dict[str, Counter[str]]:
        """How many changes there are of each facet and kind; whole records under ``record``."""
        found: dict[str, Counter[str]] = {}
        for each in self.articles:
            for facet, kind in [(change.facet, change.kind) for change in each.changes] or [("record", each.kind)]:
                found.setdefault(facet, Counter())[kind] += 1
        return found


def difference(old: Source, new: Source) -> Difference:
    """Return how two slices of one topic differ."""
    before = {_name(record): _hash(record) for record in old()}
    after: dict[Name, bytes] = {}
    held: dict[Name, Record] = {}
    for record in new():
        name = _name(record)
        after[name] = _hash(record)
        if before.get(name) == after[name]:
            held.pop(name, None)
        else:
            held[name] = _packed(record)
    found = Difference(len(before), len(after))
    wanted = {name: digest for name, digest in before.items() if after.get(name) != digest}
    for record in old():
        name = _name(record)
        if wanted.get(name) == _hash(record):
            del wanted[name]
            _add(found, record, held.pop(name, None))
    for name, record in held.items():
        if name not in before:
            found.articles.append(_different(_unpacked(record), "gained"))
    found.articles.sort(key=lambda each: (-each.weight, each.id, each.revision))
    return found


def dead_letters(found: Difference, old: Source, new: Source) -> None:
    """Add how many dead letters were gained and lost, by reason."""
    before, after = ({_name(record): record.header("dlq-reason") or "" for record in source()} for source in (old, new))
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            if name in after:
                found.dead[after[name], "gained"] += 1
            if name in before:
                found.dead[before[name], "lost"] += 1


def _add(found: Difference, old: Record, new: Record | None) -> None:
    if new is None:
        found.articles.append(_different(old, "lost"))
        return
    new = _unpacked(new)
    if changes := compare(old, new):
        found.articles.append(_different(new, "changed", tuple(changes)))


def _different(record: Record, kind: Kind, changes: tuple[Change, ...] = ()) -> Different:
    key, revision, _ = _name(record)
    return Different(key.decode("utf-8", "replace"), revision, kind, _title(record), changes)


def _name(record: Record) -> Name:
    kind = "tombstone" if record.value is None else "retraction" if record.header("ce_change") == "retracted" else "content"
    return record.key or record.address.encode(), record.header("ce_revision") or "", kind


def _hash(record: Record) -> bytes:
    return blake2b(record.value or b"", digest_size=16).digest()


def _packed(record: Record) -> Record:
    """Return a record with its value compressed, as it is held until the old one comes."""
    value = None if record.value is None else zlib.compress(record.value, 1)
    return Record(record.topic, record.partition, record.offset, record.timestamp, record.key, value, record.headers)


def _unpacked(record: Record) -> Record:
    value = None if record.value is None else zlib.decompress(record.value)
    return Record(record.topic, record.partition, record.offset, record.timestamp, record.key, value, record.headers)


def _title(record: Record) -> str:
    from json import loads

    try:
        value = loads(record.value or b"{}")
        return str(value.get("article", value).get("title") or "")
    except (ValueError, AttributeError, RecursionError):
        return ""
