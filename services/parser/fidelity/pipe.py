"""A line of the pipe interface (`chipwire fidelity --jsonl`), and what the check finds in it."""

import json
from collections.abc import Mapping
from typing import Any

from services.parser.fidelity.check import check
from services.parser.loss import losses
from shared.errors import PoisonError
from shared.records.article import Finding, Text
from shared.text.fold import clean
from shared.text.language import language

FIELDS = ("verdict", "code", "start", "end", "surface", "detail", "original")


def judged(line: Mapping[str, Any]) -> bytes:
    """Return ``{"findings": […]}`` as JSON for ``{"original", "summary", "published"?}``; offsets are into the texts as given.

    Raises:
        PoisonError: ``bad-input`` if a text is missing or of the wrong kind.
    """
    original, summary, published = _text(line, "original"), _text(line, "summary"), line.get("published")
    if published is not None and not isinstance(published, str):
        raise PoisonError("bad-input", f"published is a text, not {type(published).__name__}")
    found = check(Text.of(original, language(original), losses(original)), Text.of(summary, language(summary)), published)
    return json.dumps({"findings": [_fields(one) for one in found]}, ensure_ascii=False, separators=(",", ":")).encode()


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str) or not clean(value).strip():
        raise PoisonError("bad-input", f"{name} is a text that holds something")
    return value.encode("utf-8", "replace").decode()


def _fields(finding: Finding) -> dict[str, Any]:
    stored = finding.model_dump()
    return {name: stored[name] for name in FIELDS}
