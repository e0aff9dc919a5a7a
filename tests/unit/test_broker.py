"""The local broker without a broker: lists, settings, records, sentences."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.kafka import kafka
from services.local import broker, distribution, process
from services.local.node import Files, Record, node_settings, parse_properties, prepare, read_record, render_properties

PORTS = Record(None, 20_001, 20_002)
JAR = b"a jar"
DIGEST = hashlib.sha256(JAR).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "kafka")


def quiet(_message: str) -> None:
    """Say nothing."""


def deploy_folder(tmp_path: Path) -> Path:
    (tmp_path / "jars.sha256").write_text(f"{DIGEST}  a.jar\n")
    return tmp_path


def fetched(*contents: tuple[str, bytes]) -> Callable[[Path], list[Path]]:
    def fetch(repository: Path) -> list[Path]:
        for name, content in contents:
            (repository / name).write_bytes(content)
        return [repository / name for name, _ in contents]

    return fetch


def test_the_list_names_kafka_and_what_makes_it_log() -> None:
    names = distribution.parse_digests((distribution.DEPLOY / "jars.sha256").read_text())
    assert {f"kafka_2.13-{distribution.VERSION}.jar", f"kafka-clients-{distribution.VERSION}.jar"} <= names.keys()
    assert any(name.startswith("log4j-slf4j-impl-") for name in names)
    assert {len(digest) for digest in names.values()} == {64}


@pytest.mark.parametrize(
    ("found", "clause"),
    [
        ({"a.jar": "1", "b.jar": "2"}, None),
        ({"a.jar": "1"}, "b.jar is missing"),
        ({"a.jar": "1", "b.jar": "2", "c.jar": "3"}, "c.jar is not on the list"),
        ({"a.jar": "1", "b.jar": "9"}, "b.jar is not the file that was expected (its SHA-256 differs)"),
    ],
)
def test_a_jar_that_is_missing_unknown_or_changed_is_named(found: dict[str, str], clause: str | None) -> None:
    assert distribution.complaint({"a.jar": "1", "b.jar": "2"}, found) == clause


def test_jars_that_match_the_list_are_never_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy = deploy_folder(tmp_path)
    monkeypatch.setattr(distribution, "_fetch", fetched(("a.jar", JAR)))
    first = distribution.jars(quiet, tmp_path / "cache", deploy)
    monkeypatch.setattr(distribution, "_fetch", None)
    assert distribution.jars(quiet, tmp_path / "cache", deploy) == first == [tmp_path / "cache" / "a.jar"]


def test_a_damaged_jar_in_the_cache_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy = deploy_folder(tmp_path)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "a.jar").write_bytes(b"half of")
    monkeypatch.setattr(distribution, "_fetch", fetched(("a.jar", JAR)))
    said: list[str] = []
    (path,) = distribution.jars(said.append, tmp_path / "cache", deploy)
    assert path.read_bytes() == JAR
    assert len(said) == 1


@pytest.mark.parametrize("contents", [[("a.jar", b"forged")], [("a.jar", JAR), ("b.jar", JAR)], []])
def test_what_does_not_match_the_list_never_reaches_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contents: list[tuple[str, bytes]]
) -> None:
    monkeypatch.setattr(distribution, "_fetch", fetched(*contents))
    with pytest.raises(broker.BrokerError, match=r"do not match deploy/kafka/jars\.sha256"):
        distribution.jars(quiet, tmp_path / "cache", deploy_folder(tmp_path))
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


def test_a_failed_download_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(_repository: Path) -> list[Path]:
        raise RuntimeError("no network")

    monkeypatch.setattr(distribution, "_fetch", fetch)
    with pytest.raises(broker.BrokerError, match=r"^Kafka's jars cannot be fetched: no network$"):
        distribution.jars(quiet, tmp_path / "cache", deploy_folder(tmp_path))


def test_one_node_keeps_one_copy_and_makes_no_topic_unasked(files: Files) -> None:
    files.home.mkdir()
    prepare(files, PORTS, {"num.partitions": "7"})
    settings = parse_properties(files.properties.read_text())
    assert {value for key, value in settings.items() if "replication.factor" in key or "min.isr" in key} == {"1"}
    assert settings["auto.create.topics.enable"] == "false"
    assert int(settings["message.max.bytes"]) >= 6 << 20
    assert int(settings["broker.session.timeout.ms"]) <= 3000  # it is waited out after a kill
    assert settings["num.partitions"] == "7"
    assert settings["listeners"] == "CLIENT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"


def test_a_start_puts_a_large_log_aside_and_keeps_a_small_one(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.home.mkdir()
    files.log.write_text("12345")
    prepare(files, PORTS, {})
    assert files.log.exists()
    monkeypatch.setattr("services.local.node.LARGEST_LOG", 4)
    prepare(files, PORTS, {})
    assert not files.log.exists()
    assert files.old_log.read_text() == "12345"


def test_settings_survive_the_file_and_a_path_may_hold_any_character() -> None:
    settings = node_settings(Files(Path("/srv/新闻 ü")), 1, 2)
    text = render_properties(settings)
    assert text.isascii()
    assert r"log.dirs=/srv/\u65b0\u95fb \u00fc/data" in text.splitlines()
    assert parse_properties("# note\n\n a = b=c \n") == {"a": "b=c"}


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("", "it printed nothing"),
        ("one\n\ntwo\n", "two"),
        ("[t] ERROR first (k)\n[t] INFO after (k)\n", "[t] ERROR first (k)"),
        ("[t] ERROR wrapper (k)\njava.lang.Error: a\n\tat x\nCaused by: java.net.BindException: Address in use\n\tat y\n", None),
        ("Unrecognized VM option 'Nope'\nError: Could not create the Java Virtual Machine.\n", "Unrecognized VM option 'Nope'"),
    ],
)
def test_the_telling_line_of_a_log_is_found(log: str, line: str | None) -> None:
    assert process.reason(log) == (line or "Caused by: java.net.BindException: Address in use")


def test_another_process_with_the_recorded_number_is_not_the_broker(files: Files) -> None:
    assert not process.is_running(Record(os.getpid(), 1, 2), files)
    assert "python" in process.command_line(os.getpid())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_an_unreadable_record_counts_as_none(files: Files, text: str) -> None:
    files.home.mkdir()
    files.record.write_text(text)
    assert read_record(files.record) is None


def test_a_broker_that_vanished_has_exited_and_one_that_was_stopped_has_not(files: Files) -> None:
    files.home.mkdir()
    Record(os.getpid(), 20_001, 20_002).write(files.record)
    assert broker.status(files.home).state == "exited"
    assert broker.down(files.home) is False
    assert broker.status(files.home).state == "stopped"


def test_asking_leaves_no_trace(files: Files) -> None:
    assert broker.status(files.home).state == "stopped"
    assert broker.down(files.home) is False
    broker.wipe(files.home)
    assert not files.home.exists()


def test_wiping_removes_what_is_the_brokers_and_nothing_else(files: Files) -> None:
    files.data.mkdir(parents=True)
    (files.data / "00.log").write_text("records")
    assert broker.status(files.home).data_bytes >= 512
    files.log.write_text("log")
    (files.home / "notes.txt").write_text("mine")
    assert broker.remains(files.home) == [files.data, files.log]
    broker.wipe(files.home)
    assert {path.name for path in files.home.iterdir()} == {"lock", "notes.txt"}


def test_a_comma_in_the_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(broker.BrokerError, match="comma"):
        broker.up(tmp_path / "a,b")


def test_a_given_cluster_is_used_and_nothing_starts(tmp_path: Path) -> None:
    result = CliRunner().invoke(kafka, ["up", "--home", str(tmp_path / "home")], env={"CHIPWIRE_BOOTSTRAP_SERVERS": "kafka.example:9092"})
    assert (result.exit_code, result.stdout) == (0, "kafka.example:9092\n")
    assert "starting nothing" in result.stderr
    assert not (tmp_path / "home").exists()


def test_wipe_asks_for_yes_where_nobody_can_answer(files: Files) -> None:
    files.data.mkdir(parents=True)
    refused = CliRunner().invoke(kafka, ["wipe", "--home", str(files.home)])
    assert refused.exit_code == 2
    assert "removes data" in refused.stderr
    assert files.data.exists()
    assert CliRunner().invoke(kafka, ["wipe", "--yes", "--home", str(files.home)]).exit_code == 0
    assert not files.data.exists()


def test_status_is_json_in_a_pipe_and_1_when_nothing_runs(files: Files) -> None:
    result = CliRunner().invoke(kafka, ["status", "--home", str(files.home)])
    assert result.exit_code == 1
    assert result.stdout.startswith('{"state": "stopped"')


def test_logs_prints_the_last_lines(files: Files) -> None:
    missing = CliRunner().invoke(kafka, ["logs", "--home", str(files.home)])
    assert (missing.exit_code, missing.stdout) == (1, "")
    files.home.mkdir()
    files.log.write_text("one\ntwo\nthree\n")
    assert CliRunner().invoke(kafka, ["logs", "-n", "2", "--home", str(files.home)]).stdout == "two\nthree\n"
