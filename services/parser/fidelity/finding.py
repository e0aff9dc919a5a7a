"""A finding from its places in both texts."""

from typing import Protocol

from services.parser.fidelity.reading import Reading
from shared.records.article import Finding, Span, Verdict


class Place(Protocol):
    """A stretch of a text."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """The one after the last."""


def finding(summary: Reading, place: Place, verdict: Verdict, code: str, detail: str | None, original: Place | None) -> Finding:
    """Return the finding at a place of the summary; `detail` is what the original has instead."""
    return Finding(
        start=place.start,
        end=place.end,
        verdict=verdict,
        code=code,
        surface=summary.text[place.start : place.end],
        detail=detail,
        original=Span(start=original.start, end=original.end) if original else None,
    )
