"""The articles of one host that only wait to be recognised, as rows of bytes side by side, in blocks that are one record each.

Looking up is a search through the bytes; a host with many articles gets an index beside them. What is here and what is on the state topic
are the same bytes, so a start copies them and reads none.
"""

import base64
import binascii
from collections.abc import Iterator

from services.fetcher import row
from services.fetcher.identity import NAME_DIGITS
from services.fetcher.row import ID_BYTES, NAME_BYTES, NAME_PLACES, SIZE
from shared.errors import PoisonError
from shared.records import fetch_state
from shared.records.fetch_state import ArticleState, ShelfState
from shared.records.record import Message

BLOCK = 64 * SIZE
"""Bytes of one record: a change writes so many anew."""
SEARCHED = 64 * 1024
"""Bytes that are searched through; more are indexed (about 120 bytes a name)."""


class Shelf:
    """Rows of one host, in no order.

    Args:
        authority: Of the feeds, as registered.
    """

    __slots__ = ("_authority", "_changed", "_feeds", "_index", "_rows")

    def __init__(self, authority: str) -> None:
        self._authority = authority
        self._feeds: list[str] = []
        self._rows = bytearray()
        self._index: dict[bytes, int] | None = None
        self._changed: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self._rows) // SIZE

    def restore(self, block: ShelfState) -> None:
        """Take a block as it was written, the blocks of a host in the order of their numbers.

        Where one before it is missing it moves up, and is written anew in its new place.

        Raises:
            PoisonError: ``bad-rows`` if it holds no rows, or of other feeds than it names.
        """
        try:
            rows = base64.b64decode(block.rows, validate=True)
        except binascii.Error as error:
            raise PoisonError("bad-rows", str(error)) from error
        if not 0 < len(rows) <= BLOCK or len(rows) % SIZE or row.feed_numbers(rows) != block.feeds.keys():
            raise PoisonError("bad-rows", f"{len(rows)} bytes")
        self._feeds += [""] * (max(block.feeds) + 1 - len(self._feeds))
        for number, feed in block.feeds.items():
            self._feeds[number] = feed
        if len(self._rows) != block.number * BLOCK:
            self._changed |= {block.number, len(self._rows) // BLOCK, (len(self._rows) + len(rows) - 1) // BLOCK}
        self._rows = bytearray(self._rows + rows) if self._rows else bytearray(rows)

    @property
    def has_changes(self) -> bool:
        """Whether `changes` would yield anything."""
        return bool(self._changed)

    def changes(self) -> Iterator[Message]:
        """Yield the records of the blocks that changed since the last call."""
        changed, self._changed = self._changed, frozenset()
        for number in sorted(changed):
            rows = bytes(self._rows[number * BLOCK : (number + 1) * BLOCK])
            feeds = {feed: self._feeds[feed] for feed in sorted(row.feed_numbers(rows))}
            state = ShelfState(authority=self._authority, number=number, feeds=feeds, rows=base64.b64encode(rows).decode())
            yield fetch_state.to_message(state) if rows else fetch_state.forget(state.key)

    def put(self, state: ArticleState) -> bool:
        """Take an article that `row.fits`; False if there is no room for another feed."""
        if state.feed not in self._feeds:
            if len(self._feeds) == row.MOST_FEEDS:
                return False
            self._feeds.append(state.feed)
        packed = row.packed(state, self._feeds.index(state.feed))
        at = self._place(packed[:ID_BYTES])
        if at is None:
            at = len(self._rows)
            self._rows += packed
        else:
            self._rows[at : at + SIZE] = packed
        self._note(at)
        self._changed |= {at // BLOCK}
        return True

    def find(self, name: str) -> ArticleState | None:
        """Return the article that has a name."""
        at = self._named(bytes.fromhex(name[:NAME_DIGITS]))
        return None if at is None else self._state(at)

    def article(self, article: str) -> ArticleState | None:
        """Return the article with an id."""
        at = self._place(bytes.fromhex(article))
        return None if at is None else self._state(at)

    def of_feed(self, feed: str) -> Iterator[ArticleState]:
        """Yield the articles first seen in a feed."""
        number = self._feeds.index(feed).to_bytes(2, "big") if feed in self._feeds else b""
        for at in range(0, len(self._rows), SIZE):
            if self._rows[at + row.FEED_PLACE : at + row.FEED_PLACE + 2] == number:
                yield self._state(at)

    def all(self) -> Iterator[ArticleState]:
        """Yield every article."""
        for at in range(0, len(self._rows), SIZE):
            yield self._state(at)

    def drop(self, article: str) -> bool:
        """Forget an article, and say whether it was here; the last row takes its place."""
        at = self._place(bytes.fromhex(article))
        if at is None:
            return False
        last = self._rows[-SIZE:]
        del self._rows[-SIZE:]
        self._index = None
        self._changed |= {at // BLOCK, len(self._rows) // BLOCK}
        if at < len(self._rows):
            self._rows[at : at + SIZE] = last
        return True

    def _place(self, article: bytes) -> int | None:
        """Return where the row of an id begins; its first half may also be a weaker name of another."""
        if len(self._rows) > SEARCHED:
            places = (self._indexed().get(key) for key in (article[:NAME_BYTES], article))
            return next((at for at in places if at is not None and self._rows[at : at + ID_BYTES] == article), None)
        at = self._rows.find(article)
        while at >= 0 and at % SIZE:
            at = self._rows.find(article, at + 1)
        return None if at < 0 else at

    def _named(self, name: bytes) -> int | None:
        """Return where the row of a name begins; of two articles that share one, the first."""
        if len(self._rows) > SEARCHED:
            return self._indexed().get(name)
        at = self._rows.find(name)
        while at >= 0:
            if at % SIZE in NAME_PLACES:
                return at - at % SIZE
            at = self._rows.find(name, at + 1)
        return None

    def _indexed(self) -> dict[bytes, int]:
        if self._index is None:
            self._index = {}
            for at in range(0, len(self._rows), SIZE):
                self._note(at)
        return self._index

    def _note(self, at: int) -> None:
        if self._index is not None:
            for place in NAME_PLACES:
                name = bytes(self._rows[at + place : at + place + NAME_BYTES])
                if name != row.NONE and self._index.setdefault(name, at) != at and place == 0:
                    self._index[bytes(self._rows[at : at + ID_BYTES])] = at

    def _state(self, at: int) -> ArticleState:
        return row.unpacked(bytes(self._rows[at : at + SIZE]), self._authority, self._feeds)
