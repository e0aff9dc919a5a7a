"""Retraction: the news that an article was withdrawn; a tombstone follows it later. Both pass every stage under the same key."""

from shared.records import headers
from shared.records.article import Model
from shared.records.record import Message, Record, encode_headers


class Retraction(Model):
    """An article was withdrawn. `at` is RFC 3339 in UTC; `source` is ``publisher`` (page gone) or ``operator`` (takedown)."""

    id: str
    revision: int
    reason: str
    at: str
    source: str

    def to_message(self, feed: str, domain: str, linkhash: str) -> Message:
        """Return the record on `news.raw.v1` that says so; the stages after it pass it on."""
        attributes = headers.birth(
            ce_type=headers.RETRACTION_TYPE,
            article_id=self.id,
            revision=self.revision,
            change="retracted",
            feed=feed,
            domain=domain,
            linkhash=linkhash,
            time=self.at,
            content_type=headers.JSON,
        )
        return Message(self.id.encode("ascii"), self.model_dump_json().encode(), encode_headers(attributes.items()))


def tombstone(retraction: Message) -> Message:
    """Return the null value that follows a retraction, with its attributes but for ``content-type``."""
    return Message(retraction.key, None, tuple(pair for pair in retraction.headers if pair[0] != "content-type"))


def passes(record: Record) -> bool:
    """Say whether a record goes through the stages untouched: a tombstone or a retraction."""
    return record.value is None or record.header("ce_type") == headers.RETRACTION_TYPE
