"""One input line of ``chipwire classify --jsonl`` as an Article."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from shared.errors import PoisonError
from shared.records.article import Article, Provenance, Published, Source, Text


def article(line: Mapping[str, Any]) -> Article:
    """Return the article in `line`: a whole Article, or ``{"title", "text", "lang"?, "published"?}``.

    The id of the latter is the hash of its content, so the same line is the same article.

    Raises:
        PoisonError: ``bad-json`` if it is neither, ``no-text`` if there is nothing to read.
    """
    try:
        value = json.dumps(line, sort_keys=True, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise PoisonError("bad-json", str(error)) from error
    if "provenance" in line or "original" in line:
        return Article.from_json(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode())
    return _short(line, sha256(value).hexdigest())


def _short(line: Mapping[str, Any], digest: str) -> Article:
    title, text = (_words(line, name) for name in ("title", "text"))
    if not (title or text):
        raise PoisonError("no-text", "neither title nor text")
    language = _words(line, "lang") or "und"
    try:
        return Article(
            id=digest[:32],
            revision=1,
            change="created",
            source=Source(domain="pipe.invalid"),
            title=title,
            published=_published(line),
            original=Text.of(text or title or "", language),
            language=language,
            provenance=Provenance(parser="pipe", raw_sha256=digest),
        )
    except ValidationError as error:
        raise PoisonError("bad-json", str(error.errors(include_url=False, include_input=False)[0]["msg"])) from error


def _words(line: Mapping[str, Any], name: str) -> str | None:
    value = line.get(name)
    if value is not None and not isinstance(value, str):
        raise PoisonError("bad-json", f"{name}: a string is needed")
    return value if value and value.strip() else None


def _published(line: Mapping[str, Any]) -> Published | None:
    value = _words(line, "published")
    return Published(value=value, precision="day", raw=value, origin="text") if value else None
