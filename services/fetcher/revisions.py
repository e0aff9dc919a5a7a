"""What becomes of an article: states and happenings in, states and records out. Pure: the time is passed in.

    none ──► page     created            entry ──► page   completed      page ──► page   corrected: its entry changed, or the page did
    none ──► entry    created            page gone twice at its re-checks ──► retracted ──► tombstone, or restored once it is back

At a re-check a page has changed only if its own modified time moved *and* the hash of its text did: menus, counters and related
stories change all the time. A page that fails never replaces what was sent by less.
"""

from dataclasses import dataclass

from services.fetcher import identity
from services.fetcher.digest import Found
from services.fetcher.documents import validators, write_entry, write_page, write_retraction, write_tombstone
from services.fetcher.outcomes import TOO_LARGE, Failed, Gone, Outcome, Page, Unchanged
from services.fetcher.row import HASH_DIGITS
from services.fetcher.schedule import retry_delay
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState
from shared.records.record import Message

MOST_REVISIONS = 24
"""Later corrections and restorations of one article are not sent, only its end: something is wrong with its feed or site."""
GONE_TIMES = 2
CHECK_TRIES = 3
MOST_NAMES = 8
SEEN_SECONDS = 7 * 86400.0
"""How exact `ArticleState.seen` is: a state is not written for the sake of seconds."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When pages are looked at again, how long after a retraction the tombstone follows, and the floor of polls, in seconds."""

    recheck_after: tuple[float, ...]
    tombstone_after: float
    poll_floor: float = 900.0


@dataclass(frozen=True, slots=True)
class Step:
    """The next state, a word for the metrics, and the record that goes with it if there is one."""

    state: ArticleState
    what: str
    message: Message | None = None


def first_seen(found: Found, feed: Feed, name: str | None, now: float) -> Step:
    """Return the beginning of an article; its id is its strongest name."""
    host, article_id = feed.registered_authority, found.names[0]
    state = ArticleState(
        id=article_id,
        feed=feed.id,
        authority=host,
        domain=identity.authority(found.link) if found.link else host,
        linkhash=identity.linkhash(found.link) if found.link else article_id,
    )
    return _take(_renamed(state, found), found, name, now, "new")


def seen_again(state: ArticleState, found: Found, name: str | None, now: float) -> Step:
    """Return what an entry means that is known: nothing, or a correction."""
    known, state = state, _renamed(state, found)
    if now - state.seen > SEEN_SECONDS:
        state = _with(state, seen=now)
    is_same = found.fields_hash[:HASH_DIGITS] == state.entry_hash[:HASH_DIGITS]
    if is_same and state == known:
        return Step(state, "known")
    state = _placed(state, found)
    if is_same:
        return Step(state, "known")
    if state.retracted_by == "operator":
        return Step(_with(state, entry_hash=found.fields_hash), "withheld")
    if state.revision >= MOST_REVISIONS:
        return Step(_with(state, entry_hash=found.fields_hash), "too-many-revisions")
    return _take(state, found, name, now, "changed")


def _placed(state: ArticleState, found: Found) -> ArticleState:
    """Return the state with the place that its entry names: a row on a shelf holds none."""
    if not found.link:
        return state
    return _with(state, url=found.link, domain=identity.authority(found.link), linkhash=identity.linkhash(found.link))


def _renamed(state: ArticleState, found: Found) -> ArticleState:
    """Add the names that an entry has now: a feed may change its guids one day and its links another."""
    now = tuple(dict.fromkeys(name[: identity.NAME_DIGITS] for name in found.names))
    if set(now) <= set(state.names):
        return state
    first = state.names[:1] or now[:1]
    rest = [name for name in state.names[1:] if name not in now] + [name for name in now if name not in first]
    return _with(state, names=(*first, *rest[-(MOST_NAMES - 1) :]))


def _take(state: ArticleState, found: Found, name: str | None, now: float, what: str) -> Step:
    state = _with(state, entry=found.entry, html=found.html, entry_hash=found.fields_hash, url=found.link, tries=0, seen=now)
    if not found.whole and found.link:
        return Step(_with(state, work="fetch", due=now), what)
    state, message = write_entry(state, name, now)
    return Step(_rested(_with(state, form="full")), what, message)


def fetched(state: ArticleState, outcome: Outcome, name: str | None, policy: Policy, now: float) -> Step:
    """Return what the outcome of a request for an article's page means.

    Args:
        state: Whose `work` was done.
        outcome: What it came to.
        name: Of the feed.
        policy: When to look again.
        now: The time.
    """
    if isinstance(outcome, Page):
        return _came(state, outcome, name, policy, now)
    if state.work in ("fetch", "retry"):
        return _missing(state, outcome, name, policy, now)
    if state.work == "tombstone":
        return bury(state)
    if isinstance(outcome, Unchanged):
        return Step(_planned(_with(state, gone=0, tries=0), policy, now), "unchanged")
    if isinstance(outcome, Gone):
        return _gone(state, outcome, policy, now)
    return _unchecked(state, outcome, policy, now)


def _came(state: ArticleState, page: Page, name: str | None, policy: Policy, now: float) -> Step:
    is_news = state.work in ("fetch", "retry") or state.retracted_at is not None or _was_edited(state, page)
    if is_news and state.revision < MOST_REVISIONS:
        after, message = write_page(state, page, name, now)
        return Step(_planned(after, policy, now), "page", message)
    return Step(_planned(_with(state, **validators(page)), policy, now), "too-many-revisions" if is_news else "same-text")


def _was_edited(state: ArticleState, page: Page) -> bool:
    moved = page.digest.modified is not None and page.digest.modified != state.modified
    return moved and page.digest.text_sha256 != state.text_sha256


def _missing(state: ArticleState, outcome: Outcome, name: str | None, policy: Policy, now: float) -> Step:
    """Send the entry alone, if nothing better was sent, and try the page again later."""
    reason = outcome.reason if isinstance(outcome, Failed) else f"http-{outcome.status}" if isinstance(outcome, Gone) else "unexpected-304"
    message = None
    tries = state.tries + 1
    if state.form == "none" or (state.form != "page" and state.work == "fetch" and state.revision < MOST_REVISIONS):
        state, message = write_entry(state, name, now, (reason,) if reason == TOO_LARGE else ())
        state = _with(state, work="retry")
    final = isinstance(outcome, Failed) and outcome.final
    delay = None if final else retry_delay(tries, policy.recheck_after)
    if delay is None:
        return Step(_planned(_with(state, tries=0), policy, now), reason, message)
    return Step(_with(state, tries=tries, due=now + delay), reason, message)


def _gone(state: ArticleState, outcome: Gone, policy: Policy, now: float) -> Step:
    state = _with(state, gone=state.gone + 1, tries=0)
    if state.retracted_at is not None or state.gone < GONE_TIMES:
        return Step(_planned(state, policy, now), f"http-{outcome.status}")
    after, message = write_retraction(state, "publisher", f"its page answered {outcome.status} twice", now)
    return Step(_planned(after, policy, now), f"http-{outcome.status}", message)


def _unchecked(state: ArticleState, outcome: Failed, policy: Policy, now: float) -> Step:
    """Try a failed re-check again some times, then leave it out."""
    tries = state.tries + 1
    delay = None if outcome.final or tries > CHECK_TRIES else retry_delay(tries, policy.recheck_after)
    if delay is None:
        return Step(_planned(_with(state, tries=0), policy, now), outcome.reason)
    return Step(_with(state, tries=tries, due=now + delay), outcome.reason)


def bury(state: ArticleState) -> Step:
    """Return the tombstone of a retracted article."""
    after, message = write_tombstone(state)
    return Step(_rested(after), "tombstone", message)


def take_down(state: ArticleState, reason: str, policy: Policy, now: float) -> Step:
    """Withdraw an article at the operator's word, for ever; a second word changes nothing."""
    if state.retracted_by == "operator":
        return Step(state, "known")
    if state.revision == 0 or state.tombstoned:
        return Step(_rested(_with(state, retracted_by="operator", retracted_at=now, tombstoned=True)), "withheld")
    after, message = write_retraction(state, "operator", reason, now)
    return Step(_planned(after, policy, now), "retracted", message)


def _planned(state: ArticleState, policy: Policy, now: float) -> ArticleState:
    """Return the state with what is to be done next."""
    done = sum(state.page_at + after <= now for after in policy.recheck_after)
    state = _with(state, checks=max(done, state.checks))
    check = _next_check(state, policy, now) if state.form == "page" and state.retracted_by != "operator" else None
    if state.tombstoned or (state.retracted_at is None and check is None):
        return _rested(state)
    buried = float("inf") if state.retracted_at is None else state.retracted_at + policy.tombstone_after
    if check is not None and check < buried:
        return _with(state, work="recheck", due=check)
    return _with(state, work="tombstone", due=buried)


def _next_check(state: ArticleState, policy: Policy, now: float) -> float | None:
    times = [state.page_at + after for after in policy.recheck_after[state.checks : state.checks + 1]]
    if state.gone == 1 and policy.recheck_after:
        times.append(now + policy.recheck_after[0])
    return min(times, default=None)


def _rested(state: ArticleState) -> ArticleState:
    """Return the state of an article with nothing to be done: it keeps its names, not its content."""
    done = _with(state, work=None, due=0.0, tries=0, entry=None, html=None, etag=None, last_modified=None)
    return _with(done, modified=None, text_sha256=None)


def _with(state: ArticleState, **changed: object) -> ArticleState:
    return state.model_copy(update=changed)
