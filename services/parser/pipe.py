"""A line of the pipe interface (`chipwire parse --jsonl`) as the document that the fetcher would have made of it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from shared.errors import PoisonError
from shared.records.raw import Entry, RawDocument


def document(line: Mapping[str, Any], body: bytes) -> RawDocument:
    """Return the document of an input line.

    Args:
        line: ``{"url"?, "content_type"?, "headers"?, "fetched_at"?, "entry"?}``; ``body`` and ``path`` are the caller's to read.
        body: The page as fetched; empty for an entry alone.

    Raises:
        PoisonError: ``bad-input`` if a field is of the wrong kind.
    """
    url, stated = _text(line, "url"), line.get("headers")
    headers = {str(name).lower(): str(value) for name, value in stated.items()} if isinstance(stated, Mapping) else {}
    identity = sha256(url.encode("utf-8", "replace") if url else body).hexdigest()
    return RawDocument(
        kind="page" if body else "entry",
        id=identity[:32],
        revision=1,
        change="created",
        feed="",
        domain=_host(url),
        linkhash=identity,
        url=url,
        body=body,
        fetched_at=_text(line, "fetched_at"),
        entry=_entry(line.get("entry")),
        content_type=_text(line, "content_type") or headers.get("content-type"),
    )


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if value is not None and not isinstance(value, str):
        raise PoisonError("bad-input", f"{name} is a text, not {type(value).__name__}")
    return value or ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _entry(value: Any) -> Entry | None:
    if value is None:
        return None
    try:
        return Entry.model_validate({name: content for name, content in value.items() if content is not None})
    except (ValidationError, AttributeError) as error:
        raise PoisonError("bad-input", "entry is an object of texts") from error
