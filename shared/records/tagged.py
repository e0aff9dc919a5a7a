"""TaggedArticle: an Article and the classifier's verdict on it, with the evidence (`news.tagged.v1`).

The value is ``{"article": …, "verdict": …}`` with the article's bytes spliced in unchanged, so that an older classifier never
drops a newer parser's fields.
"""

from typing import Self

from pydantic import Field

from shared.records import headers
from shared.records.article import Article, Model, decode
from shared.records.record import Record


class EntityTag(Model):
    """An organisation, list or law by its canonical id, and its part: ``issuer``, ``target``, ``beneficiary``, ``mentioned``."""

    id: str
    role: str


class Evidence(Model):
    """The words that a tag rests on: ``text[start:end] == surface`` in `field` (``title``, ``original``, ``summaries[i]``).

    `facet` is the verdict's field, `value` the tag, `rule` the rule or alias that fired, `contribution` its part of the score.
    `only_in_summary` says that the tag has words in a summary and none in title or original, where there is an original.
    """

    facet: str
    value: str
    field: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    surface: str
    rule: str
    contribution: float
    only_in_summary: bool = False


class Verdict(Model):
    """What the classifier says of an article. The values are those of the taxonomy whose version is named."""

    is_semiconductor_policy: bool
    probability: float = Field(ge=0, le=1)
    review_required: bool = False
    instruments: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    direction: str = "none"
    stage: str | None = None
    assertion: str | None = None
    legal_force: str | None = None
    entities: tuple[EntityTag, ...] = ()
    products: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    classifier: str
    taxonomy: str
    lexicon: str
    model: str


class TaggedArticle(Model):
    """An article and its verdict. Every article is tagged, policy or not."""

    article: Article
    verdict: Verdict

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Return the tagged article in a record.

        Raises:
            PoisonError: ``bad-json`` if the value is not a JSON TaggedArticle.
        """
        return decode(cls, record.value or b"")

    def value(self) -> bytes:
        """Return the JSON in UTF-8, the article's own bytes spliced in unchanged."""
        return b'{"article":%b,"verdict":%b}' % (self.article.value(), self.verdict.model_dump_json().encode())

    def attributes(self) -> dict[str, str]:
        """Return the headers that say what this record is and what a consumer may filter on."""
        return {
            "ce_type": headers.TAGGED_TYPE,
            "ce_dataschema": headers.dataschema(headers.TAGGED_TYPE),
            "content-type": headers.JSON,
            "ce_policy": "true" if self.verdict.is_semiconductor_policy else "false",
            "ce_instruments": ",".join(sorted(self.verdict.instruments)),
            "ce_jurisdictions": ",".join(sorted(self.verdict.jurisdictions)),
        }
