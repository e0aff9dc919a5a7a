"""``chipwire ingest`` of web archives on a real broker: every page once, whatever stops it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.fetcher.archive_lane import Batch, Tally, ingest
from shared.errors import SetupError
from shared.reading.lag import lags
from shared.records.raw import RawDocument
from shared.settings import KafkaSettings
from shared.stream.kafka import TopicPartition
from shared.stream.transactions import Output, Transactions
from shared.topics import RAW, partition_of
from tests.integration.ledger import read_all
from tests.integration.test_feeds_cli import chipwire
from tests.integration.warc import packed, record, response

pytestmark = pytest.mark.kafka
PAGE = "<html><title>Wafers</title><p>A rule of the ministry. 规则</p></html>".encode()


def archive(path: Path, pages: int) -> bytes:
    records = [record("warcinfo", "", b"software: ours", content_type="application/warc-fields")]
    for n in range(pages):
        url = f"https://example.org/{n}"
        records += [record("request", url, b"GET / HTTP/1.1\r\n\r\n"), response(url, PAGE + b"%d" % n)]
    path.write_bytes(made := packed(records))
    return made


class Killed(BaseException):
    """The process ends here."""


def test_an_archive_gives_its_pages_as_fetched_once_and_again_nothing(cluster: KafkaSettings, tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    archive(path, 30)
    done = chipwire(cluster, "ingest", str(path))
    assert done.returncode == 0
    assert done.stderr == f"{path}: 30 pages, 0 from before, 31 records left out, 30 request, 1 warcinfo\n"
    found = [RawDocument.from_record(each) for each in read_all(cluster, RAW)]
    assert sorted(document.body for document in found) == sorted(PAGE + b"%d" % n for n in range(30))
    assert sorted(done.stdout.split()) == sorted(document.id for document in found)
    again = chipwire(cluster, "ingest", str(path))
    assert (again.returncode, again.stdout) == (0, "")
    assert "0 pages, 30 from before" in again.stderr
    assert len(read_all(cluster, RAW)) == 30
    assert [lag.group for lag in asyncio.run(lags(cluster)) if lag.topic == cluster.topic(RAW)] == []


def test_a_cut_archive_gives_what_is_whole_and_goes_on_once_it_is_complete(cluster: KafkaSettings, tmp_path: Path) -> None:
    path = tmp_path / "news.warc.gz"
    whole = archive(path, 20)
    path.write_bytes(whole[: len(whole) // 2])
    cut = chipwire(cluster, "ingest", str(path), str(tmp_path / "none.warc"))
    assert cut.returncode == 1
    assert f"{path}: ends inside the record at byte " in cut.stderr or f"{path}: cannot be read from byte " in cut.stderr
    assert "none.warc: No such file" in cut.stderr
    some = len(read_all(cluster, RAW))
    assert 0 < some < 20
    path.write_bytes(whole)
    rest = chipwire(cluster, "ingest", str(path))
    assert (rest.returncode, f"{20 - some} pages, {some} from before" in rest.stderr) == (0, True)
    assert Counter(each.value for each in read_all(cluster, RAW)) == Counter(PAGE + b"%d" % n for n in range(20))


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_run_that_dies_before_or_after_a_commit_loses_and_doubles_nothing(
    cluster: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = tmp_path / "news.warc"
    archive(path, 25)
    monkeypatch.setattr("services.fetcher.archive_lane.BATCH_STEPS", 7)
    committed = 0

    def die(batch: Batch) -> None:
        nonlocal committed
        committed += 1
        if committed == 3:
            raise Killed

    def dying(_: bytes, partitions: int) -> int:
        if committed == 2:
            raise Killed
        return partition_of(_, partitions)

    if moment == "before":
        monkeypatch.setattr("services.fetcher.archive_lane.partition_of", dying)
    with pytest.raises(Killed):
        await ingest(path, cluster, Tally(), die)
    monkeypatch.setattr("services.fetcher.archive_lane.partition_of", partition_of)
    await ingest(path, cluster, tally := Tally(), lambda _: None)
    assert tally.before > 0
    assert Counter(each.value for each in await asyncio.to_thread(read_all, cluster, RAW)) == Counter(PAGE + b"%d" % n for n in range(25))


async def test_a_second_run_of_an_archive_fences_the_first(cluster: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "news.warc"
    archive(path, 12)
    monkeypatch.setattr("services.fetcher.archive_lane.BATCH_STEPS", 5)
    commit, calls, second = Transactions.commit, 0, Tally()

    async def overtaken(self: Transactions, outputs: Sequence[Output], source: TopicPartition, next_offset: int | None) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            await ingest(path, cluster, second, lambda _: None)
        await commit(self, outputs, source, next_offset)

    monkeypatch.setattr(Transactions, "commit", overtaken)
    with pytest.raises(SetupError):
        await ingest(path, cluster, first := Tally(), lambda _: None)
    assert (first.sent > 0, first.sent + second.sent) == (True, 12)
    assert Counter(each.value for each in await asyncio.to_thread(read_all, cluster, RAW)) == Counter(PAGE + b"%d" % n for n in range(12))
