"""Writes the golden records of a version, once, when it is released: ``python -m tests.contract.golden.make 0.1.0``."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from services.classifier.__main__ import STAGE as CLASSIFIER
from services.parser.__main__ import STAGE as PARSER
from shared.errors import PoisonError
from shared.reading.letters import settlement
from shared.reading.slice import Header
from shared.reading.writer import SliceWriter
from shared.records.dead_letter import dead_letter
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState, HostState, to_message
from shared.records.raw import Entry
from shared.records.record import Message, Record
from shared.records.retraction import Retraction, tombstone
from shared.topics import FEEDS, FETCH_STATE, RAW, Topic, partition_of
from tests.unit.test_records import raw

FOLDER = Path(__file__).parent
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
NOON = int(AT.timestamp() * 1000)
STORY = """<html lang="en"><head><title>Commerce tightens export controls on chip tools</title></head><body><article>
<h1>Commerce tightens export controls on chip tools</h1><p>By Ada Writer, 24 November 2026</p>
<p>The US Commerce Department on Tuesday put export controls on advanced semiconductor equipment bound for China,
and added three chip makers to its Entity List.</p><p>The rule takes effect in thirty days, the Bureau of Industry and Security
said. Nvidia and ASML fell in early trading.</p><p>China's Ministry of Commerce said it would answer with a licence
for gallium.</p></article></body></html>"""
ENTRY = Entry(
    title="美国收紧芯片设备出口管制",
    summary="美国商务部周二对先进半导体设备实施出口管制。",
    authors=("记者",),
    guid="7",
    tags=("芯片",),
    language="zh",
)


class Log:
    """Records in the order they were written, as a broker numbers them."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, topic: Topic[object], message: Message) -> Record:
        key = message.key or b""
        made = Record(topic.name, partition_of(key, 4), len(self.records), NOON, message.key, message.value, message.headers)
        self.records.append(made)
        return made

    def through(self, message: Message) -> None:
        """Add a raw record, the article made of it, and that tagged."""
        article = self.add(PARSER.sink, PARSER.apply(self.add(RAW, message)))
        self.add(CLASSIFIER.sink, CLASSIFIER.apply(article))


def documents() -> Iterator[Message]:
    """A page in each language, a bare entry, a correction, a retraction and its tombstone."""
    chinese = Path(__file__).parents[2] / "golden" / "labelled" / "page.html"
    yield raw(id="0a" * 16, revision=1, change="created", body=STORY.encode(), content_type="text/html", feed_name="Wire").to_message()
    yield raw(id="1b" * 16, revision=1, change="created", body=chinese.read_bytes(), content_type="text/html; charset=utf-8").to_message()
    yield raw(id="2c" * 16, kind="entry", revision=1, change="created", body=b"", entry=ENTRY, content_type=None, status=None).to_message()
    corrected = raw(id="0a" * 16, revision=2, body=STORY.replace("three", "four").encode(), previous_sha256="0" * 64)
    yield corrected.to_message()
    retraction = Retraction(id="0a" * 16, revision=3, reason="gone", at="2026-11-24T11:00:00Z", source="publisher")
    withdrawn = retraction.to_message("wire", "example.org", "f" * 32)
    yield withdrawn
    yield tombstone(withdrawn)


def records() -> list[Record]:
    """One record of each kind at least."""
    log = Log()
    for message in documents():
        log.through(message)
    bad = log.add(RAW, raw(id="3d" * 16, body=b"", content_type="image/png").to_message())
    letter = log.add(RAW.dead_letters, dead_letter(bad, "parser", PoisonError("no-text", "the page holds no text"), AT))
    log.add(RAW.dead_letters, settlement(letter, "drop", AT))
    log.add(FEEDS, Feed(id="wire", url="https://example.org/feed", name="Wire", language="en", line_sha256="0" * 64).to_message())
    log.add(FETCH_STATE, to_message(FeedState(id="wire", url="https://example.org/feed", etag='"1"', due=1.8e9, succeeded_at=1.79e9)))
    log.add(FETCH_STATE, to_message(HostState(authority="example.org", rest_until=1.8e9)))
    state = ArticleState(
        id="0a" * 16, feed="wire", authority="example.org", domain="example.org", linkhash="f" * 32, revision=3, form="page"
    )
    log.add(FETCH_STATE, to_message(state))
    return log.records


def main(version: str) -> None:
    """Write the file of a version; one that is there stays."""
    path = FOLDER / f"{version}.jsonl"
    assert not path.exists(), f"{path} is released: its records never change"
    with SliceWriter(str(path), Header("golden", 4)) as writer:
        for record in records():
            writer.write(record)


if __name__ == "__main__":
    main(sys.argv[1])
