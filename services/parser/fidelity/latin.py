"""Findings on Latin names that a Chinese summary copies: a name that its English original does not have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.parser.fidelity.finding import finding
from services.parser.fidelity.names import is_named, read
from services.parser.fidelity.reading import Reading
from shared.records.article import Finding

_NAME = re.compile(
    r"(?<![A-Za-z0-9._/@-])(?:[A-Z][A-Za-z]*[a-z][A-Za-z]*|[A-Z]{1,6}-?\d{2,5}[A-Za-z]{0,4})(?:-[A-Za-z0-9]+)*(?![A-Za-z0-9@/]|\.[A-Za-z])"
)
_NOT_LETTER = re.compile(r"[\W_]+")
SHORTEST = 4
"""Letters and digits that a name without digits has at least; shorter ones are abbreviations."""
COMMON = frozenset("covid covid19 reuters bloomberg update live app email wifi internet online video photo getty".split())
"""What a summary may add of its own: agencies, and words that Chinese writes in Latin letters."""


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int


def latin(summary: Reading, original: Reading) -> Iterator[Finding]:
    """Yield a finding for each name in Latin letters in a Chinese summary that stands nowhere in the English original."""
    if not summary.is_chinese or original.is_chinese:
        return
    places = [_Place(*match.span()) for match in _NAME.finditer(summary.text)]
    if not places:
        return
    letters = _NOT_LETTER.sub("", original.text.lower())
    missing = [place for place in places if not _stands(summary.text[place.start : place.end].lower(), letters)]
    known = {name.start: name.entity for name in read(summary)} if missing else {}
    for place in missing:
        named = [known[place.start]] if place.start in known else []
        if not any(is_named(entity, original) for entity in named):
            yield finding(summary, place, "unverifiable" if original.gaps else "unsupported", "name", None, None)


def _stands(name: str, letters: str) -> bool:
    """Say whether a name, or each part of it, stands among the letters of the original, whatever its signs and spaces."""
    whole = _NOT_LETTER.sub("", name)
    short = len(whole) < SHORTEST and not any(character.isdecimal() for character in whole)
    return short or whole in COMMON or whole in letters or ("-" in name and all(part in letters for part in name.split("-")))
