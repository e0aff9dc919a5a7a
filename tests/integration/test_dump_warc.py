"""Raw pages as a web archive: read back by a reader that is not ours, and by ``chipwire ingest``'s."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from shared.records.raw import RawDocument
from shared.settings import KafkaSettings
from shared.topics import RAW
from tests.integration.cli import chipwire
from tests.integration.ledger import read_all
from tests.integration.sending import send

pytestmark = pytest.mark.kafka
PAGE = RawDocument(
    kind="page",
    id="0b" * 16,
    revision=1,
    change="created",
    feed="wire",
    domain="wire.example",
    linkhash="0c" * 16,
    url="https://wire.example/芯片?a=1",
    body="<html><title>Licences</title><p>许可 \x00 \r\n\r\n WARC/1.1".encode() + b"\xff",
    fetched_at="2026-03-02T10:00:00Z",
    status=200,
    content_type='text/html; charset="utf-8"',
    etag='W/"caf\xe9"',
    last_modified="Mon, 02 Mar 2026 09:00:00 GMT",
)
PAGES = [PAGE, replace(PAGE, id="0d" * 16, url="https://wire.example/2", body=b"<p>" + b"x" * 300_000, etag="a\r\nSet-Cookie: b")]
ENTRY = replace(PAGE, kind="entry", id="0e" * 16)


@pytest.mark.parametrize("name", ["pages.warc", "pages.warc.gz"])
def test_pages_come_back_from_an_archive_and_what_is_none_is_counted(cluster: KafkaSettings, tmp_path: Path, name: str) -> None:
    send(cluster, RAW, [each.to_message() for each in (*PAGES, ENTRY)])
    path = tmp_path / name
    run = chipwire(cluster, "dump", "raw", str(path))
    assert run.returncode == 0, run.stderr
    assert b"2 records of" in run.stderr
    assert b"1 records that are no pages are left out" in run.stderr
    with path.open("rb") as stream:
        kinds = [(record.record_type, record.headers.get("WARC-Target-URI")) for record in ArchiveIterator(stream, parse_http=False)]
    assert [kind for kind, _ in kinds] == [WarcRecordType.warcinfo, WarcRecordType.response, WarcRecordType.response]
    assert {url for _, url in kinds[1:]} == {page.url for page in PAGES}
    assert chipwire(cluster, "ingest", str(path)).returncode == 0
    again = [RawDocument.from_record(record) for record in read_all(cluster, RAW) if record.header("ce_feed") == "ingest"]
    found = {document.url: document for document in again}
    assert {url: document.body for url, document in found.items()} == {page.url: page.body for page in PAGES}
    first = found[PAGE.url]
    assert (first.content_type, first.etag, first.last_modified) == (PAGE.content_type, PAGE.etag, PAGE.last_modified)
    assert first.fetched_at == PAGE.fetched_at
    assert found[PAGES[1].url].etag == "a Set-Cookie: b"
    assert list(tmp_path.iterdir()) == [path]


def test_only_pages_go_into_an_archive_and_none_is_left_half_written(cluster: KafkaSettings, tmp_path: Path) -> None:
    path = str(tmp_path / "tags.warc")
    run = chipwire(cluster, "dump", "tagged", path)
    assert run.returncode == 1
    assert b"only pages go into an archive" in run.stderr
    run = chipwire(cluster, "dump", "raw", str(tmp_path / "nowhere" / "pages.warc"))
    assert run.returncode == 1
    assert b"cannot write" in run.stderr
    assert chipwire(cluster, "dump", "raw", path, "--resume").returncode == 1
    assert list(tmp_path.iterdir()) == []
