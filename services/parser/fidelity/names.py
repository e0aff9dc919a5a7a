"""Findings on names: companies, organisations and products of the gazetteer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from services.parser.fidelity.finding import finding
from services.parser.fidelity.reading import Reading
from shared.lexicon.load import Entity, lexicon
from shared.lexicon.match import Matcher
from shared.records.article import Finding, Verdict

CHECKED = ("company.", "org.", "product.")
"""Types of entity whose names a summary cannot put in other words; states, agencies and laws go by many, metals by one character."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text, and the entity that it stands for."""

    start: int
    end: int
    entity: Entity
    is_certain: bool


@cache
def _matcher() -> Matcher:
    return Matcher(lexicon().aliases)


def read(reading: Reading) -> list[Name]:
    """Return the names of the gazetteer in a text, in order."""
    known = lexicon()
    found = []
    for start, end, key, _ in _matcher().find(reading.text):
        name = known.names[key]
        if name.entity >= 0:
            found.append(Name(start, end, known.entities[name.entity], not name.ambiguous))
    return found


def names(summary: Reading, original: Reading) -> Iterator[Finding]:
    """Yield a finding for each such name of the summary that the original does not name."""
    claimed = [name for name in read(summary) if name.is_certain and name.entity.type.startswith(CHECKED)]
    if not claimed:
        return
    stated = {name.entity.id for name in read(original)}
    verdict: Verdict = "unverifiable" if original.gaps else "unsupported"
    missing = {name.entity.id: name.entity for name in claimed if name.entity.id not in stated}
    absent = {identity for identity, entity in missing.items() if not is_named(entity, original)}
    for name in claimed:
        if name.entity.id in absent:
            yield finding(summary, name, verdict, "name", name.entity.id, None)


def is_named(entity: Entity, reading: Reading) -> bool:
    """Say whether any name of the entity stands in the text, inside a longer one too."""
    text, simple = reading.text.lower(), reading.folded.text if reading.is_chinese else ""
    spellings = [name.lower() for names in entity.names.values() for name in names]
    return any(
        re.search(rf"(?<![a-z0-9]){re.escape(name)}", text) if name.isascii() else name in text or name in simple for name in spellings
    )
