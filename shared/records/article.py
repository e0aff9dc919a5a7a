"""Article: an original plus its summaries, normalised (`news.articles.v1`).

Offsets are code points into the stored text, everywhere. The content model is open: unknown fields are kept out of the
way when reading, and values of an enumeration that a reader does not know are read as ``unknown``; the bytes stay as they are.
"""

from hashlib import sha256
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from shared.errors import PoisonError
from shared.records import headers
from shared.records.record import Record


def _known(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Return a value of an enumeration; a word that is none of it, as a later version may write, is ``unknown``."""
    try:
        return handler(value)
    except ValidationError:
        if isinstance(value, str):
            return "unknown"
        raise


OPEN = WrapValidator(_known)
Change = Annotated[Literal["created", "completed", "corrected", "retracted", "restored", "unknown"], OPEN]
CHANGES = frozenset(get_args(get_args(Change)[0]))
Precision = Annotated[Literal["year", "month", "day", "hour", "minute", "second", "unknown"], OPEN]
Origin = Annotated[Literal["publisher", "feed", "aggregator", "extractive", "model", "unknown"], OPEN]
Verdict = Annotated[Literal["supported", "contradicted", "unsupported", "unverifiable", "unknown"], OPEN]


class Model(BaseModel):
    """The form of every part of a record: frozen, unknown fields ignored, neither NaN nor infinity."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Span(Model):
    """A stretch of a text: ``text[start:end]``."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Gap(Span):
    """A place where the page lost something: ``stripped-link``, ``joined-paragraph``, ``emptied-list``, ``truncated``.

    A ``stripped-link`` spans the two characters around the loss; a gap may be empty: ``truncated`` stands at the end.
    """

    kind: str


class Text(Model):
    """A text and its language (BCP 47: ``en``, ``zh-Hans``; ``und`` where unknown). `sha256` is of its UTF-8."""

    text: str = Field(min_length=1)
    lang: str = "und"
    sha256: str
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def of(cls, text: str, lang: str = "und", gaps: tuple[Gap, ...] = ()) -> Self:
        """Return a Text with its hash."""
        return cls(text=text, lang=lang, sha256=sha256(text.encode()).hexdigest(), gaps=gaps)


class Finding(Span):
    """What the fidelity check says of one stretch of a summary; `original` is the stretch of the original it speaks of."""

    verdict: Verdict
    code: str
    surface: str
    detail: str | None = None
    original: Span | None = None


class Summary(Model):
    """A summary and where it comes from. `of_sha256` is the hash of the original that it was made from, where we made it."""

    body: Text
    origin: Origin
    method: str | None = None
    model: str | None = None
    of_sha256: str | None = None
    findings: tuple[Finding, ...] = ()


class Issue(Model):
    """Something the parser noticed: a slug such as ``label-mismatch``, and the place where it has one."""

    code: str
    detail: str | None = None
    field: str | None = None
    start: int | None = None
    end: int | None = None


class Published(Model):
    """When it was published, as written: `value` is ISO 8601 cut at `precision`, with its offset where one was stated.

    `zone` is that offset (``+08:00``, ``Z``) or None where none was stated; `raw` the words it was read from; `origin`
    where they stood (``feed``, ``json-ld``, ``meta``, ``label``, ``text``, ``url``).
    """

    value: str
    precision: Precision
    zone: str | None = None
    raw: str
    origin: str


class Source(Model):
    """Who published it and where: `url` as fetched, `canonical_url` as the page or the feed names it."""

    domain: str
    name: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    feed: str | None = None


class Provenance(Model):
    """How this record came to be: the parser's version, the hash of the raw body and when that was fetched."""

    parser: str
    raw_sha256: str
    fetched_at: str | None = None


class Article(Model):
    """One revision of one article. At least one of `original` and `summaries` is present.

    `sketch` is a bottom-k sketch of its shingles as 32-bit integers: two articles with like sketches are near-duplicates.
    """

    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    revision: int = Field(ge=1)
    change: Change
    source: Source
    title: str | None = None
    published: Published | None = None
    original: Text | None = None
    summaries: tuple[Summary, ...] = ()
    language: str = "und"
    authors: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    sketch: tuple[int, ...] = ()
    provenance: Provenance

    _stored: bytes | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if self.original is None and not self.summaries:
            raise ValueError("an article has an original or a summary")
        return self

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Return the article in a record; `value` then gives the very bytes that were read.

        Raises:
            PoisonError: ``null-value``, ``bad-key``, ``key-mismatch``, or ``bad-json`` if the value is not a JSON Article.
        """
        if record.value is None:
            raise PoisonError("null-value", "a tombstone holds no article")
        article = cls.from_json(record.value)
        if headers.article_id(record) != article.id:
            raise PoisonError("key-mismatch", f"the key is not the id {article.id}")
        return article

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Return the article in `value`, remembering the bytes.

        Raises:
            PoisonError: ``bad-json`` if it is not a JSON Article.
        """
        article = decode(cls, value)
        article._stored = value
        return article

    def value(self) -> bytes:
        """Return the bytes it was read from, or its JSON in UTF-8 if it was made here."""
        return self.model_dump_json().encode() if self._stored is None else self._stored

    def attributes(self) -> dict[str, str]:
        """Return the headers that say what this record is."""
        return {
            "ce_type": headers.ARTICLE_TYPE,
            "ce_dataschema": headers.dataschema(headers.ARTICLE_TYPE),
            "content-type": headers.JSON,
            "ce_lang": self.language,
        }


M = TypeVar("M", bound=BaseModel)


def decode(model: type[M], value: bytes) -> M:
    """Return the model in a JSON value.

    Raises:
        PoisonError: ``bad-json``, with where and why.
    """
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise PoisonError("bad-json", f"{where}: {first['msg']}" if where else str(first["msg"])) from error
