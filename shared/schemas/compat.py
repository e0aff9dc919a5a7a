"""Additive only: what a new schema breaks of an old one, for whoever reads new records with the old and old records with the new.

Allowed are new optional fields, new values of open enumerations, and other words in descriptions. Everything else is a break:

    removed       a field or value is no longer there (a rename is this, and a new field)
    demanded      a field must be there that need not have been: old records have none
    released      a field need no longer be there: old readers count on it
    type          other types than before, wider or narrower (null counts)
    narrowed      a constraint was added or tightened: old records fall through it
    loosened      a constraint was removed or relaxed: old readers fall over it
    closed        the content model or an enumeration is no longer open
    default       an absent field means something else
    identity      another ``$id``: another schema
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.schemas.generate import OPEN, Schema

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "const", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType", "not", "allOf")
OBJECT_TYPES = frozenset(["object"])


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that a new schema breaks: where (``article.title``), of which kind, and what."""

    path: str
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path or '(the whole)'}: {self.kind}: {self.detail}"


def breaks(old: Schema, new: Schema) -> list[Break]:
    """Return everything that `new` breaks of `old`, in the order of `old`."""
    found = [] if old.get("$id") == new.get("$id") else [Break("", "identity", f"{old.get('$id')} became {new.get('$id')}")]
    return found + list(_compare("", old, new, old, new))


def _compare(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[Break]:
    before, after = _resolved(old, old_root), _resolved(new, new_root)
    if before["types"] != after["types"]:
        yield Break(path, "type", f"{_names(before['types'])} became {_names(after['types'])}")
        return
    yield from _constraints(path, before["schema"], after["schema"])
    yield from _values(path, before["schema"], after["schema"])
    if "default" in old or "default" in new:
        yield from _default(path, old, new)
    yield from _properties(path, before["schema"], after["schema"], old_root, new_root)
    if "items" in before["schema"] or "items" in after["schema"]:
        yield from _compare(path + "[]", before["schema"].get("items", {}), after["schema"].get("items", {}), old_root, new_root)


def _resolved(schema: Schema, root: Schema) -> dict[str, Any]:
    """Return the types that a schema allows, and the one variant of it that is not null."""
    schema = _followed(schema, root)
    variants = [_followed(each, root) for each in schema.get("anyOf", ()) if "type" in each or "$ref" in each]
    types = {str(name) for each in [schema, *variants] for name in _listed(each.get("type"))}
    whole = [each for each in variants if each.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key != "anyOf" or not variants}
    return {"types": frozenset(types), "schema": rest | whole[0] if len(whole) == 1 else rest | ({"anyOf": whole} if whole else {})}


def _followed(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]] | rest
    return schema


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _names(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) or "anything"


def _constraints(path: str, old: Schema, new: Schema) -> Iterator[Break]:
    for name in (*LOWER, *UPPER, *EXACT, "anyOf"):
        before, after = old.get(name), new.get(name)
        if before != after:
            tighter = after is not None and (before is None or name in EXACT or name == "anyOf" or (after > before) == (name in LOWER))
            yield Break(path, "narrowed" if tighter else "loosened", f"{name} {before} became {after}")
    if old.get("additionalProperties", True) is not False and new.get("additionalProperties", True) is False:
        yield Break(path, "closed", "unknown fields are no longer allowed")


def _values(path: str, old: Schema, new: Schema) -> Iterator[Break]:
    if "enum" in new and "enum" not in old:
        yield Break(path, "closed", "the values are listed for good")
    elif old.get("enum") != new.get("enum"):
        yield Break(path, "loosened", f"values {old.get('enum')} became {new.get('enum')}")
    for value in old.get(OPEN, ()):
        if value not in (new.get(OPEN) or new.get("enum") or ()):
            yield Break(path, "removed", f"value {value!r}")


def _default(path: str, old: Schema, new: Schema) -> Iterator[Break]:
    if "default" in old and "default" in new and old["default"] != new["default"]:
        yield Break(path, "default", f"{old['default']!r} became {new['default']!r}")


def _properties(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[Break]:
    before, after = old.get("properties", {}), new.get("properties", {})
    demanded, released = (
        set(new.get("required", ())) - set(old.get("required", ())),
        set(old.get("required", ())) - set(new.get("required", ())),
    )
    for name in sorted(demanded):
        yield Break(_below(path, name), "demanded", "it must be there now")
    for name in sorted(released & after.keys()):
        yield Break(_below(path, name), "released", "it need no longer be there")
    for name, schema in before.items():
        if name not in after:
            yield Break(_below(path, name), "removed", "the field")
        else:
            yield from _compare(_below(path, name), schema, after[name], old_root, new_root)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
