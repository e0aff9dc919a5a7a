from datetime import UTC, datetime

import pytest

from shared.errors import PoisonError
from shared.records.article import Article, Provenance, Source, Summary, Text
from shared.records.dead_letter import dead_letter
from shared.records.feed import Feed
from shared.records.raw import SUMMARY_LIMIT, Entry, RawDocument
from shared.records.record import Message, Record
from shared.records.retraction import Retraction, passes, tombstone
from shared.records.tagged import TaggedArticle, Verdict

ID = "0123456789abcdef0123456789abcdef"
VERDICT = Verdict(is_semiconductor_policy=False, probability=0.25, classifier="c", taxonomy="t", lexicon="l", model="m")


def stored(message: Message, topic: str = "news.raw.v1", offset: int = 7) -> Record:
    return Record(topic, 2, offset, 1_700_000_000_000, message.key, message.value, message.headers)


def raw(**changes: object) -> RawDocument:
    given: dict[str, object] = {
        "kind": "page",
        "id": ID,
        "revision": 3,
        "change": "corrected",
        "feed": "wire",
        "domain": "example.org",
        "linkhash": "f" * 32,
        "url": "https://example.org/新闻",
        "body": b"<p>\xff\x00raw",
        "fetched_at": "2026-11-24T10:00:00Z",
        "content_type": "text/html; charset=gbk",
        "etag": 'W/"x"',
        "last_modified": "Tue, 24 Nov 2026 09:00:00 GMT",
        "status": 200,
        "entry": Entry(title="标题", authors=("A", "B")),
        "issues": ("body-too-large",),
    }
    return RawDocument(**{**given, **changes})  # type: ignore[arg-type]


def article(text: str = "芯片 text") -> Article:
    return Article(
        id=ID,
        revision=1,
        change="created",
        source=Source(domain="example.org"),
        original=Text.of(text, "en"),
        provenance=Provenance(parser="p", raw_sha256="0" * 64),
    )


def test_a_raw_document_comes_back_from_its_record_as_it_was() -> None:
    assert RawDocument.from_record(stored(raw().to_message())) == raw()


def test_a_bare_entry_document_keeps_its_empty_body() -> None:
    bare = raw(kind="entry", body=b"", entry=None, content_type=None, etag=None, last_modified=None, status=None, issues=())
    message = bare.to_message()
    assert message.value == b""
    assert RawDocument.from_record(stored(message)) == bare


def test_the_summary_of_an_entry_is_cut_between_characters() -> None:
    header = Entry(summary="芯" * SUMMARY_LIMIT).header()
    kept = Entry.model_validate_json(header).summary or ""
    assert SUMMARY_LIMIT - 3 < len(kept.encode()) <= SUMMARY_LIMIT
    assert set(kept) == {"芯"}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ce_type", b"chipwire.page.v999", "unknown-type"),
        ("ce_type", None, "missing-header"),
        ("ce_revision", b"0", "bad-header"),
        ("ce_revision", b"99999999999", "bad-header"),
        ("ce_feed", b"\xff", "bad-header"),
        ("chipwire-entry", b"{", "bad-header"),
    ],
)
def test_a_bad_header_of_a_raw_record_is_poison_with_a_reason(name: str, value: bytes | None, reason: str) -> None:
    message = raw().to_message()
    bad = Message(message.key, message.value, (*message.headers, (name, value)))
    with pytest.raises(PoisonError) as caught:
        RawDocument.from_record(stored(bad))
    assert caught.value.reason == reason


def test_a_status_that_is_no_number_is_left_out() -> None:
    message = raw().to_message()
    odd = Message(message.key, message.value, (*message.headers, ("chipwire-status", "²".encode())))
    assert RawDocument.from_record(stored(odd)).status is None


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b'{"id": 1e309}',
        b"{" * 100_000,
        b'{"id": "\\ud800"}',
        b'{"revision": ' + b"9" * 5000 + b"}",
        article().value().replace(b'"revision":1', b'"revision":NaN'),
        article().value().replace(b'"original":{', b'"original":null,"x":{'),
    ],
)
def test_any_bad_json_is_poison(value: bytes) -> None:
    with pytest.raises(PoisonError) as caught:
        Article.from_json(value)
    assert caught.value.reason == "bad-json"


def test_fields_of_a_newer_version_survive_an_older_classifier() -> None:
    newer = article().value()[:-1] + b', "mood": {"joy":  1}}'
    tagged = TaggedArticle(article=Article.from_json(newer), verdict=VERDICT)
    assert newer in tagged.value()
    assert TaggedArticle.from_record(Record("t", 0, 0, 0, ID.encode(), tagged.value())).verdict == VERDICT


def test_an_article_under_another_key_is_poison() -> None:
    with pytest.raises(PoisonError) as caught:
        Article.from_record(Record("t", 0, 0, 0, b"f" * 32, article().value()))
    assert caught.value.reason == "key-mismatch"


def test_an_article_needs_an_original_or_a_summary() -> None:
    with pytest.raises(ValueError, match="an original or a summary"):
        Article(**{**article().model_dump(), "original": None})
    only = Article(**{**article().model_dump(), "original": None, "summaries": (Summary(body=Text.of("short"), origin="feed"),)})
    assert only.summaries[0].body.text == "short"


def test_a_dead_letter_keeps_the_record_and_adds_who_and_why_at_the_end() -> None:
    record = Record("news.raw.v1", 2, 9, 123, None, None, (("dlq-round", b"1"), ("dlq-round", b"x"), ("a", None)))
    letter = dead_letter(record, "parser", PoisonError("no-text", "why"), datetime(2026, 1, 2, tzinfo=UTC))
    assert (letter.key, letter.value, letter.headers[:3], letter.timestamp) == (None, None, record.headers, 123)
    assert dict(letter.headers[3:]) == {
        "dlq-stage": b"parser",
        "dlq-reason": b"no-text",
        "dlq-error": b"why",
        "dlq-topic": b"news.raw.v1",
        "dlq-partition": b"2",
        "dlq-offset": b"9",
        "dlq-at": b"2026-01-02T00:00:00.000Z",
        "dlq-round": b"0",
    }


def test_retractions_and_tombstones_pass_and_say_what_they_are() -> None:
    retraction = Retraction(id=ID, revision=4, reason="gone", at="2026-01-01T00:00:00Z", source="publisher").to_message("wire", "h", "l")
    stone = tombstone(retraction)
    assert passes(stored(retraction))
    assert passes(stored(stone))
    assert not passes(stored(raw().to_message()))
    assert stone.value is None
    assert {"ce_type", "ce_id"} <= dict(stone.headers).keys()
    assert "content-type" not in dict(stone.headers)


def test_a_feed_comes_back_from_its_record_and_its_authority_stays_when_it_moves() -> None:
    feed = Feed(id="wire", url="https://Old.example.org:8443/feed", authority="first.example.org")
    assert Feed.from_record(stored(feed.to_message())) == feed
    assert feed.registered_authority == "first.example.org"
    assert Feed(id="wire", url="https://Old.example.org:8443/feed").registered_authority == "old.example.org:8443"


def test_a_feed_under_another_key_is_poison() -> None:
    message = Feed(id="wire", url="https://example.org/feed").to_message()
    with pytest.raises(PoisonError) as caught:
        Feed.from_record(stored(Message(b"other", message.value)))
    assert caught.value.reason == "key-mismatch"
