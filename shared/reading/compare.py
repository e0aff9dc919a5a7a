"""What changed between two records of one article, as people say it: tags with their evidence, texts by sentence, dates, the rest.

Left out is what follows from something else or changes with every version: hashes, sketches, `provenance`, versions, and a probability
that moved by less than `STEP`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from shared.records.record import Record
from shared.text.sentences import sentences

STEP = 0.05
SETS = ("instruments", "jurisdictions", "products")
SCALARS = ("is_semiconductor_policy", "direction", "stage", "assertion", "legal_force", "review_required")
PLAIN = ("title", "language", "authors", "published", "source")
DERIVED = frozenset(["id", "revision", "sketch", "provenance", "original", "summaries", "issues", *PLAIN])
VERSIONS = frozenset(["classifier", "taxonomy", "lexicon", "model", "evidence", "entities", "probability", *SETS, *SCALARS])

Kind = Literal["gained", "lost", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which `facet` (``instruments``, ``original``), how, from what to what, and for tags the words and the rule."""

    facet: str
    kind: Kind
    old: Any = None
    new: Any = None
    evidence: str | None = None


def compare(old: Record, new: Record) -> list[Change]:
    """Return what changed, tags first. Values that are no JSON objects are compared as bytes."""
    if old.value == new.value:
        return []
    before, after = _object(old), _object(new)
    if before is None or after is None:
        return [Change("value", "changed", _brief(old), _brief(new))]
    found: list[Change] = []
    if "verdict" in before or "verdict" in after:
        found += _verdict(before.get("verdict") or {}, after.get("verdict") or {})
        before, after = before.get("article") or {}, after.get("article") or {}
    return found + list(_article(before, after))


def _object(record: Record) -> dict[str, Any] | None:
    try:
        found = json.loads(record.value or b"")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _brief(record: Record) -> str:
    return "nothing" if record.value is None else f"{len(record.value)} bytes"


def _verdict(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in SCALARS:
        if old.get(name) != new.get(name):
            yield Change(name, "changed", old.get(name), new.get(name), _evidence(new, name) or _evidence(old, name))
    for name in SETS:
        yield from _members(name, old, new, set(old.get(name) or ()), set(new.get(name) or ()))
    yield from _members("entities", old, new, _entities(old), _entities(new))
    if abs((new.get("probability") or 0) - (old.get("probability") or 0)) >= STEP:
        yield Change("probability", "changed", old.get("probability"), new.get("probability"))
    kept = {(name, value) for name in SETS for value in set(old.get(name) or ()) & set(new.get(name) or ())}
    for name, value in sorted(kept):
        before, after = _evidence(old, name, value), _evidence(new, name, value)
        if before != after:
            yield Change(f"evidence of {name}", "changed", before, after, value)
    yield from _rest(old, new, VERSIONS, "verdict.")


def _members(name: str, old: dict[str, Any], new: dict[str, Any], before: set[str], after: set[str]) -> Iterator[Change]:
    for value in sorted(after - before):
        yield Change(name, "gained", None, value, _evidence(new, name, value))
    for value in sorted(before - after):
        yield Change(name, "lost", value, None, _evidence(old, name, value))


def _entities(verdict: dict[str, Any]) -> set[str]:
    return {f"{each.get('id')} ({each.get('role')})" for each in verdict.get("entities") or ()}


def _evidence(verdict: dict[str, Any], facet: str, value: str | None = None) -> str | None:
    """Return the words that a tag rests on, and the rules that found them."""
    wanted = value.partition(" (")[0] if value else None
    found = [each for each in verdict.get("evidence") or () if each.get("facet") == facet and wanted in (None, each.get("value"))]
    return "; ".join(sorted({f"“{each.get('surface')}” by {each.get('rule')}" for each in found})) or None


def _article(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in PLAIN:
        if old.get(name) != new.get(name):
            yield Change(name, "changed", old.get(name), new.get(name))
    yield from _text("original", _words(old.get("original")), _words(new.get("original")))
    yield from _text("summaries", _summaries(old), _summaries(new))
    before, after = _codes(old), _codes(new)
    yield from (Change("issues", "gained", None, code) for code in sorted(after - before))
    yield from (Change("issues", "lost", code) for code in sorted(before - after))
    yield from _rest(old, new, DERIVED)


def _text(facet: str, old: str, new: str) -> Iterator[Change]:
    """Yield the sentences that were gained, lost, or put in the place of others."""
    before, after = ([text[start:end] for start, end in sentences(text)] for text in (old, new))
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            kind: Kind = "lost" if tag == "delete" else "gained" if tag == "insert" else "changed"
            yield Change(facet, kind, " ".join(before[i:j]) or None, " ".join(after[k:m]) or None)


def _words(text: Any) -> str:
    return str(text.get("text") or "") if isinstance(text, dict) else ""


def _summaries(article: dict[str, Any]) -> str:
    return "\n".join(_words(each.get("body")) for each in article.get("summaries") or ())


def _codes(article: dict[str, Any]) -> set[str]:
    return {str(each.get("code")) for each in article.get("issues") or ()}


def _rest(old: dict[str, Any], new: dict[str, Any], known: frozenset[str], prefix: str = "") -> Iterator[Change]:
    for name in sorted((old.keys() | new.keys()) - known):
        if old.get(name) != new.get(name):
            yield Change(prefix + name, "changed", old.get(name), new.get(name))
