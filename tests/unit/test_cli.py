import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import pipe
from services.cli.main import COMMANDS, HELP, chipwire
from services.cli.steps import classify_line, parse_line
from tests.conftest import ROOT

PAGE = (
    "<h1>A ministry weighs a rule</h1><p>"
    + "The Ministry of Commerce said on Monday that it will tighten export controls on chip tools. " * 5
)


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli.main", *arguments], input=given, capture_output=True, text=True, timeout=60, cwd=ROOT
    )


def test_help_lists_every_command_and_imports_none_of_them() -> None:
    code = (
        "import sys; from services.cli.main import main; sys.argv = ['chipwire', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('pydantic', 'aiokafka', 'aiohttp', 'rich', 'lxml', 'feedparser') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT, check=True)
    *text, imported = done.stdout.splitlines()
    assert imported == "[]"
    assert all(any(line.strip().startswith(name) for line in text) for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_imported_has_a_help_and_a_line_in_the_list(name: str) -> None:
    command = chipwire.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    assert HELP[name].endswith(".")


def test_an_unknown_command_is_wrong_use() -> None:
    done = run("nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such command" in done.stderr


def test_a_pipe_writes_one_line_for_each_input_in_order_and_ends_with_1_after_an_error() -> None:
    lines = [json.dumps({"url": f"https://example.org/{number}", "body": PAGE}) for number in range(40)]
    lines[7], lines[20] = "nonsense", json.dumps({"url": "https://example.org/x", "path": "/nowhere"})
    done = run("parse", "--jsonl", "-j", "2", given="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [(each.get("source") or {}).get("url") or each["error"] for each in found] == [
        {7: "bad-json", 20: "unreadable"}.get(number, f"https://example.org/{number}") for number in range(40)
    ]


def test_articles_go_from_pipe_to_pipe() -> None:
    parsed = run("parse", "--jsonl", given=json.dumps({"url": "https://example.org/1", "body": PAGE}))
    tagged = run("classify", "--jsonl", given=parsed.stdout)
    assert tagged.returncode == 0
    assert "is_semiconductor_policy" in json.loads(tagged.stdout)


def test_files_are_read_packed_or_not(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    done = run("parse", "--url", "https://example.org/x", str(tmp_path / "a.html"), str(tmp_path / "b.html.gz"))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert first == second
    assert first["source"]["domain"] == "example.org"


def test_a_hostile_line_costs_itself_alone() -> None:
    deep = '{"body": ' + "[" * 100_000
    done = run("classify", "--jsonl", given=f'{deep}\n{{"title": "Chips", "text": "ok \\ud800"}}\n[]\n')
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert len(found) == 3
    assert "Traceback" not in done.stderr


def test_the_steps_of_the_pipes_are_pure_functions_of_a_line() -> None:
    article = parse_line({"url": "https://example.org/1", "body": PAGE})
    assert article == parse_line({"url": "https://example.org/1", "body": PAGE})
    assert json.loads(classify_line(json.loads(article)))["evidence"]


def test_a_body_larger_than_the_limit_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    monkeypatch.setattr(pipe, "LARGEST_FILE", 10)
    with pytest.raises(Exception, match="body-too-large"):
        pipe.read_body({"path": str(tmp_path / "a")})
