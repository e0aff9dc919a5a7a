"""The AsyncAPI 3 document: every topic with its key, records, headers, settings and examples, built from `shared.topics`.

Source: AsyncAPI 3.0.0; its Kafka bindings 0.5.0. Schemas are JSON Schema 2020-12 without anything that draft 7 lacks but ``$defs``,
which become components here.
"""

import json
from typing import Any

import yaml

import shared
from shared.records.headers import dataschema
from shared.schemas import headers, published
from shared.schemas.examples import EXAMPLES
from shared.schemas.generate import Schema
from shared.topics import ARTICLES, FEEDS, FETCH_STATE, RAW, SOON, TAGGED, TOPICS, Topic

KINDS: dict[str, tuple[str, ...]] = {
    RAW.name: ("page", "entry", "retraction", "tombstone"),
    ARTICLES.name: ("article", "retraction", "tombstone"),
    TAGGED.name: ("tagged", "retraction", "tombstone"),
    FEEDS.name: ("feed",),
    FETCH_STATE.name: ("feed-state", "host-state", "article-state", "shelf-state"),
}
"""The kinds of record on each topic; on all others lie dead letters."""
SAYS = {
    RAW.name: "Documents as fetched, byte for byte.",
    ARTICLES.name: "Articles: an original plus its summaries, normalised.",
    TAGGED.name: "Articles and what the classifier says of them, with its evidence. Begin here.",
    FEEDS.name: "The registered feeds.",
    FETCH_STATE.name: "How polling each feed goes, up to when it is complete, and what was sent of each article.",
}
KIND_TYPES = {kind: f"chipwire.{kind}.v1" for kind in ("page", "entry", "article", "tagged", "retraction")}
CONSUMED = (RAW, ARTICLES, TAGGED, FETCH_STATE)
INFO = {
    "title": "chipwire",
    "version": shared.__version__,
    "license": {"name": "Apache-2.0"},
    "description": "News feeds as a typed, bilingual stream of articles, tagged for semiconductor policy. "
    "Read with isolation.level=read_committed. Guide: docs/consumers.md.",
}


def document() -> Schema:
    """Return the document, as data."""
    names = {topic.name: _name(topic) for topic in TOPICS}
    kinds = sorted({kind for topic in TOPICS for kind in kinds_of(topic)})
    return {
        "asyncapi": "3.0.0",
        "info": INFO,
        "defaultContentType": "application/json",
        "channels": {names[topic.name]: _channel(topic) for topic in TOPICS},
        "operations": {
            f"send_{names[topic.name]}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{names[topic.name]}"},
                "summary": f"chipwire writes {topic.name}; consumers subscribe to it.",
            }
            for topic in CONSUMED
        },
        "components": {"messages": {kind: _message(kind) for kind in kinds}, "schemas": _schemas(kinds)},
    }


def encode(found: Schema) -> str:
    """Return the document as YAML."""
    text: str = yaml.dump(found, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=140)
    return "# Made by `make schemas` from shared/topics.py and the models; a test holds it against them.\n" + text


def kinds_of(topic: Topic[Any]) -> tuple[str, ...]:
    """Return the kinds of record that lie on a topic."""
    return KINDS.get(topic.name, ("dead-letter", "settlement"))


class _Plain(yaml.SafeDumper):
    """Writes without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Say that nothing is to be written as a reference."""
        return True


def _name(topic: Topic[Any]) -> str:
    return topic.name.removeprefix("news.").replace(".v1", "").replace(".", "_").replace("-", "_")


def _channel(topic: Topic[Any]) -> Schema:
    config: dict[str, Any] = {name: int(value) if value.isdigit() else value for name, value in topic.config().items()}
    config["cleanup.policy"] = [config["cleanup.policy"]]
    config = {name: value for name, value in config.items() if name not in ("min.compaction.lag.ms", *SOON)}
    days = topic.retention_ms // 86_400_000 if topic.policy == "compact" else 0
    lag = f" Compacted: every record and tombstone stays {days} days at least, the last of a key for ever." if days else ""
    return {
        "address": topic.name,
        "description": SAYS.get(topic.name, "Records given up, byte for byte, and settlements of those that were put back or dropped.")
        + f" Key: {topic.key}."
        + lag,
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in kinds_of(topic)},
        "bindings": {"kafka": {"topic": topic.name, "topicConfiguration": config, "bindingVersion": "0.5.0"}},
    }


def _message(kind: str) -> Schema:
    of_state = kind.endswith("-state")
    made: Schema = {"name": kind, "title": kind.capitalize().replace("-", " ")}
    made["headers"] = {"$ref": f"#/components/schemas/{'fetch-state' if of_state else kind}-headers"}
    if kind in published.MODELS | published.BYTES:
        made["payload"] = {"$ref": f"#/components/schemas/{kind}"}
    else:
        made["payload"] = {"type": "null"} if kind in ("tombstone", "settlement") else {"description": "Whatever the record held."}
    if kind in published.BYTES:
        made["contentType"] = "text/html"
    key = (
        {"type": "string", "description": "Feed id, host:<authority>, article:<id> or shelf:<authority>/<number>."}
        if of_state or kind == "feed"
        else {"type": "string"}
    )
    if kind in headers.EVENTS:
        key = {"type": "string", "pattern": f"^{headers.ID}$", "description": "The article's id, for ever."}
    return made | {"bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}}, "examples": [_example(kind)]}


def _example(kind: str) -> Schema:
    of_headers = "fetch-state" if kind.endswith("-state") else kind
    made: Schema = {"headers": {header.name: header.example for header in headers.HEADERS if of_headers in header.on}}
    if kind in KIND_TYPES:
        made["headers"] |= {"ce_type": KIND_TYPES[kind], "ce_dataschema": dataschema(KIND_TYPES[kind])}
    if kind in EXAMPLES:
        made["payload"] = EXAMPLES[kind].model_dump(mode="json")
    return made


def _schemas(kinds: list[str]) -> dict[str, Schema]:
    """Return the schemas under the names that references have here, their parts beside them."""
    made: dict[str, Schema] = {}
    for name, schema in published.generated().items():
        if name.removesuffix("-headers") in (*kinds, "fetch-state"):
            whole = _moved(schema)
            made |= whole.pop("$defs", {})
            made[name] = {key: value for key, value in whole.items() if key not in ("$schema", "$id")}
    return dict(sorted(made.items()))


def _moved(schema: Schema) -> Schema:
    moved: Schema = json.loads(json.dumps(schema).replace('"#/$defs/', '"#/components/schemas/'))
    return moved
