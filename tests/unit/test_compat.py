"""Every way to break a consumer is caught, and what only adds is let through."""

from copy import deepcopy
from typing import Any

import pytest

from shared.schemas import published
from shared.schemas.compat import breaks
from shared.schemas.generate import OPEN

OLD: dict[str, Any] = {
    "$id": "urn:chipwire:schema:story:v1",
    "type": "object",
    "required": ["id", "text"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]+$"},
        "text": {"$ref": "#/$defs/Text"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1},
        "change": {"type": "string", OPEN: ["created", "corrected"]},
        "form": {"enum": ["page", "entry"], "type": "string"},
        "parts": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Text"}, {"type": "null"}]}},
    },
    "$defs": {"Text": {"type": "object", "required": ["lang"], "properties": {"lang": {"type": "string"}, "at": {"type": "integer"}}}},
}
Path = tuple[str, ...]


def changed(*path: str, to: Any) -> dict[str, Any]:
    new = deepcopy(OLD)
    at = new
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return new


def without(*path: str) -> dict[str, Any]:
    new = deepcopy(OLD)
    at = new
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return new


def renamed() -> dict[str, Any]:
    new = deepcopy(OLD)
    new["properties"]["remark"] = new["properties"].pop("note")
    return new


P, TEXT = "properties", ("$defs", "Text")
BREAKING = {
    "a field is removed": (without(P, "note"), "note", "removed"),
    "a field is renamed": (renamed(), "note", "removed"),
    "a field deep below is removed": (without(*TEXT, P, "at"), "text.at", "removed"),
    "a field in a list is removed": (without(*TEXT, P, "at"), "parts[].at", "removed"),
    "a new field is demanded": (changed("required", to=["id", "text", "new"]), "new", "demanded"),
    "an old field is demanded": (changed("required", to=["id", "text", "note"]), "note", "demanded"),
    "a field deep below is demanded": (changed(*TEXT, "required", to=["lang", "at"]), "text.at", "demanded"),
    "a field need no longer be there": (changed("required", to=["text"]), "id", "released"),
    "a type changes": (changed(P, "count", "type", to="string"), "count", "type"),
    "a type is widened to null": (changed(P, "id", "type", to=["string", "null"]), "id", "type"),
    "a type is widened from integer": (changed(P, "count", "type", to=["integer", "number"]), "count", "type"),
    "null is no longer allowed": (changed(P, "note", to={"type": "string", "default": None}), "note", "type"),
    "an item's type changes": (changed(P, "parts", "items", to={"type": "string"}), "parts[]", "type"),
    "a minimum rises": (changed(P, "count", "minimum", to=2), "count", "narrowed"),
    "a minimum falls": (changed(P, "count", "minimum", to=0), "count", "loosened"),
    "a maximum falls": (changed(P, "count", "maximum", to=8), "count", "narrowed"),
    "a maximum goes": (without(P, "count", "maximum"), "count", "loosened"),
    "a length is limited": (changed(P, "id", "maxLength", to=8), "id", "narrowed"),
    "a pattern changes": (changed(P, "id", "pattern", to="^[0-9]+$"), "id", "narrowed"),
    "a pattern goes": (without(P, "id", "pattern"), "id", "loosened"),
    "a format is added": (changed(P, "id", "format", to="uri"), "id", "narrowed"),
    "the content model is closed": (changed("additionalProperties", to=False), "", "closed"),
    "a part's content model is closed": (changed(*TEXT, "additionalProperties", to=False), "text", "closed"),
    "a known value goes": (changed(P, "change", OPEN, to=["created"]), "change", "removed"),
    "an open enumeration is closed": (
        changed(P, "change", to={"type": "string", "enum": ["created", "corrected"]}),
        "change",
        "closed",
    ),
    "a closed enumeration grows": (changed(P, "form", "enum", to=["page", "entry", "pdf"]), "form", "loosened"),
    "a closed enumeration shrinks": (changed(P, "form", "enum", to=["page"]), "form", "loosened"),
    "a default changes": (changed(P, "count", "default", to=2), "count", "default"),
    "a demand on the whole is added": (changed("anyOf", to=[{"required": ["note"]}]), "", "narrowed"),
    "it is another schema": (changed("$id", to="urn:chipwire:schema:story:v2"), "", "identity"),
}
ADDING = {
    "nothing": OLD,
    "a new optional field": changed(P, "mood", to={"type": "string", "default": None}),
    "a new optional field deep below": changed(*TEXT, P, "mood", to={"type": "string"}),
    "a new known value": changed(P, "change", OPEN, to=["created", "corrected", "merged"]),
    "other words": changed("description", to="Another description."),
    "a part under another name": {
        **deepcopy(OLD),
        "$defs": {"Words": OLD["$defs"]["Text"]},
        P: {
            **deepcopy(OLD[P]),
            "text": {"$ref": "#/$defs/Words"},
            "parts": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Words"}, {"type": "null"}]}},
        },
    },
}


@pytest.mark.parametrize("case", BREAKING)
def test_a_breaking_change_is_caught(case: str) -> None:
    new, path, kind = BREAKING[case]
    assert (path, kind) in [(found.path, found.kind) for found in breaks(OLD, new)]


@pytest.mark.parametrize("case", ADDING)
def test_what_only_adds_is_let_through(case: str) -> None:
    assert breaks(OLD, ADDING[case]) == []


def fields(schema: Any, path: Path = ()) -> list[Path]:
    """The path of every field of a schema, in its parts too."""
    if not isinstance(schema, dict):
        return []
    here = [(*path, "properties", name) for name in schema.get("properties", ())]
    return here + [found for key, each in schema.items() if key != "anyOf" for found in fields(each, (*path, key))]


@pytest.mark.parametrize("name", ["article", "tagged", "retraction", "feed", "feed-state", "article-state", "tagged-headers"])
def test_no_field_of_a_real_schema_can_go_unseen(name: str) -> None:
    whole = published.generated()[name]
    paths = fields(whole)
    assert paths
    for path in paths:
        new = deepcopy(whole)
        at = new
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]
        assert breaks(whole, new), path
