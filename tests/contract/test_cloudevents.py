"""Our headers against the CloudEvents SDK: its Kafka binding, binary mode, is the oracle."""

import re
from datetime import UTC, datetime

import pytest

from services.classifier.__main__ import STAGE as CLASSIFIER
from services.parser.__main__ import STAGE as PARSER
from shared.records.record import Message
from shared.records.retraction import Retraction
from tests.unit.test_records import ID, stored
from tests.unit.test_stage import document

RETRACTION = Retraction(id=ID, revision=4, reason="gone", at="2026-01-01T00:00:00Z", source="publisher")


def events() -> list[Message]:
    raw = document()
    article = PARSER.apply(stored(raw))
    tagged = CLASSIFIER.apply(stored(article, "news.articles.v1"))
    return [raw, article, tagged, RETRACTION.to_message("wire", "example.org", "0" * 32)]


@pytest.mark.parametrize("message", events(), ids=["raw", "article", "tagged", "retraction"])
def test_the_sdk_reads_our_events(message: Message) -> None:
    from cloudevents.v1.kafka import KafkaMessage, from_binary

    headers = {name: value or b"" for name, value in message.headers if name.startswith("ce_") or name == "content-type"}
    event = from_binary(KafkaMessage(headers=headers, key=message.key, value=message.value or b""), data_unmarshaller=lambda data: data)
    assert event["id"] in (f"{ID}.3", f"{ID}.4")
    assert event["subject"] == ID
    assert event["specversion"] == "1.0"
    assert event.data == message.value


@pytest.mark.parametrize("message", events(), ids=["raw", "article", "tagged", "retraction"])
def test_attribute_names_and_times_keep_the_rules(message: Message) -> None:
    stated = {name.removeprefix("ce_"): (value or b"").decode() for name, value in message.headers if name.startswith("ce_")}
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in stated)
    assert datetime.fromisoformat(stated["time"]).tzinfo == UTC
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", stated["traceparent"])
    assert len({name for name, _ in message.headers}) == len(message.headers)


def test_a_tagged_event_says_its_verdict_in_headers() -> None:
    headers = dict(events()[2].headers)
    assert headers["ce_policy"] in (b"true", b"false")
    assert {"ce_instruments", "ce_jurisdictions", "ce_lang"} <= headers.keys()
