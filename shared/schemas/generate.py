"""JSON Schema 2020-12 out of the models: an open content model, and enumerations that are open.

A schema says what any version of ``v1`` may write: fields that a model has a default for are optional, unknown ones are allowed, and
of a field with known values (``x-extensible-enum``) new values may come.
Source: JSON Schema 2020-12; ``x-extensible-enum``: Zalando RESTful API Guidelines, rule 112.
"""

from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
OPEN = "x-extensible-enum"
OPEN_NOTE = "New values may come: treat one that you do not know as `unknown`."
HAS_TEXT: list[Schema] = [
    {"required": ["original"], "properties": {"original": {"type": "object"}}},
    {"required": ["summaries"], "properties": {"summaries": {"minItems": 1}}},
]
"""What `Article` demands beyond its fields: an original or a summary."""


def identifier(name: str) -> str:
    """Return the URN of a schema, as `ce_dataschema` has it."""
    return f"urn:chipwire:schema:{name}:v1"


def of_model(name: str, model: type[BaseModel]) -> Schema:
    """Return the published schema of a model.

    Args:
        name: Of the schema: the kind of record.
        model: A model of `shared.records`.
    """
    made: Schema = _opened(model.model_json_schema(mode="validation"))
    for part in (made, *made.get("$defs", {}).values()):
        if part.get("title") == "Article":
            part["anyOf"] = HAS_TEXT
    return {"$schema": DIALECT, "$id": identifier(name)} | made


def of_bytes(name: str, description: str) -> Schema:
    """Return the schema of a value that is no JSON."""
    return {"$schema": DIALECT, "$id": identifier(name), "title": name.capitalize(), "description": description, "type": "string"}


def _opened(found: Any) -> Any:
    """Return a schema with its enumerations opened and the titles of its fields, which repeat their names, left out."""
    if isinstance(found, list):
        return [_opened(each) for each in found]
    if not isinstance(found, dict):
        return found
    made = {key: _opened(value) for key, value in found.items() if key != "properties"}
    if "properties" in found:
        made["properties"] = {name: _untitled(_opened(value)) for name, value in found["properties"].items()}
    if "enum" in made:
        values = made.pop("enum")
        made |= {"type": "string", OPEN: values, "description": OPEN_NOTE}
    return made


def _untitled(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "title"}
