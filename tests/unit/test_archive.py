"""What the records of a web archive come to."""

import contextlib
import errno
import gzip
import io
import re
from collections.abc import Callable, Sequence
from itertools import islice

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.archive import Step, steps
from services.fetcher.archive_lane import batches
from services.fetcher.identity import linkhash
from services.fetcher.warc import ArchiveError
from shared.records.raw import RawDocument
from shared.records.record import Record
from tests.integration.warc import packed, record, response

PAGE = "<html><title>Wafers</title><p>The ministry wrote a rule. 规则</p></html>".encode()
URL = "https://example.org/a"


def read(*records: bytes) -> list[Step]:
    return list(steps(io.BytesIO(b"".join(records))))


def bodies(found: Sequence[Step]) -> list[bytes | str]:
    return [step.message.value or b"" if step.message else step.reason for step in found]


def documents(found: Sequence[Step]) -> list[RawDocument]:
    messages = [step.message for step in found if step.message]
    return [RawDocument.from_record(Record("t", 0, 0, 0, each.key, each.value, each.headers)) for each in messages]


@pytest.mark.parametrize("pack", [b"".join, packed])
def test_a_page_becomes_what_the_fetcher_would_have_sent(pack: Callable[[list[bytes]], bytes]) -> None:
    [document] = documents(read(pack([response(URL, PAGE, ETag='"x"', Last_Modified="yesterday")])))
    assert (document.kind, document.id, document.revision, document.change) == ("page", linkhash(URL)[:32], 1, "created")
    assert (document.url, document.domain, document.status, document.body) == (URL, "example.org", 200, PAGE)
    assert (document.fetched_at, document.etag, document.last_modified) == ("2025-01-06T10:00:00Z", '"x"', "yesterday")
    assert document.content_type == "text/html; charset=utf-8"


def chunked(body: bytes, size: int = 20) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("stored", "headers"),
    [
        (gzip.compress(PAGE), {"Content_Encoding": "gzip"}),
        (bytes(cramjam.brotli.compress(PAGE)), {"Content_Encoding": "br"}),
        (chunked(PAGE), {"Transfer_Encoding": "chunked"}),
        (chunked(gzip.compress(PAGE)), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (PAGE, {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (PAGE, {"Content_Encoding": "br"}),
    ],
    ids=["gzip", "br", "chunked", "chunked gzip", "headers of the wire", "br of the wire"],
)
def test_codings_are_undone_and_a_page_stored_plain_is_left_alone(stored: bytes, headers: dict[str, str]) -> None:
    assert bodies(read(response(URL, stored, 200, "text/html", **headers))) == [PAGE]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (record("warcinfo", "", b"software: x", content_type="application/warc-fields"), "warcinfo"),
        (record("request", URL, b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"), "request"),
        (record("metadata", URL, b"a: b"), "metadata"),
        (record("revisit", URL, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"), "revisit"),
        (record("response", "dns:example.org", b"example.org. 1 A 192.0.2.1", content_type="text/dns"), "not-http"),
        (response("https://example.org/robots.txt", PAGE), "robots"),
        (response(URL, PAGE, 404), "http-404"),
        (response(URL, b"%PDF-1.4", media_type="application/pdf"), "not-html"),
        (response(URL, b""), "empty-body"),
        (response(URL, b"\x00" * 9, Content_Encoding="gzip"), "bad-body"),
        (response(URL, b"\x00" * 9, Content_Encoding="gzip, br"), "stacked-encodings"),
        (response(URL, b"5\r\nab", Transfer_Encoding="chunked"), "bad-body"),
        (response(URL, gzip.compress(b"<p>" + bytes(5_000_000)), Content_Encoding="gzip"), "body-too-large"),
        (response(URL, b"<p>" + b"x" * 9_000_000), "body-too-large"),
        (response("ftp://example.org/", PAGE), "bad-url"),
        (response("https://[example.org/", PAGE), "bad-url"),
        (response("https://example.org:port/", PAGE), "bad-url"),
        (record("response", URL, b"XTTP nonsense\r\nContent-Type: text/html\r\n\r\n" + PAGE), "bad-http"),
        (record("response", URL, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE, date="soon"), "bad-date"),
    ],
)
def test_what_is_no_page_is_left_out_with_a_reason_and_the_next_record_is_read(made: bytes, reason: str) -> None:
    assert bodies(read(made, response(URL, PAGE))) == [reason, PAGE]


def test_an_equal_copy_is_left_out_and_a_changed_one_is_the_next_revision() -> None:
    found = read(response(URL, PAGE), response(URL, PAGE), response("http://example.org/a#top", PAGE + b"!"))
    first, second = documents(found)
    assert found[1].reason == "same-body"
    assert (second.id, second.revision, second.change, second.previous_sha256) == (first.id, 2, "corrected", first.sha256)


RECORDS = [response(f"https://example.org/{n}", PAGE + b"%d" % n) for n in range(3)]


@pytest.mark.parametrize("pack", [b"".join, packed])
def test_an_archive_cut_anywhere_gives_its_whole_records_and_going_on_gives_the_rest(pack: Callable[[list[bytes]], bytes]) -> None:
    whole = pack(RECORDS)
    for cut in range(1, len(whole) + 1):
        first: list[bytes] = []
        reached = 0
        with contextlib.suppress(ArchiveError):
            for batch in batches(steps(io.BytesIO(whole[:cut]))):
                first += [message.value or b"" for message in batch.messages]
                reached = batch.reached
        rest = [message.value for batch in batches(islice(steps(io.BytesIO(whole)), reached, None)) for message in batch.messages]
        assert first + rest == [PAGE + b"%d" % n for n in range(3)], cut


@pytest.mark.parametrize("members", [[RECORDS], [RECORDS[:2], RECORDS[2:]]], ids=["one member", "several records a member"])
def test_members_that_hold_several_records_lose_none(members: list[list[bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.fetcher.archive_lane.BATCH_STEPS", 1)
    whole = b"".join(gzip.compress(b"".join(records)) for records in members)
    sent = [message.value for batch in batches(steps(io.BytesIO(whole))) for message in batch.messages]
    assert sent == [PAGE + b"%d" % n for n in range(3)]


def stating(length: bytes) -> bytes:
    """Return a record whose length is wrong."""
    return re.sub(rb"(?<=Content-Length: )\d+", length, RECORDS[1], count=1)


@pytest.mark.parametrize("pack", [b"".join, packed])
@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (stating(b"150"), "bad-length"),
        (stating(b"250"), "bad-length"),
        (stating(b"99999"), "bad-length"),
        (stating(b"-1"), "bad-length"),
        (stating(b""), "bad-length"),
        (RECORDS[1].replace(b"WARC/1.0", b"W"), "damaged"),
        (RECORDS[1][:150], "damaged"),
        (b"\x00 rubbish WARC/1.0\r\n\r\n", "damaged"),
    ],
    ids=["short", "long", "very long", "negative", "none", "no record", "no end of its header", "rubbish"],
)
def test_a_damaged_record_is_counted_and_the_next_one_read(pack: Callable[[list[bytes]], bytes], damaged: bytes, reason: str) -> None:
    found = list(steps(io.BytesIO(pack([RECORDS[0], damaged, RECORDS[2]]))))
    assert bodies(found) == [PAGE + b"0", reason, PAGE + b"2"]


def test_an_archive_that_cannot_be_read_is_no_damaged_one() -> None:
    class Disk(io.BytesIO):
        def readinto(self, _: object) -> int:
            raise OSError(errno.EIO, "Input/output error")

        def read(self, _: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        list(steps(Disk(b"".join(RECORDS))))


@given(st.binary(max_size=300), st.sampled_from([b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", RECORDS[0]]))
def test_any_bytes_end_with_records_or_one_clear_error(junk: bytes, head: bytes) -> None:
    found: list[Step] = []
    with contextlib.suppress(ArchiveError):
        found.extend(steps(io.BytesIO(head + junk)))
    assert all(bool(step.message) != bool(step.reason) for step in found)


@pytest.mark.parametrize(
    "foreign",
    [b"\x89PNG\r\n\x1a\n" + bytes(500), gzip.compress(b"hello " * 99), b"<html>", RECORDS[0][:-60]],
    ids=["picture", "other gzip", "page", "cut"],
)
def test_foreign_and_cut_bytes_are_named_with_their_place(foreign: bytes) -> None:
    with pytest.raises(ArchiveError, match=r"byte 0"):
        read(foreign)
