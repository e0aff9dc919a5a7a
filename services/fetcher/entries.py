"""Which article each entry of a document is, and what that means for it."""

from collections.abc import Iterator, Sequence

from services.fetcher import revisions
from services.fetcher.digest import Found
from services.fetcher.memory import Memory
from services.fetcher.revisions import Step
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState


def steps(
    memory: Memory, found: Sequence[Found], feed: Feed, name: str | None, now: float
) -> Iterator[tuple[ArticleState | None, Step] | None]:
    """Yield each entry's article as it was and what the entry means for it; None if another entry here is the same article.

    The oldest comes first: feeds begin with the newest. An article that an entry claims by its strongest name is not given to one that
    only shares a weaker one.

    Args:
        memory: Has to take each step before the next one is asked for.
        found: The entries of one document.
        feed: Whose they are.
        name: Of the feed, for its articles.
        now: The time.
    """
    claimed = {article.id for each in found if (article := memory.find(each.names[:1], feed.registered_authority))}
    taken: set[str] = set()
    for each in reversed(found):
        own = memory.find(each.names[:1], feed.registered_authority)
        known = own or memory.find(each.names, feed.registered_authority)
        if own is not None and own.id in taken:
            yield None
            continue
        if known is None or (own is None and known.id in claimed | taken):
            known, step = None, revisions.first_seen(each, feed, name, now)
        else:
            step = revisions.seen_again(known, each, name, now)
        taken.add(step.state.id)
        yield known, step
