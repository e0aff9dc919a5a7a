"""The schemas by name, those checked in beside this module, and those that were released and never change.

shared/schemas/tagged.v1.json                  what this code writes
shared/schemas/released/0.1.0/tagged.v1.json   what version 0.1.0 promised
"""

import json
from pathlib import Path

from pydantic import BaseModel

from shared.records.article import Article
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState, HostState, ShelfState
from shared.records.raw import Entry
from shared.records.retraction import Retraction
from shared.records.tagged import TaggedArticle
from shared.schemas import headers
from shared.schemas.compat import Break, breaks
from shared.schemas.generate import Schema, of_bytes, of_model

FOLDER = Path(__file__).parent
RELEASED = FOLDER / "released"
SUFFIX = ".v1.json"
MODELS: dict[str, type[BaseModel]] = {
    "article": Article,
    "tagged": TaggedArticle,
    "retraction": Retraction,
    "feed": Feed,
    "feed-state": FeedState,
    "host-state": HostState,
    "article-state": ArticleState,
    "shelf-state": ShelfState,
    "entry-header": Entry,
}
BYTES = {
    "page": "The body as fetched, byte for byte; its media type is the header content-type.",
    "entry": "The feed entry's own HTML in UTF-8, perhaps empty: no page was fetched.",
}


def generated() -> dict[str, Schema]:
    """Return every schema that this code promises, by name."""
    made = {name: of_model(name, model) for name, model in MODELS.items()}
    made |= {name: of_bytes(name, description) for name, description in BYTES.items()}
    made |= {f"{kind}-headers": headers.of_kind(kind) for kind in headers.KINDS}
    return dict(sorted(made.items()))


def encode(schema: Schema) -> bytes:
    """Return a schema as it is checked in."""
    return json.dumps(schema, ensure_ascii=False, indent=2).encode() + b"\n"


def stored(folder: Path = FOLDER) -> dict[str, bytes]:
    """Return the files of the schemas in a folder, by name."""
    return {path.name.removesuffix(SUFFIX): path.read_bytes() for path in sorted(folder.glob("*" + SUFFIX))}


def versions() -> list[str]:
    """Return the released versions, oldest first."""
    return sorted((path.name for path in RELEASED.iterdir() if path.is_dir()), key=lambda text: [int(part) for part in text.split(".")])


def drift() -> list[str]:
    """Return the names of the schemas whose files are not what the models say."""
    wanted, found = {name: encode(schema) for name, schema in generated().items()}, stored()
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def broken_promises() -> list[tuple[str, Break]]:
    """Return what this code breaks of any released version, each with ``version/name``."""
    now = generated()
    return [
        (f"{version}/{name}", found)
        for version in versions()
        for name, promised in stored(RELEASED / version).items()
        for found in (breaks(json.loads(promised), now[name]) if name in now else [Break("", "removed", "the whole schema")])
    ]


def write(folder: Path = FOLDER) -> None:
    """Write every schema to a folder, and remove those that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = generated()
    for name in stored(folder).keys() - made.keys():
        (folder / (name + SUFFIX)).unlink()
    for name, schema in made.items():
        (folder / (name + SUFFIX)).write_bytes(encode(schema))
