"""``chipwire retract``: an operator's word as a record on `news.feeds.v1`, in the partition whose lane numbers the article's revisions."""

from typing import Literal

from services.fetcher.registry import partition
from shared.errors import PoisonError
from shared.records import headers
from shared.records.article import Model, decode
from shared.records.fetch_state import ArticleState
from shared.records.record import Message, Record

KEY = "retract:"


class Takedown(Model):
    """The command to withdraw an article. `at` is RFC 3339 in UTC; `domain` and `linkhash` are those of the article."""

    command: Literal["retract"] = "retract"
    article: str
    reason: str
    at: str
    domain: str | None = None
    linkhash: str | None = None


def command(state: ArticleState, reason: str, at: str, partitions: int) -> tuple[int, Message]:
    """Return the partition of `news.feeds.v1` and the record that withdraws an article.

    Args:
        state: Of the article, from the record ``article:<id>`` on `news.fetch-state.v1`.
        reason: For consumers.
        at: Now, RFC 3339 in UTC.
        partitions: How many the topics have.
    """
    stated = Takedown(article=state.id, reason=reason, at=at, domain=state.domain, linkhash=state.linkhash)
    message = Message(f"{KEY}{state.id}".encode(), stated.model_dump_json().encode(), (("content-type", headers.JSON.encode()),))
    return partition(state.authority, partitions), message


def located(state: ArticleState, stated: Takedown) -> ArticleState:
    """Return an article with what the command says of its place."""
    return state.model_copy(update={"domain": stated.domain or state.domain, "linkhash": stated.linkhash or state.linkhash})


def is_takedown(record: Record) -> bool:
    """Say whether a record on `news.feeds.v1` is such a command and no feed."""
    return record.key is not None and record.key.startswith(KEY.encode())


def from_record(record: Record) -> Takedown:
    """Return the command in a record.

    Raises:
        PoisonError: ``bad-json``, or ``key-mismatch`` if it is about another article than its key.
    """
    stated = decode(Takedown, record.value or b"")
    if record.key != f"{KEY}{stated.article}".encode():
        raise PoisonError("key-mismatch", f"the key is not that of {stated.article[:40]!r}")
    return stated
