"""The registry from the command line, on a real broker."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.settings import KafkaSettings
from shared.topics import FEEDS, RAW, partition_of
from tests.integration.ledger import read_all
from tests.integration.replica import ROOT, environment

pytestmark = pytest.mark.kafka


def chipwire(cluster: KafkaSettings, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli.main", *arguments],
        input=given,
        env=environment(cluster),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def listed(cluster: KafkaSettings) -> dict[str, dict[str, object]]:
    lines = chipwire(cluster, "feeds", "ls").stdout.splitlines()
    return {feed["id"]: feed for feed in map(json.loads, lines)}


def test_a_feed_is_added_once_changed_and_removed(cluster: KafkaSettings) -> None:
    added = chipwire(cluster, "feeds", "add", "https://Example.org/feed", "--id", "wire", "--name", "芯片: a [name]", "--poll-minutes", "5")
    assert (added.returncode, added.stderr) == (0, "1 of 1 feeds are new or changed\n")
    again = chipwire(cluster, "feeds", "add", "https://Example.org/feed", "--id", "wire", "--name", "芯片: a [name]", "--poll-minutes", "5")
    assert again.stderr == "0 of 1 feeds are new or changed\n"
    assert listed(cluster)["wire"]["name"] == "芯片: a [name]"
    [record] = read_all(cluster, FEEDS)
    assert record.partition == partition_of(b"example.org", 4)
    refused = chipwire(cluster, "feeds", "rm", "wire")
    assert refused.returncode == 2
    assert "wire" in listed(cluster)
    assert chipwire(cluster, "feeds", "rm", "wire", "--yes").returncode == 0
    assert listed(cluster) == {}
    assert chipwire(cluster, "feeds", "rm", "wire", "--yes").returncode == 1


def test_an_import_changes_only_lines_that_changed(cluster: KafkaSettings, tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("feeds:\n- {id: a, url: 'https://example.org/a'}\n- {id: b, url: 'https://example.org/b'}\n")
    assert chipwire(cluster, "feeds", "import", str(file)).stderr.startswith("2 of 2")
    file.write_text("feeds:\n- {id: a, url: 'https://example.org/a', enabled: false}\n- {id: b, url: 'https://example.org/b'}\n")
    assert chipwire(cluster, "feeds", "import", str(file)).stderr.startswith("1 of 2")
    assert {name: feed["state"] for name, feed in listed(cluster).items()} == {"a": "off", "b": "on"}


def test_a_wrong_file_gives_one_line_with_its_number(cluster: KafkaSettings, tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("feeds:\n- {id: a, url: 'https://example.org/a'}\n- {id: b, url: 'gopher://example.org/b'}\n")
    done = chipwire(cluster, "feeds", "import", str(file))
    assert done.returncode == 1
    assert f"{file}:3: feed 2: url" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_page_and_a_feed_are_ingested_and_what_cannot_be_is_named(cluster: KafkaSettings, tmp_path: Path) -> None:
    page, feed = tmp_path / "page.html", tmp_path / "feed.xml"
    page.write_bytes(b"<h1>A title</h1><p>\xff\x00 text")
    items = "".join(f"<item><guid>g{n}</guid><title>Story {n}</title><link>https://example.org/{n}</link></item>" for n in range(3))
    feed.write_text(f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>")
    done = chipwire(
        cluster, "ingest", str(page), str(feed), str(tmp_path / "none"), "http://127.0.0.1:9/x", "--url", "https://example.org/feed"
    )
    assert done.returncode == 1
    assert len(done.stdout.split()) == 4
    assert "none: No such file" in done.stderr
    assert "http://127.0.0.1:9/x: cannot be had: refused-" in done.stderr
    records = read_all(cluster, RAW)
    assert sorted(record.key.decode() for record in records if record.key) == sorted(done.stdout.split())
    assert page.read_bytes() in [record.value for record in records]


def test_an_unknown_article_cannot_be_withdrawn(cluster: KafkaSettings) -> None:
    done = chipwire(cluster, "retract", "0" * 32, "--reason", "because", "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"chipwire: the fetcher knows no article {'0' * 32}\n"
