"""Which article each entry of a document is, and what that means for it."""

from collections.abc import Iterator, Sequence

from services.fetcher import revisions
from services.fetcher.digest import Found
from services.fetcher.memory import Memory
from services.fetcher.revisions import Step
from shared.records.feed import Feed


def steps(memory: Memory, found: Sequence[Found], feed: Feed, name: str | None, now: float) -> Iterator[Step | None]:
    """Yield what each entry means, the oldest first (feeds begin with the newest); None if another one here is the same article.

    An article that an entry claims by its strongest name is not given to one that only shares a weaker one.

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
            step = revisions.first_seen(each, feed, name, now)
        else:
            step = revisions.seen_again(known, each, name, now)
        taken.add(step.state.id)
        yield step
