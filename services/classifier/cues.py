"""Cues: the words of the classifier's own data files, each with its facet, value and weight."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import yaml

from shared.lexicon.load import Loader, digest, read, scripts
from shared.lexicon.match import Alias
from shared.lexicon.variants import variants

WEIGHTS = {"strong": 1.0, "weak": 0.4}

LAYERS = {
    "instruments": 1, "chip": 2, "meaning": 2, "sector": 2, "science": 2, "state": 3, "business": 4, "private": 4,
    "direction": 5, "stage": 6, "assertion": 7, "force": 8, "role": 9, "deed": 10,
}  # fmt: skip
"""The facets, which are the names of the files. Facets of one layer compete for the longest match; 0 is the gazetteer's."""

MANNER = frozenset({"stage", "assertion", "force", "role"})
"""The facets that say how an act is told and who has which part in it. They do not bear on what an article is about."""

ENDINGS = ("", "e", "s", "es", "d", "ed", "ing")

BLOCKER = "-"
"""The value of a word that only keeps shorter words within it, and the same word, from counting: it comes before them."""


class Cue(NamedTuple):
    """A word (as written in the file) that speaks for `value` of `facet`; `weight` is of `WEIGHTS`."""

    facet: str
    value: str
    weight: float
    word: str


class Cues(NamedTuple):
    """All cues and their spellings; the key of an alias is an index into `cues`. `implied`: instrument to instrument."""

    cues: tuple[Cue, ...]
    aliases: tuple[Alias, ...]
    implied: Mapping[str, str]
    version: str


@cache
def cues() -> Cues:
    """Return the cues, read once in a process."""
    sources = {name: source for name, source in read("services.classifier").items() if name.endswith(".yaml")}
    tables: dict[str, Any] = {facet: yaml.load(sources[f"{facet}.yaml"], Loader) for facet in LAYERS}  # noqa: S506 - a safe loader
    blocked = yaml.load(sources["blockers.yaml"], Loader)  # noqa: S506
    blockers = (Cue(facet, BLOCKER, 0.0, word) for facet, words in blocked.items() for word in dict.fromkeys(words))
    found = (*blockers, *(cue for facet, table in tables.items() for cue in _cues(facet, table)))
    aliases = tuple(alias for key, cue in enumerate(found) for alias in _aliases(cue, key))
    implied = {value: row["implies"] for value, row in tables["instruments"].items() if "implies" in row}
    return Cues(found, aliases, implied, digest(sources))


def _cues(facet: str, table: Mapping[str, Any]) -> Iterator[Cue]:
    for value, row in table.items():
        for strength, weight in WEIGHTS.items():
            for words in row.get(strength, {}).values():
                yield from (Cue(facet, value, weight, word) for word in dict.fromkeys(words))


def _aliases(cue: Cue, key: int) -> Iterator[Alias]:
    """Yield the spellings of a cue.

    ``=`` in front keeps the case, ``*`` at the end goes on to the end of the word, one ``*`` within stands for a verb's endings.
    """
    exact, stem = cue.word.startswith("="), cue.word.endswith("*")
    before, inner, after = cue.word.removeprefix("=").removesuffix("*").partition("*")
    for plain in (f"{before}{ending}{after}" for ending in (ENDINGS if inner else ("",))):
        for spelling in (*variants(plain, *scripts()), *_plural(plain)):
            yield Alias(spelling, key, LAYERS[cue.facet], exact, stem, plural=True)


def _plural(word: str) -> tuple[str, ...]:
    """Return the plural of an English word that the letter s alone does not make."""
    if word.isascii() and word.endswith("y") and word[-2:-1] not in "aeiou":
        return (f"{word[:-1]}ies",)
    return (f"{word}es",) if word.isascii() and word.endswith(("s", "x", "ch", "sh")) else ()
