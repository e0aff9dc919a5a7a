"""The registry from the command line, on a real broker."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.settings import KafkaSettings
from shared.topics import FEEDS, RAW, partition_of
from tests.integration.ledger import read_all
from tests.integration.replica import ROOT, environment
from tests.integration.site import Shown, Site

pytestmark = pytest.mark.kafka


def chipwire(cluster: KafkaSettings, *arguments: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli.main", *arguments],
        input=given,
        env=environment(cluster, **more),
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
    chipwire(cluster, "feeds", "add", "https://example.org/list", "--id", "list", "--kind", "listing", "--link-pattern", "^/n/")
    assert (listed(cluster)["list"]["kind"], listed(cluster)["list"]["link_pattern"]) == ("listing", "^/n/")
    bad = chipwire(cluster, "feeds", "add", "https://example.org/x", "--kind", "telepathy")
    assert (bad.returncode, bad.stderr.startswith("chipwire: the command line:1: feed 1: kind: ")) == (1, True)
    assert chipwire(cluster, "feeds", "rm", "list", "--yes").returncode == 0
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


def test_a_feed_is_paused_with_a_reason_that_an_import_keeps_and_asked_for_at_once(cluster: KafkaSettings, tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("feeds:\n- {id: a, url: 'https://example.org/a', group: wires}\n")
    chipwire(cluster, "feeds", "import", str(file))
    assert chipwire(cluster, "feeds", "pause", "a", "--reason", "noisy").stderr == "a is paused: noisy\n"
    file.write_text("feeds:\n- {id: a, url: 'https://example.org/a', group: agencies}\n")
    chipwire(cluster, "feeds", "import", str(file))
    paused = listed(cluster)["a"]
    assert (paused["state"], paused["paused"], paused["group"]) == ("paused", "noisy", "agencies")
    before = time.time()
    assert chipwire(cluster, "feeds", "pause", "a", "--resume").stderr == "a is polled again\n"
    assert chipwire(cluster, "feeds", "poll", "a").stderr == "a will be polled now\n"
    shown = json.loads(chipwire(cluster, "feeds", "show", "a").stdout)
    assert (shown["state"], shown["health"]) == ("on", "new")
    assert shown["poll_at"] >= before
    assert chipwire(cluster, "feeds", "show", "b").returncode == 1


def test_the_registry_goes_out_as_opml_and_yaml_and_comes_back(cluster: KafkaSettings, tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("feeds:\n- {id: a, url: 'https://example.org/a', group: wires, name: 线}\n- {id: b, url: 'https://example.org/b'}\n")
    chipwire(cluster, "feeds", "import", str(file))
    for form in ("opml", "yaml"):
        again = tmp_path / f"again.{form}"
        again.write_text(chipwire(cluster, "feeds", "export", "--format", form).stdout)
        assert chipwire(cluster, "feeds", "import", str(again)).stderr == "0 of 2 feeds are new or changed\n"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = await Site().open()
    yield made
    await made.close()


async def test_sources_are_tried_and_found_from_here_without_a_broker(cluster: KafkaSettings, site: Site, tmp_path: Path) -> None:
    site.rss([{"id": f"a{n}", "title": f"Title {n}"} for n in range(3)])
    site.shown["/block"] = Shown("<title>Just a moment...</title>")
    links = "".join(f"<p><a href='/n/{n}'>A headline that is long enough {n}</a>" for n in range(4))
    site.shown["/"] = Shown(f"<link rel=alternate type='application/rss+xml' href='/feed'>{links}")
    site.shown["/robots.txt"] = Shown(f"User-agent: *\nDisallow: /secret\nSitemap: {site.origin}/map.xml", content_type="text/plain")
    site.shown["/map.xml"] = Shown("<urlset><url><loc>/n/1</loc></url></urlset>", content_type="text/xml")
    file = tmp_path / "feeds.yaml"
    names = {"good": "feed", "gone": "none", "block": "block", "list": "", "secret": "secret"}
    kinds = {"list": "html-listing", "secret": "html-listing"}
    lines = [f"- {{id: {name}, url: '{site.origin}/{path}', kind: {kinds.get(name, 'feed')}}}" for name, path in names.items()]
    file.write_text("\n".join(["feeds:", *lines, f"- {{id: asleep, url: '{site.origin}/off', enabled: false}}"]))
    gap = {"CHIPWIRE_HOST_GAP": "0.01"}
    done = await asyncio.to_thread(chipwire, cluster, "feeds", "check", str(file), "--allow-loopback", **gap)
    report = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 3, done.stderr
    assert {name: (row["outcome"], row["entries"]) for name, row in report.items()} == {
        "good": ("ok", 3),
        "list": ("ok", 4),
        "gone": ("http-404", None),
        "block": ("block-page", None),
        "secret": ("robots-disallowed", None),
    }
    assert report["good"]["newest"] == "2025-01-06T10:00:00.000Z"
    assert "find its new address" in str(report["gone"]["advice"])
    done = await asyncio.to_thread(chipwire, cluster, "feeds", "discover", f"{site.origin}/", "--allow-loopback", **gap)
    found = [(row["kind"], row["url"].removeprefix(site.origin), row["entries"]) for row in map(json.loads, done.stdout.splitlines())]
    assert (done.returncode, found) == (0, [("feed", "/feed", 3), ("html-listing", "/", 4), ("sitemap", "/map.xml", 1)]), done.stderr
