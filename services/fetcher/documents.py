"""The records that the fetcher writes of an article; each comes with the state that says it was written. Pure."""

from hashlib import sha256

from services.fetcher.outcomes import Page
from services.fetcher.schedule import iso
from shared.records.article import Change
from shared.records.fetch_state import ArticleState
from shared.records.raw import RawDocument
from shared.records.record import Message
from shared.records.retraction import Retraction, tombstone

Written = tuple[ArticleState, Message]


def write_entry(state: ArticleState, name: str | None, now: float, issues: tuple[str, ...] = ()) -> Written:
    """Return the record of an entry without its page; its value is the entry's own HTML, perhaps empty.

    An entry without a link is filed under the home page of its host.

    Args:
        state: With the entry.
        name: Of the feed.
        now: When it was fetched.
        issues: What had to be left out.
    """
    body = (state.html or "").encode()
    after = state.model_copy(update={"revision": state.revision + 1, "form": "entry", "raw_sha256": sha256(body).hexdigest()} | RESTORED)
    document = RawDocument(
        kind="entry",
        id=state.id,
        revision=after.revision,
        change=_change(state, "corrected"),
        feed=state.feed,
        domain=state.domain,
        linkhash=state.linkhash,
        url=state.url or f"http://{state.domain}/",
        body=body,
        fetched_at=iso(now),
        entry=state.entry,
        feed_name=name,
        previous_sha256=state.raw_sha256,
        issues=issues,
    )
    return after, document.to_message()


def write_page(state: ArticleState, page: Page, name: str | None, now: float) -> Written:
    """Return the record of a page. It completes an entry-only record, restores a retracted article, else corrects what was sent."""
    document = RawDocument(
        kind="page",
        id=state.id,
        revision=state.revision + 1,
        change=_change(state, "completed" if state.form == "entry" else "corrected"),
        feed=state.feed,
        domain=state.domain,
        linkhash=state.linkhash,
        url=page.url,
        body=page.body,
        fetched_at=iso(now),
        entry=state.entry,
        feed_name=name,
        status=page.status,
        content_type=page.content_type,
        etag=page.etag,
        last_modified=page.last_modified,
        previous_sha256=state.raw_sha256,
    )
    begins = state.form != "page" or state.retracted_at is not None
    after = {
        "revision": document.revision,
        "form": "page",
        "page_at": now if begins else state.page_at,
        "checks": 0 if begins else state.checks,
        "text_sha256": page.digest.text_sha256,
        "modified": page.digest.modified,
        "raw_sha256": document.sha256,
        "html": None,
    }
    return state.model_copy(update=after | validators(page) | RESTORED), document.to_message()


RESTORED: dict[str, object] = {"retracted_at": None, "retracted_by": None, "tombstoned": False, "gone": 0}


def validators(page: Page) -> dict[str, object]:
    """Return what a state keeps of a response whose body was processed."""
    return {"etag": page.etag, "last_modified": page.last_modified, "tries": 0, "gone": 0}


def _change(state: ArticleState, otherwise: Change) -> Change:
    if state.revision == 0:
        return "created"
    return otherwise if state.retracted_at is None else "restored"


def write_retraction(state: ArticleState, source: str, reason: str, now: float) -> Written:
    """Return the record that withdraws an article; `source` is ``publisher`` or ``operator``."""
    after = state.model_copy(update={"revision": state.revision + 1, "retracted_at": now, "retracted_by": source})
    return after, _retraction(after, reason)


def write_tombstone(state: ArticleState) -> Written:
    """Return the null value that follows a retraction, under the same revision."""
    return state.model_copy(update={"tombstoned": True}), tombstone(_retraction(state, ""))


def _retraction(state: ArticleState, reason: str) -> Message:
    stated = Retraction(
        id=state.id,
        revision=state.revision,
        reason=reason,
        at=iso(state.retracted_at or 0),
        source=state.retracted_by or "publisher",
    )
    return stated.to_message(state.feed, state.domain, state.linkhash)
