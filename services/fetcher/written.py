"""What a transaction holds of articles, read back from its very records. Pure."""

import base64
from collections import Counter
from collections.abc import Container, Iterable, Iterator

from services.fetcher import row
from services.fetcher.fates import Due
from shared.records.fetch_state import ARTICLE, SHELF, ArticleState, ShelfState
from shared.records.record import Message, last

Stated = tuple[str, int, bool, bool]
"""What a state record says: article, revision, whether something is to be done about it, whether it has the record for itself."""


def documents(messages: Iterable[Message]) -> Counter[Due]:
    """Return the documents among messages for `news.raw.v1`."""
    return Counter(
        ((message.key or b"").decode(), int(last(message.headers, "ce_revision") or 0), message.value is None) for message in messages
    )


def states(messages: Iterable[Message], wanted: Container[str]) -> Counter[Stated]:
    """Return the states of the wanted articles among messages for `news.fetch-state.v1`."""
    return Counter(stated for message in messages for stated in _stated(message) if stated[0] in wanted)


def ends(messages: Iterable[Message]) -> tuple[set[str], set[str]]:
    """Return the articles whose own records end, and the hosts of whose rows some are written anew."""
    keys = [((message.key or b"").decode(), message.value is None) for message in messages]
    ended = {key.removeprefix(ARTICLE) for key, is_end in keys if is_end and key.startswith(ARTICLE)}
    return ended, {key.removeprefix(SHELF).rpartition("/")[0] for key, _ in keys if key.startswith(SHELF)}


def _stated(message: Message) -> Iterator[Stated]:
    key = message.key or b""
    if message.value is None:
        return
    if key.startswith(ARTICLE.encode()):
        yield stated(ArticleState.model_validate_json(message.value), own=True)
    elif key.startswith(SHELF.encode()):
        block = ShelfState.model_validate_json(message.value)
        for article, *_, revision, _ in row.ROW.iter_unpack(base64.b64decode(block.rows)):
            yield article.hex(), revision, False, False


def stated(state: ArticleState, *, own: bool) -> Stated:
    """Return what a state's record has to say, be it its `own` or a row of a block."""
    return state.id, state.revision, state.work is not None, own
