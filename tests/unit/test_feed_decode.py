"""A feed's bytes become the right text, whatever it says of its own encoding."""

import codecs

import pytest

from services.fetcher.feeds.decode import decode

TEXT = "芯片出口管制新规今日公布，商务部表示将依法实施"
TRADITIONAL = "經濟部今天公布晶片出口管制的新規定，業者表示會依法配合"


def xml(text: str, declared: str | None = None) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss><channel><title>{text}</title></channel></rss>"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("gbk", "gbk"),
        ("gbk", "gb2312"),
        ("gb18030", "GB18030"),
        ("utf-8", "gb2312"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", None),
        ("gbk", None),
        ("gbk", "utf-8"),
        ("utf-16-le", None),
        ("utf-16-be", "utf-8"),
        ("hz", "hz-gb-2312"),
    ],
)
def test_chinese_is_read_whatever_is_declared(encoding: str, declared: str | None) -> None:
    assert TEXT in decode(xml(TEXT, declared).encode(encoding), {})


@pytest.mark.parametrize(("text", "declared"), [("café", "iso-8859-1"), ("中文", "gbk"), ("«…»", "windows-1251")])
def test_valid_utf_8_wins_over_a_declaration_that_could_be_true(text: str, declared: str) -> None:
    assert text in decode(xml(text, declared).encode(), {"content-type": f"text/xml; charset={declared}"})


def test_gb2312_means_what_publishers_mean_by_it() -> None:
    assert "朱镕基" in decode(xml("朱镕基", "gb2312").encode("gbk"), {})


@pytest.mark.parametrize("declared", ["big5", "utf-8", None, "no-such-charset"])
def test_traditional_chinese_in_big5_is_read_whatever_is_declared(declared: str | None) -> None:
    assert TRADITIONAL in decode(xml(TRADITIONAL, declared).encode("big5"), {})


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_wins_over_every_declaration(mark: bytes, encoding: str) -> None:
    body = mark + xml(TEXT, "gb2312").encode(encoding)
    assert decode(body, {"content-type": "text/xml; charset=big5"}) == xml(TEXT, "gb2312")


def test_the_charset_of_http_comes_before_the_declaration() -> None:
    body = xml("прогноз", "windows-1252").encode("windows-1251")
    assert "прогноз" in decode(body, {"content-type": "application/xml; charset=windows-1251"})


@pytest.mark.parametrize(("label", "text"), [("iso-8859-1", "“café” – 5 €"), ("windows-1252", "naïve"), ("windows-1251", "прогноз")])
def test_windows_code_pages_are_read_as_browsers_read_them(label: str, text: str) -> None:
    encoding = "windows-1252" if label == "iso-8859-1" else label
    assert text in decode(xml(text, label).encode(encoding), {})


def test_shift_jis_with_its_vendor_s_characters_is_read() -> None:
    assert "①半導体㈱" in decode(xml("①半導体㈱", "Shift_JIS").encode("cp932"), {})


def test_one_damaged_place_does_not_cost_the_whole_text() -> None:
    body = xml(TEXT * 20, "utf-8").encode()
    broken = body.replace("管".encode(), b"\xe7\xae", 1)
    assert decode(broken, {}).count("\ufffd") == 1
    assert TEXT in decode(broken, {})


def test_bytes_that_are_no_text_still_give_some() -> None:
    assert isinstance(decode(bytes(range(256)) * 10, {"content-type": "x; charset=base64"}), str)
    assert decode(b"", {}) == ""
