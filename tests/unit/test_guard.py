"""The fetcher goes to public addresses and nowhere else, however an address is disguised (hostile.md, 1 to 28)."""

import ipaddress

import pytest

from services.fetcher.guard import RefusedAddressError, RefusedUrlError, check_address, check_url, is_public, literal
from services.fetcher.http import FetchError, redirect_target

ADDRESSES = [
    "169.254.169.254",
    "metadata.google.internal",
    "[fd00:ec2::254]",
    "127.0.0.1",
    "127.0.0.1:9092",
    "localhost",
    "sub.localhost",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "2130706433",
    "0x7f.1",
    "0x7F000001",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "127.0.1",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "１２７.0.0.1",
    "100.64.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::1]",
    "[64:ff9b:1::7f00:1]",
    "[64:ff9b:1:7f00:0:100::]",
    "168.63.129.16",
    "0xa83f8110",
    "[::ffff:168.63.129.16]",
    "[64:ff9b::168.63.129.16]",
    "[2002:a83f:8110::]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:8.8.8.8]",
    "[fec0::1]",
    "[feff:ffff::1]",
    "[ff0e::1]",
    "[fe80::1%25lo]",
    "[fe80::1]",
    "LOCALHOST.",
    "127.0.0.1.",
    "router.local",
]


@pytest.mark.parametrize("host", ADDRESSES)
def test_an_address_that_is_not_public_is_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(RefusedUrlError) as refused:
        check_url(f"http://{host}/feed")
    assert refused.value.reason == "refused-address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "refused-scheme"),
        ("gopher://example.org/", "refused-scheme"),
        ("ftp://example.org/feed", "refused-scheme"),
        ("http://user:pw@example.org/", "refused-credentials"),
        ("http://user@example.org/", "refused-credentials"),
        ("http://example.org:22/", "refused-port"),
        ("http://example.org:6379/", "refused-port"),
        ("https://example.org:25/", "refused-port"),
        ("http://93.184.216.34:9092/", "refused-port"),
        ("http://example.org:99999/", "bad-url"),
        ("http://example.org/\r\nHost: localhost", "bad-url"),
        ("http://example.org/\tx", "bad-url"),
        ("http://example.org/\0", "bad-url"),
        ("http://example.org\\@127.0.0.1/", "bad-url"),
        ("http://example.org/" + "x" * 65536, "bad-url"),
        ("http:///feed", "bad-url"),
        ("http://256.1.1.1.1/", "bad-url"),
        ("http://1.2.3.999/", "bad-url"),
        ("http://[::1/", "bad-url"),
    ],
)
def test_a_url_that_cannot_be_asked_for_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(RefusedUrlError) as refused:
        check_url(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "url",
    [
        "https://www.federalregister.gov/api/v1/documents.rss?conditions%5Bagencies%5D%5B%5D=x",
        "http://exportcontrol.mofcom.gov.cn/articleList.shtml?columnID=15&num=1",
        "http://Example.ORG.:8080/",
        "https://8.8.8.8/feed",
        "https://[2606:4700::1111]:8443/",
        "https://168.63.129.17/",
        "https://[::ffff:8.8.8.8]/",
        "https://[64:ff9b::8.8.8.8]/",
        "http://例子.测试/",
        "http://1.1.1.1.example.org/",
    ],
)
def test_a_public_url_passes(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize("host", ["127.0.0.1:40123", "127.8.8.8", "[::1]:9", "localhost:8", "2130706433"])
def test_loopback_passes_on_any_port_only_where_it_is_allowed(host: str) -> None:
    check_url(f"http://{host}/", allow_loopback=True)
    with pytest.raises(RefusedUrlError):
        check_url(f"http://{host}/")


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]", "0.0.0.0", "metadata.google.internal"])
def test_allowing_loopback_allows_nothing_else(host: str) -> None:
    with pytest.raises(RefusedUrlError):
        check_url(f"http://{host}/", allow_loopback=True)


WITHIN = ["168.63.129.16", "::ffff:168.63.129.16", "::ffff:0:127.0.0.1", "fec0::1"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.1.2.3", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%lo", *WITHIN]
)
def test_the_address_really_connected_to_is_checked_again(address: str) -> None:
    with pytest.raises(RefusedAddressError):
        check_address(address, 80)


def test_the_port_really_connected_to_is_checked_again() -> None:
    check_address("8.8.8.8", 443)
    with pytest.raises(RefusedAddressError):
        check_address("8.8.8.8", 9092)
    check_address("127.0.0.1", 9092, allow_loopback=True)


def test_a_name_is_no_literal_and_an_octal_one_reads_as_the_system_reads_it() -> None:
    assert literal("example.org") is None
    assert literal("0x.example.org") is None
    assert literal("010.8.8.8") == ipaddress.IPv4Address("8.8.8.8")
    assert is_public(ipaddress.ip_address("2606:4700::1111"))


def test_a_redirect_from_https_to_http_is_refused_and_one_the_other_way_followed() -> None:
    assert redirect_target("http://e.example/a", "https://e.example/b#c") == "https://e.example/b"
    assert redirect_target("https://e.example/a/b", "../c?d=é".encode().decode("latin-1")) == "https://e.example/c?d=é"
    for location in ("http://e.example/a", "HTTP://other.example/"):
        with pytest.raises(FetchError) as refused:
            redirect_target("https://e.example/a", location)
        assert (refused.value.reason, refused.value.final) == ("downgrade", True)
