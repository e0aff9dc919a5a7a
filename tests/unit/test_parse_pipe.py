from hashlib import sha256
from typing import Any

import pytest

from services.parser.pipe import document
from shared.errors import PoisonError


def test_a_line_with_an_address_is_named_by_it() -> None:
    found = document({"url": "https://ledger.example:8080/a", "content_type": "text/html"}, b"<p>x")
    assert found.id == sha256(b"https://ledger.example:8080/a").hexdigest()[:32]
    assert (found.kind, found.domain, found.revision, found.change, found.fetched_at) == ("page", "ledger.example", 1, "created", "")


def test_a_line_without_an_address_is_named_by_its_body() -> None:
    assert document({}, b"<p>x").id == sha256(b"<p>x").hexdigest()[:32]


def test_a_line_without_a_body_is_an_entry() -> None:
    found = document({"entry": {"title": "A", "summary": None, "authors": ["B"]}}, b"")
    assert found.kind == "entry"
    assert found.entry is not None
    assert (found.entry.title, found.entry.authors) == ("A", ("B",))


def test_the_media_type_may_stand_in_the_headers() -> None:
    assert document({"headers": {"Content-Type": "text/plain"}}, b"x").content_type == "text/plain"


@pytest.mark.parametrize("line", [{"url": 5}, {"fetched_at": []}, {"entry": "x"}, {"entry": {"title": 5}}])
def test_a_field_of_the_wrong_kind_is_poison(line: dict[str, Any]) -> None:
    with pytest.raises(PoisonError) as caught:
        document(line, b"x")
    assert caught.value.reason == "bad-input"


def test_an_address_that_is_none_has_no_host() -> None:
    assert document({"url": "http://[bad"}, b"x").domain == ""
