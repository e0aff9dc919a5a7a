"""The articles of one host that only wait to be recognised, as rows of bytes: 46 each, names and all.

A row holds what deciding needs: id, two more names, the hash of the entry's fields, when it was last seen, revision and form. Its address,
domain and link hash are in the entry that makes anybody ask for it. Looking up is a search through the bytes; a host with many articles
gets an index beside them.
"""

import struct
from collections.abc import Iterator

from services.fetcher import identity
from shared.records.fetch_state import ArticleState, Form

ROW = struct.Struct(">16s8s8s8sHHBB")
"""Id, two names, entry hash, number of the feed, day last seen, revision, form."""
NAME_PLACES = (0, 16, 24)
NONE = bytes(8)
FORMS: tuple[Form, ...] = ("none", "entry", "full", "page")
DAY = 86400.0
MOST_FEEDS, MOST_REVISIONS = 65536, 255
SEARCHED = 64 * 1024
"""Bytes that are searched through; more are indexed (about 120 bytes a name)."""
NAME_BYTES = identity.NAME_DIGITS // 2
HASH_DIGITS = 16


def fits(state: ArticleState) -> bool:
    """Say whether an article can be told from a row: nothing is to be done about it, nothing unusual happened to it."""
    usual = state.work is None and state.retracted_at is None and not state.tombstoned and state.gone == 0
    plain = all(len(text) >= 16 and _is_hex(text) for text in (*state.names, state.entry_hash))
    named = 1 <= len(state.names) <= 3 and len(state.id) == 32 and _is_hex(state.id) and state.id.startswith(state.names[0])
    return usual and plain and named and state.revision <= MOST_REVISIONS


def _is_hex(text: str) -> bool:
    return not text.strip("0123456789abcdef")


class Shelf:
    """Rows of one host, in no order."""

    __slots__ = ("_authority", "_feeds", "_index", "_rows")

    def __init__(self, authority: str) -> None:
        self._authority = authority
        self._feeds: list[str] = []
        self._rows = bytearray()
        self._index: dict[bytes, int] | None = None

    def __len__(self) -> int:
        return len(self._rows) // ROW.size

    def put(self, state: ArticleState) -> bool:
        """Take an article that `fits`; False if there is no room for another feed."""
        if state.feed not in self._feeds:
            if len(self._feeds) == MOST_FEEDS:
                return False
            self._feeds.append(state.feed)
        row = self._packed(state)
        at = self._place(row[:16])
        if at is None:
            at = len(self._rows)
            self._rows += row
        else:
            self._rows[at : at + ROW.size] = row
        self._note(at)
        return True

    def trim(self) -> None:
        """Give back the bytes that growing took in advance."""
        self._rows = bytearray(bytes(self._rows))

    def _packed(self, state: ArticleState) -> bytes:
        names = [bytes.fromhex(name[: identity.NAME_DIGITS]) for name in state.names[1:]] + [NONE, NONE]
        return ROW.pack(
            bytes.fromhex(state.id),
            names[0],
            names[1],
            bytes.fromhex(state.entry_hash[:HASH_DIGITS]),
            self._feeds.index(state.feed),
            int(state.seen / DAY),
            state.revision,
            FORMS.index(state.form),
        )

    def find(self, name: str) -> ArticleState | None:
        """Return the article that has a name."""
        at = self._named(bytes.fromhex(name[: identity.NAME_DIGITS]))
        return None if at is None else self._state(at)

    def article(self, article: str) -> ArticleState | None:
        """Return the article with an id."""
        at = self._place(bytes.fromhex(article))
        return None if at is None else self._state(at)

    def of_feed(self, feed: str) -> Iterator[ArticleState]:
        """Yield the articles first seen in a feed."""
        number = self._feeds.index(feed) if feed in self._feeds else -1
        for at in range(0, len(self._rows), ROW.size):
            if int.from_bytes(self._rows[at + 40 : at + 42], "big") == number:
                yield self._state(at)

    def all(self) -> Iterator[ArticleState]:
        """Yield every article."""
        for at in range(0, len(self._rows), ROW.size):
            yield self._state(at)

    def drop(self, article: str) -> None:
        """Forget an article, if it is here; the last row takes its place."""
        at = self._place(bytes.fromhex(article))
        if at is None:
            return
        last = self._rows[-ROW.size :]
        del self._rows[-ROW.size :]
        self._index = None
        if at < len(self._rows):
            self._rows[at : at + ROW.size] = last

    def _place(self, article: bytes) -> int | None:
        at = self._named(article[:NAME_BYTES])
        return at if at is not None and self._rows[at : at + 16] == article else None

    def _named(self, name: bytes) -> int | None:
        """Return where the row of a name begins; of two articles that share one, the first."""
        if len(self._rows) > SEARCHED:
            return self._indexed().get(name)
        at = self._rows.find(name)
        while at >= 0:
            if at % ROW.size in NAME_PLACES:
                return at - at % ROW.size
            at = self._rows.find(name, at + 1)
        return None

    def _indexed(self) -> dict[bytes, int]:
        if self._index is None:
            self._index = {}
            for at in range(0, len(self._rows), ROW.size):
                self._note(at)
        return self._index

    def _note(self, at: int) -> None:
        if self._index is not None:
            for place in NAME_PLACES:
                name = bytes(self._rows[at + place : at + place + NAME_BYTES])
                if name != NONE:
                    self._index.setdefault(name, at)

    def _state(self, at: int) -> ArticleState:
        """Return the article of a row; where its page is, is for the entry to say."""
        article, second, third, entry_hash, feed, day, revision, form = ROW.unpack_from(self._rows, at)
        names = (article[:NAME_BYTES], *(name for name in (second, third) if name != NONE))
        return ArticleState(
            id=article.hex(),
            feed=self._feeds[feed],
            authority=self._authority,
            names=tuple(name.hex() for name in names),
            domain=self._authority,
            linkhash=article.hex(),
            revision=revision,
            form=FORMS[form],
            entry_hash=entry_hash.hex(),
            seen=day * DAY,
        )
