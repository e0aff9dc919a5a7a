"""An article that only waits to be recognised, as a row of 46 bytes.

A row holds what deciding needs: id, two more names, the hash of the entry's fields, when it was last seen, revision and form. Its address,
domain and link hash are in the entry that makes anybody ask for it.
"""

import struct

from services.fetcher.identity import ID_DIGITS, NAME_DIGITS
from shared.records.fetch_state import ArticleState, Form

ROW = struct.Struct(">16s8s8s8sHHBB")
"""Id, two names, entry hash, number of the feed, day last seen, revision, form; big-endian."""
SIZE = ROW.size
ID_BYTES, NAME_BYTES = ID_DIGITS // 2, NAME_DIGITS // 2
NAME_PLACES = (0, 16, 24)
NONE = bytes(NAME_BYTES)
FEED_PLACE = 40
FORMS: tuple[Form, ...] = ("none", "entry", "full", "page")
DAY = 86400.0
MOST_FEEDS, MOST_REVISIONS = 65536, 255
HASH_DIGITS = 16


def fits(state: ArticleState) -> bool:
    """Say whether an article can be told from a row: nothing is to be done about it, nothing unusual happened to it."""
    usual = state.work is None and state.retracted_at is None and not state.tombstoned and state.gone == 0
    plain = all(len(text) >= 16 and _is_hex(text) for text in (*state.names, state.entry_hash))
    named = 1 <= len(state.names) <= 3 and len(state.id) == ID_DIGITS and _is_hex(state.id) and state.id.startswith(state.names[0])
    return usual and plain and named and state.revision <= MOST_REVISIONS


def _is_hex(text: str) -> bool:
    return not text.strip("0123456789abcdef")


def packed(state: ArticleState, feed: int) -> bytes:
    """Return the row of an article that `fits`.

    Args:
        state: Of the article.
        feed: The number of its feed on the shelf.
    """
    names = [bytes.fromhex(name[:NAME_DIGITS]) for name in state.names[1:]] + [NONE, NONE]
    return ROW.pack(
        bytes.fromhex(state.id),
        names[0],
        names[1],
        bytes.fromhex(state.entry_hash[:HASH_DIGITS]),
        feed,
        int(state.seen / DAY),
        state.revision,
        FORMS.index(state.form),
    )


def unpacked(row: bytes, authority: str, feeds: list[str]) -> ArticleState:
    """Return the article of a row; where its page is, is for the entry to say.

    Args:
        row: `SIZE` bytes.
        authority: The registered authority of its feed.
        feeds: The ids of the feeds by their numbers.
    """
    article, second, third, entry_hash, feed, day, revision, form = ROW.unpack(row)
    names = (article[:NAME_BYTES], *(name for name in (second, third) if name != NONE))
    return ArticleState(
        id=article.hex(),
        feed=feeds[feed],
        authority=authority,
        names=tuple(name.hex() for name in names),
        domain=authority,
        linkhash=article.hex(),
        revision=revision,
        form=FORMS[form],
        entry_hash=entry_hash.hex(),
        seen=day * DAY,
    )


def feed_numbers(rows: bytes) -> set[int]:
    """Return the numbers of the feeds in rows that stand side by side."""
    high, low = rows[FEED_PLACE::SIZE], rows[FEED_PLACE + 1 :: SIZE]
    if len(set(high)) < 2:  # nearly always, and a start asks for 100,000 blocks
        return {high[0] << 8 | each for each in set(low)}
    return {first << 8 | second for first, second in zip(high, low, strict=True)}
