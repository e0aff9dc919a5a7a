"""Routes of an RSSHub in files, whose address is a setting."""

from pathlib import Path

import pytest

from services.cli.feeds_look import read_file
from services.fetcher import export, opml, registry
from services.fetcher.registry import merge
from services.fetcher.requests import Poll
from services.fetcher.trial import Trial
from shared.errors import SetupError
from tests.conftest import ROOT

ON = "feeds:\n  - {id: a, url: 'https://a.example/'}\n  - {id: miit, url: 'rsshub://gov/miit/zcjd?limit=5', kind: rsshub}\n"
OFF = ON.replace("kind: rsshub", "kind: rsshub, enabled: false")
OUTLINE = b"<opml><body>\n<outline text='x' xmlUrl='rsshub://gov/miit'/></body></opml>"


@pytest.mark.parametrize("hub", ["https://hub.example", "https://hub.example/"])
def test_a_route_is_registered_with_the_address_of_the_hub(hub: str) -> None:
    assert registry.parse(ON, "f.yaml", hub)[1].url == "https://hub.example/gov/miit/zcjd?limit=5"
    assert registry.parse(ON, "f.yaml", f"{hub.rstrip('/')}/below/")[1].url == "https://hub.example/below/gov/miit/zcjd?limit=5"
    assert opml.parse(OUTLINE, "f.opml", hub)[0].url == "https://hub.example/gov/miit"


def test_a_route_that_is_on_needs_a_hub_and_the_line_and_the_setting_are_named() -> None:
    with pytest.raises(SetupError, match=r"^f.yaml:3: feed 2: url: rsshub://gov/miit/\S+ needs .* CHIPWIRE_RSSHUB"):
        registry.parse(ON, "f.yaml")
    with pytest.raises(SetupError, match=r"^f.opml:2: url: rsshub://gov/miit needs .* CHIPWIRE_RSSHUB"):
        opml.parse(OUTLINE, "f.opml")


def test_a_route_that_is_off_waits_for_a_hub_under_the_same_id_and_host() -> None:
    before = {feed.id: feed for feed in registry.parse(OFF, "f.yaml")}
    assert before["miit"].url == "https://rsshub.invalid/gov/miit/zcjd?limit=5"
    assert merge(before, registry.parse(OFF, "f.yaml"), 4) == []
    (change,) = merge(before, registry.parse(ON, "f.yaml", "https://hub.example"), 4)
    assert b'"url":"https://hub.example/gov/miit/zcjd?limit=5"' in (change.message.value or b"")
    assert change.partition == registry.partition("rsshub.invalid", 4)


def test_the_id_of_a_route_does_not_hang_on_the_hub() -> None:
    unnamed = ON.replace("id: miit, ", "")
    ids = {registry.parse(unnamed, "f", hub)[1].id for hub in ("https://one.example", "https://two.example")}
    assert len(ids) == 1


@pytest.mark.parametrize("text", [OFF, OFF.replace("id: miit, ", "")])
def test_a_route_without_a_hub_goes_out_as_a_route_and_comes_back(text: str) -> None:
    feeds = registry.parse(text, "f")
    assert "rsshub://gov/miit" in export.to_yaml(feeds)
    assert registry.parse(export.to_yaml(feeds), "f") == opml.parse(opml.write(feeds), "f") == feeds


def test_a_route_that_is_tried_without_a_hub_is_told_what_it_needs() -> None:
    assert "CHIPWIRE_RSSHUB" in str(Trial(registry.parse(OFF, "f")[1], Poll("no-such-host")).row()["advice"])


def test_no_public_hub_is_in_the_shipped_file() -> None:
    feeds = registry.read(ROOT / "deploy" / "feeds.yaml")
    routes = [feed for feed in feeds if feed.kind == "rsshub"]
    assert {feed.registered_authority for feed in routes} == {"rsshub.invalid"}
    assert not any(registry.is_polled(feed) for feed in routes)


def test_the_command_line_takes_the_hub_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHIPWIRE_RSSHUB", raising=False)
    file = tmp_path / "feeds.yaml"
    file.write_text(ON)
    with pytest.raises(SetupError, match=r"feeds.yaml:3: feed 2: url: rsshub://gov"):
        read_file(file)
    monkeypatch.setenv("CHIPWIRE_RSSHUB", "https://hub.example")
    assert read_file(file)[1].url == "https://hub.example/gov/miit/zcjd?limit=5"
    monkeypatch.setenv("CHIPWIRE_RSSHUB", "hub.example")
    with pytest.raises(SetupError, match="CHIPWIRE_RSSHUB is wrong"):
        read_file(file)
