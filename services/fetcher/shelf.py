"""The articles of one host that only wait to be recognised, as blocks of rows, each block one record on the state topic.

Looking up is a search through the bytes; a host with many articles gets an index beside them. What is here and what is on the topic are
the same bytes, so a start copies them and reads none.
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
"""Bytes of a full block: a change writes so many anew."""
MOST_BLOCKS = 65536
SEARCHED = 24
"""Blocks that are searched through; more are indexed (about 120 bytes a name)."""
Place = tuple[int, int]
"""The number of a block, and where in it a row begins."""


class Shelf:
    """Rows of one host, in no order.

    Args:
        authority: Of the feeds, as registered.
    """

    __slots__ = ("_authority", "_blocks", "_changed", "_feeds", "_index")

    def __init__(self, authority: str) -> None:
        self._authority = authority
        self._feeds: list[str] = []
        self._blocks: list[bytes] = []
        self._index: dict[bytes, Place] | None = None
        self._changed: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return sum(map(len, self._blocks)) // SIZE

    def restore(self, block: ShelfState) -> None:
        """Take a block as it was written, in the place of what was there under its number.

        Raises:
            PoisonError: ``bad-rows`` if it holds no rows, or of other feeds than it names.
        """
        try:
            rows = base64.b64decode(block.rows, validate=True)
        except binascii.Error as error:
            raise PoisonError("bad-rows", str(error)) from error
        sized = 0 < len(rows) <= BLOCK and len(rows) % SIZE == 0 and block.number < MOST_BLOCKS
        if not sized or row.feed_numbers(rows) != block.feeds.keys():
            raise PoisonError("bad-rows", f"block {block.number} of {len(rows)} bytes")
        self._feeds += [""] * (max(block.feeds) + 1 - len(self._feeds))
        for number, feed in block.feeds.items():
            self._feeds[number] = feed
        self._set(block.number, rows)

    def lose(self, number: int) -> None:
        """Take the end of a block: there is nothing under its number any more."""
        if number < len(self._blocks):
            self._set(number, b"")

    def _set(self, number: int, rows: bytes) -> None:
        self._blocks += [b""] * (number + 1 - len(self._blocks))
        self._blocks[number] = rows
        self._index = None

    def changes(self) -> Iterator[Message]:
        """Yield the records of the blocks that changed since the last call."""
        changed, self._changed = self._changed, frozenset()
        for number in sorted(changed):
            rows = self._blocks[number]
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
        number, at = self._place(packed[:ID_BYTES]) or self._room()
        rows = self._blocks[number]
        self._blocks[number] = rows[:at] + packed + rows[at + SIZE :]
        self._note(number, at)
        self._changed |= {number}
        return True

    def _room(self) -> Place:
        """Return where the next row goes: behind the last one of a block that is not full."""
        for number, rows in enumerate(self._blocks):
            if len(rows) < BLOCK:
                return number, len(rows)
        self._blocks.append(b"")
        return len(self._blocks) - 1, 0

    def drop(self, article: str) -> bool:
        """Forget an article, and say whether it was here; the last row of its block takes its place."""
        if (place := self._place(bytes.fromhex(article))) is None:
            return False
        number, at = place
        rows = self._blocks[number]
        self._set(number, (rows[:at] + rows[-SIZE:] + rows[at + SIZE :])[: len(rows) - SIZE])
        self._changed |= {number}
        return True

    def find(self, name: str) -> ArticleState | None:
        """Return the article that has a name; of two that share it, the first."""
        return self._state(self._named(bytes.fromhex(name[:NAME_DIGITS])))

    def article(self, article: str) -> ArticleState | None:
        """Return the article with an id."""
        return self._state(self._place(bytes.fromhex(article)))

    def of_feed(self, feed: str) -> Iterator[ArticleState]:
        """Yield the articles first seen in a feed."""
        number = self._feeds.index(feed).to_bytes(2, "big") if feed in self._feeds else b""
        return (
            row.unpacked(each, self._authority, self._feeds) for each in self._rows() if each[row.FEED_PLACE : row.FEED_PLACE + 2] == number
        )

    def all(self) -> Iterator[ArticleState]:
        """Yield every article."""
        return (row.unpacked(each, self._authority, self._feeds) for each in self._rows())

    def _rows(self) -> Iterator[bytes]:
        return (rows[at : at + SIZE] for rows in self._blocks for at in range(0, len(rows), SIZE))

    def _state(self, place: Place | None) -> ArticleState | None:
        if place is None:
            return None
        number, at = place
        return row.unpacked(self._blocks[number][at : at + SIZE], self._authority, self._feeds)

    def _place(self, article: bytes) -> Place | None:
        """Return where the row of an id begins; its first half may also be a weaker name of another."""
        if len(self._blocks) <= SEARCHED:
            return self._searched(article, (0,))
        places = (self._indexed().get(key) for key in (article[:NAME_BYTES], article))
        return next((place for place in places if place and self._blocks[place[0]].startswith(article, place[1])), None)

    def _named(self, name: bytes) -> Place | None:
        return self._searched(name, NAME_PLACES) if len(self._blocks) <= SEARCHED else self._indexed().get(name)

    def _searched(self, wanted: bytes, places: tuple[int, ...]) -> Place | None:
        """Return the row that has some bytes in one of some places."""
        for number, rows in enumerate(self._blocks):
            at = rows.find(wanted)
            while at >= 0:
                if at % SIZE in places:
                    return number, at - at % SIZE
                at = rows.find(wanted, at + 1)
        return None

    def _indexed(self) -> dict[bytes, Place]:
        if self._index is None:
            self._index = {}
            for number, rows in enumerate(self._blocks):
                for at in range(0, len(rows), SIZE):
                    self._note(number, at)
        return self._index

    def _note(self, number: int, at: int) -> None:
        """Put a row into the index, if there is one: under its names, or its whole id where another has its first half for a name."""
        if self._index is not None:
            packed = self._blocks[number][at : at + SIZE]
            for place in NAME_PLACES:
                name = packed[place : place + NAME_BYTES]
                if name != row.NONE and self._index.setdefault(name, (number, at)) != (number, at) and place == 0:
                    self._index[packed[:ID_BYTES]] = number, at
