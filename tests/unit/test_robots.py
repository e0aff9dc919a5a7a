"""robots.txt is read for the product token of the fetcher, and no other word of its User-Agent; of a long one the first lines."""

import pytest

from services.fetcher.digest import read_robots
from services.fetcher.robots import LIMIT, first_lines

AGENT = "chipwire/0.1 (+https://github.com/chipwire-news/contact; ops@example.org)"
URL = "https://news.example/a/1"


def allowed(*lines: str, agent: str = AGENT, end: str = "\n") -> bool:
    return read_robots(end.join(lines), URL, agent)[0]


@pytest.mark.parametrize("name", ["github", "github.com", "https", "contact", "example", "ops", "0.1", "com", "wire", "chipwire-news"])
def test_a_group_for_a_word_of_the_contact_or_version_is_for_others(name: str) -> None:
    assert allowed(f"User-agent: {name}", "Disallow: /")
    assert not allowed(f"User-agent: {name}", "Allow: /", "User-agent: *", "Disallow: /")


@pytest.mark.parametrize("name", ["chipwire", "ChipWire/9", "CHIPWIRE/0.1 (old)", "chipwire # us", "  chipwire  ", "chipwire 2"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_group_for_the_product_applies_in_any_case_and_version(name: str, end: str) -> None:
    assert not allowed(f"user-agent:{name}", "Disallow: /a/", end=end)
    assert allowed(f"User-Agent : {name}", "Allow: /", "User-agent: *", "Disallow: /", end=end)


@pytest.mark.parametrize("agent", ["chipwire", "chipwire/0.1", "ChipWire (contact)", " chipwire/2 x"])
def test_the_token_ends_at_a_slash_or_space(agent: str) -> None:
    assert not allowed("User-agent: chipwire", "Disallow: /", agent=agent)
    assert read_robots("User-agent: chipwire\nCrawl-delay: 7", URL, agent) == (True, 7)


def test_a_path_that_looks_like_a_group_is_a_path() -> None:
    assert not allowed("User-agent: *", "Disallow: /a/", "Disallow: /user-agent: chipwire/x")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_of_a_long_one_the_whole_lines_within_the_limit_are_read(end: bytes) -> None:
    line = b"Disallow: /a" + end
    body = line * (LIMIT // len(line))
    assert first_lines(body) == body
    assert first_lines(body + line * 9) == body
    assert first_lines(b"#" * (LIMIT - len(line)) + end + b"Disallow: /only/this" + end).endswith(b"#" + end)
    assert first_lines(b"x" * (LIMIT + 1)) == b""
