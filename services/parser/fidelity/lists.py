"""Findings on enumerations: the items of two lists, aligned by their position, where some of them are the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.parser.fidelity.facts import raw
from services.parser.fidelity.finding import finding
from services.parser.fidelity.names import Name, read
from services.parser.fidelity.reading import Reading
from shared.lexicon.load import Entity
from shared.records.article import Finding

_WORD = r"(?:[\w&’'-]|\.(?=[\w])(?![A-Z][a-z])){0,30}"
_NAME = rf"[A-Z0-9]{_WORD}(?: [A-Z]{_WORD}){{0,3}}"
_ENGLISH = re.compile(rf"{_NAME}(?:, {_NAME}){{1,20}},? (?:and|or|&) {_NAME}")
_CHINESE = re.compile(r"(?<=[:：包括如为有是即])[^、，。；：:;,\n]{1,24}(?:、[^、，。；：:;,\n]{1,24}){1,20}")
_LAST = re.compile(r"(?:以及|和|及|与|或|跟)(?=[^以和及与或跟]{1,16}$)")
_TAIL = re.compile(r"(?:等|等等|等公司|等企业|等厂商)[^、]{0,20}$")
SHORTEST = 3
"""Items that a list has at least; two of them must be the same in both."""
LISTS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, and the entities that it names."""

    start: int
    end: int
    words: str
    entities: frozenset[str]
    named: tuple[Entity, ...]


def lists(summary: Reading, original: Reading) -> Iterator[Finding]:
    """Yield a finding for each item of a list that is none of the names that the original's item at that place goes by."""
    claimed = _read(summary)
    stated = _read(original) if claimed else []
    for ours in claimed:
        for theirs in stated:
            if len(ours) == len(theirs) and sum(map(_is_same, ours, theirs)) >= max(2, len(ours) // 3):
                yield from _compared(summary, ours, theirs)
                break


def _compared(summary: Reading, ours: list[Item], theirs: list[Item]) -> Iterator[Finding]:
    elsewhere = frozenset().union(*(item.entities for item in theirs))
    for item, other in zip(ours, theirs, strict=True):
        known = [entity for entity in other.named if summary.is_chinese is False or entity.names["zh-Hans"] or entity.names["zh-Hant"]]
        if known and not _is_same(item, other) and not item.entities & elsewhere:
            yield finding(summary, item, "contradicted", "name", other.words, other)


def _is_same(item: Item, other: Item) -> bool:
    return bool(item.entities & other.entities) or item.words.lower() == other.words.lower()


def _read(reading: Reading) -> list[list[Item]]:
    """Return the lists of a text, at most `LISTS_LIMIT`, each with its items in order."""
    spans = list(_chinese(reading) if reading.is_chinese else _english(reading))[:LISTS_LIMIT]
    if not spans:
        return []
    known = read(reading)
    return [[_item(reading, start, end, known) for start, end in items] for items in spans]


def _item(reading: Reading, start: int, end: int, known: list[Name]) -> Item:
    named = [name.entity for name in known if name.start < end and name.end > start]
    return Item(start, end, reading.text[start:end], frozenset(entity.id for entity in named), tuple(named))


def _english(reading: Reading) -> Iterator[list[tuple[int, int]]]:
    for match in _ENGLISH.finditer(reading.text):
        items = [found.span() for found in re.finditer(_NAME, match[0]) if found[0] not in ("and", "or")]
        if len(items) >= SHORTEST:
            yield [(match.start() + start, match.start() + end) for start, end in items]


def _chinese(reading: Reading) -> Iterator[list[tuple[int, int]]]:
    plain, offsets = reading.folded.text, reading.folded.offsets
    for match in _CHINESE.finditer(plain):
        words = _TAIL.sub("", match[0])
        ends = [
            *(at.span() for at in re.finditer("、", words)),
            *([last.span()] if (last := _LAST.search(words)) else []),
            (len(words), len(words)),
        ]
        starts = [0, *(end for _, end in ends[:-1])]
        items = [_trimmed(words, start, end) for start, (end, _) in zip(starts, ends, strict=True)]
        if len(items) >= SHORTEST:
            yield [raw(offsets, match.start() + start, match.start() + end) for start, end in items]


def _trimmed(words: str, start: int, end: int) -> tuple[int, int]:
    item = words[start:end]
    first = start + len(item) - len(item.lstrip(" “\"‘'("))
    return first, max(first, start + len(item.rstrip(" ”\"’')")))
