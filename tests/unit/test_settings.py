import re

import pytest

from shared.errors import SetupError
from shared.settings import FetcherSettings, KafkaSettings, RegistrySettings, ServiceSettings, read
from shared.topics import RAW
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*FetcherSettings.model_fields, *RegistrySettings.model_fields]:
        monkeypatch.delenv(f"CHIPWIRE_{name.upper()}", raising=False)


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SetupError, match=r"^CHIPWIRE_REPLICA is not set; see docs/settings.md$"):
        read(ServiceSettings)


@pytest.mark.parametrize("value", ["", "host", "host:0", "host:99999", "host:1,", ":9092"])
def test_a_bad_address_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CHIPWIRE_BOOTSTRAP_SERVERS", value)
    with pytest.raises(SetupError, match="CHIPWIRE_BOOTSTRAP_SERVERS is wrong"):
        read(KafkaSettings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RECHECK_AFTER", "3,6", "a setting cannot be read"),
        ("TIME_LIMIT", "inf", "CHIPWIRE_TIME_LIMIT is wrong"),
        ("CPU_LIMIT", "nan", "CHIPWIRE_CPU_LIMIT is wrong"),
        ("MEMORY_LIMIT", "99999999999999", "CHIPWIRE_MEMORY_LIMIT is wrong"),
        ("RSSHUB", "hub.example", "CHIPWIRE_RSSHUB is wrong"),
        ("SECURITY_PROTOCOL", "SASL_SSL", "SASL_SSL needs CHIPWIRE_SASL_USERNAME and CHIPWIRE_SASL_PASSWORD"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"CHIPWIRE_{name}", value)
    with pytest.raises(SetupError, match=said):
        read(RegistrySettings if name == "RSSHUB" else FetcherSettings, replica="one")


def test_the_prefix_goes_before_topics_and_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_TOPIC_PREFIX", "shadow.")
    settings = read(ServiceSettings, replica="one")
    assert settings.topic(RAW) == "shadow.news.raw.v1"
    assert settings.group_id("parser") == "shadow.chipwire.parser"
    assert settings.keep_everything


def test_a_password_is_not_shown() -> None:
    assert "hush" not in repr(read(KafkaSettings, sasl_password="hush"))


def test_tls_is_off_unless_asked_for_and_a_missing_certificate_is_a_sentence() -> None:
    assert read(KafkaSettings).ssl_context() is None
    with pytest.raises(SetupError, match="cannot read the certificates"):
        read(KafkaSettings, security_protocol="SSL", ssl_ca_file="nowhere.pem").ssl_context()
    assert read(KafkaSettings, security_protocol="SSL").ssl_context() is not None


def test_the_table_in_the_docs_names_every_setting_and_its_default() -> None:
    table = (ROOT / "docs/settings.md").read_text()
    documented = dict(re.findall(r"^\| `CHIPWIRE_(\w+)` \| (.*?) \|", table, re.MULTILINE))
    fields = FetcherSettings.model_fields | RegistrySettings.model_fields
    assert documented.keys() == {name.upper() for name in fields}
    for name, field in fields.items():
        shown = "required" if field.is_required() else f"`{field.default}`" if field.default not in (None, "") else ""
        assert documented[name.upper()] == shown
