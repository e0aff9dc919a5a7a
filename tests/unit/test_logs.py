import io
import json
import logging
from collections.abc import Iterator

import pytest

from shared import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before[0], before[1]
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_whatever_the_message_holds() -> None:
    stream = io.StringIO()
    logs.configure("parser", stream=stream)
    logging.getLogger("x").warning('fake"}\n{"level": "info"\x1b[31m\u202e', extra={"partition": 3, "odd": b"\xff"})
    [line] = lines(stream)
    assert line["message"] == 'fake"}\n{"level": "info"\x1b[31m\u202e'
    assert (line["level"], line["service"], line["partition"]) == ("warning", "parser", 3)
    assert "\x1b" not in stream.getvalue()


def test_an_exception_is_part_of_its_line() -> None:
    stream = io.StringIO()
    logs.configure("parser", stream=stream)
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("x").exception("failed")
    assert "ValueError: why" in str(lines(stream)[0]["exception"])


def test_a_library_that_repeats_itself_is_cut_short_and_we_are_not() -> None:
    stream = io.StringIO()
    logs.configure("parser", stream=stream)
    for name in ("aiokafka.client", "shared.stream.lane"):
        for number in range(100):
            logging.getLogger(name).error("again %d", number)
    said = [line["logger"] for line in lines(stream)]
    assert said.count("aiokafka.client") == logs.BURST
    assert said.count("shared.stream.lane") == 100
