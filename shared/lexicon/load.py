"""Load the gazetteer from the package's own YAML files, on first use."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import yaml

from shared.lexicon.match import Alias
from shared.lexicon.variants import Table, tables, variants

VERSION = "1"
"""The number of the gazetteer's form; the hash of its content stands beside it in `Lexicon.version`."""

NAMES = ("en", "zh-Hans", "zh-Hant")
APART = ("blockers.yaml", "variants.yaml")
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name. `jurisdiction` is ``US`` or ``US/BIS`` for what acts for a state; `names` are by language.

    A name in `ambiguous` is also an ordinary word or another's name: it counts only beside an unambiguous chip signal, and in its
    own case; a name in `cased` only keeps its case. Products may stand in the plural (``H20s``).
    """

    id: str
    type: str
    jurisdiction: str | None
    names: Mapping[str, tuple[str, ...]]
    ambiguous: frozenset[str]
    cased: frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """What an alias of the gazetteer stands for: an entity's index, -1 for a word that only stands in the way of another."""

    entity: int
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The gazetteer. The key of an alias is an index into `names`, whose `entity` is an index into `entities`."""

    entities: tuple[Entity, ...]
    names: tuple[Name, ...]
    aliases: tuple[Alias, ...]
    version: str


def read(package: str) -> dict[str, bytes]:
    """Return the data files (YAML and JSON) in the folder ``data`` of `package`, by name, sorted."""
    folder = files(package) / "data"
    return {entry.name: entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda entry: entry.name) if _is_data(entry.name)}


def _is_data(name: str) -> bool:
    return name.endswith((".yaml", ".json"))


def digest(sources: Mapping[str, bytes]) -> str:
    """Return twelve hex digits of a SHA-256 over names and bytes."""
    total = sha256()
    for name in sorted(sources):
        total.update(name.encode() + b"\0" + sources[name] + b"\0")
    return total.hexdigest()[:12]


@cache
def scripts() -> tuple[Table, Table]:
    """Return the tables of simplified and traditional characters, read once."""
    return tables(yaml.load((files("shared.lexicon") / "data" / "variants.yaml").read_bytes(), Loader)["pairs"])  # noqa: S506 - a safe loader


@cache
def lexicon() -> Lexicon:
    """Return the gazetteer, read once in a process."""
    sources = read("shared.lexicon")
    rows = [row for name, source in sources.items() if name not in APART for row in yaml.load(source, Loader)]  # noqa: S506
    entities = tuple(_entity(row) for row in rows)
    blockers = tuple(yaml.load(sources["blockers.yaml"], Loader)["blockers"])  # noqa: S506
    names: list[Name] = [Name(-1, False)]
    aliases = [Alias(spelling, 0) for word in blockers for spelling in variants(word, *scripts())]
    for index, entity in enumerate(entities):
        for ambiguous in (False, True):
            names.append(Name(index, ambiguous))
            aliases += _aliases(entity, ambiguous, len(names) - 1)
    return Lexicon(entities, tuple(names), tuple(aliases), f"{VERSION}+{digest(sources)}")


def _entity(row: Mapping[str, Any]) -> Entity:
    names = {language: tuple(row.get(language, ())) for language in NAMES}
    return Entity(
        row["id"], row["type"], row.get("jurisdiction"), names, frozenset(row.get("ambiguous", ())), frozenset(row.get("cased", ()))
    )


def _aliases(entity: Entity, ambiguous: bool, key: int) -> list[Alias]:
    """Return the aliases of `entity` that are ambiguous, or that are not."""
    written = dict.fromkeys(name for names in entity.names.values() for name in names if (name in entity.ambiguous) is ambiguous)
    exact = {spelling: ambiguous or name in entity.cased for name in written for spelling in variants(name, *scripts())}
    return [Alias(spelling, key, exact=case, plural=entity.type.startswith("product.")) for spelling, case in exact.items()]
