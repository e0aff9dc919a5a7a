"""The check: what a summary says that its original does not."""

from services.parser.fidelity.align import Alignment
from services.parser.fidelity.direction import directions
from services.parser.fidelity.latin import latin
from services.parser.fidelity.lists import lists
from services.parser.fidelity.modality import modality
from services.parser.fidelity.names import names
from services.parser.fidelity.numbers import numbers
from services.parser.fidelity.periods import periods
from services.parser.fidelity.reading import Reading
from services.parser.fidelity.terms import terms
from shared.records.article import Finding, Gap, Published, Summary, Text

ORIGINAL_LIMIT = 100_000
"""Characters of an original that are read; what a summary says beyond them is unverifiable."""
SUMMARY_LIMIT = 20_000
"""Characters of a summary that are read; longer ones are copies of the page."""
FINDINGS_LIMIT = 200
WRITTEN = frozenset(("publisher", "feed", "aggregator"))
"""Origins of a summary that its original did not make."""


def checked(summaries: tuple[Summary, ...], original: Text | None, published: Published | None) -> tuple[Summary, ...]:
    """Return the summaries that somebody wrote with what the check finds in them; the others as they are."""
    if original is None:
        return summaries
    day = published.value if published else None
    theirs = Reading(_cut(original))
    found = ((summary, _check(theirs, original, summary.body, day) if summary.origin in WRITTEN else ()) for summary in summaries)
    return tuple(summary.model_copy(update={"findings": findings}) if findings else summary for summary, findings in found)


def check(original: Text, summary: Text, published: str | None) -> tuple[Finding, ...]:
    """Return what is wrong with a summary, in the order of its text; what the original supports is not mentioned.

    Verdicts: ``contradicted`` (the original says otherwise), ``unsupported`` (it says nothing of the kind), ``unverifiable`` (it lost
    something where it would say so). Codes: ``number unit currency date period direction name term
    modality``.

    Args:
        original: The original; its `gaps` count.
        summary: In Chinese or English, as the original is; of other languages nothing is said.
        published: The original's day, ISO 8601, where it is known.
    """
    return _check(Reading(_cut(original)), original, summary, published)


def _check(theirs: Reading, original: Text, summary: Text, published: str | None) -> tuple[Finding, ...]:
    if not (_is_read(original) and _is_read(summary)) or summary.text in original.text or len(summary.text) > SUMMARY_LIMIT:
        return ()
    ours = Reading(summary)
    alignment = Alignment(ours, theirs, published)
    found = [*names(ours, theirs), *latin(ours, theirs), *lists(ours, theirs), *modality(ours, theirs)]
    return _ordered([*found, *numbers(alignment), *directions(alignment), *periods(alignment), *terms(alignment)])


def _is_read(text: Text) -> bool:
    return text.lang.startswith("zh") or text.lang in ("en", "und")


def _cut(original: Text) -> Text:
    """Return the part of an original that is read; what lies beyond is a gap."""
    if len(original.text) <= ORIGINAL_LIMIT:
        return original
    kept = tuple(gap for gap in original.gaps if gap.end < ORIGINAL_LIMIT)
    gaps = (*kept, Gap(start=ORIGINAL_LIMIT, end=ORIGINAL_LIMIT, kind="truncated"))
    return Text.of(original.text[:ORIGINAL_LIMIT], original.lang, gaps)


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings by their place, one for each; a contradiction counts before what is merely not there."""
    ranks = {"contradicted": 0, "unsupported": 1}
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda one: (one.start, ranks.get(one.verdict, 2), -one.end, one.code)):
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return tuple(kept[:FINDINGS_LIMIT])
