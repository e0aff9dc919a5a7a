"""A feed's bytes as text, whatever it says of its own encoding.

Order: byte order mark, UTF-16 seen in its zero bytes, valid UTF-8 (it wins over a lying declaration), the HTTP charset, the XML
declaration, HTML's ``<meta charset>``, then a guess between the two Chinese families and Windows-1252.
Source: RFC 7303 section 3; WHATWG Encoding, names and labels; issue threads of miniflux and CommaFeed on undeclared GBK.
"""

import codecs
import re
from collections.abc import Iterator, Mapping

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDER = {
    "ascii": "windows-1252",
    "iso8859-1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
}
"""What publishers mean by a label: the superset that browsers decode it with (WHATWG Encoding, section 4.2)."""
NOT_TEXT = frozenset({"base64", "hex", "bz2", "zlib", "rot13", "uu", "quopri", "idna", "punycode", "utf-7", "unicode_escape"})
DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
CHINESE = re.compile("[\u4e00-\u9fff]")
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经這為個國時來們"
)
FAULTS_PER_KB = 2
"""So many undecodable places a KiB are damage; more mean that the label lies."""


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the text of a feed; it never fails, undecodable bytes become U+FFFD.

    Args:
        body: As received, content codings undone.
        headers: The response's, names in lower case; only ``content-type`` matters.
    """
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _utf16(body):
        return body.decode(wide, "replace")
    labels = list(_labels(body, headers))
    for encoding in _candidates(body, labels):
        if (text := _strict(body, encoding)) is not None:
            return text
    return _least_damage(body, labels)


def _utf16(body: bytes) -> str | None:
    """Recognise UTF-16 without a mark by the zero bytes beside its first ``<``."""
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2])


def _labels(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    stated = CHARSET.search(headers.get("content-type", "")[:1000])
    declared = DECLARATION.match(body[:1000])
    meta = META.search(body[:4096])
    for label in (stated and stated[1], declared and declared[1].decode("ascii"), meta and meta[1].decode("ascii")):
        if label and (encoding := _codec(label)):
            yield encoding


def _codec(label: str) -> str | None:
    """Return Python's codec for a label, the wider one where browsers use that."""
    try:
        name = codecs.lookup(label.lower().removeprefix("x-")).name
    except (LookupError, ValueError):
        return None
    return None if name in NOT_TEXT else WIDER.get(name, name)


def _candidates(body: bytes, labels: list[str]) -> Iterator[str]:
    escaped = [label for label in labels if label.startswith(("iso2022", "hz")) and (b"\x1b" in body or b"~{" in body)]
    yield from escaped
    yield "utf-8"
    yield from (label for label in labels if label != "utf-8" and not label.startswith(("utf-16", "utf-32", "utf_16", "utf_32")))


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, ValueError):
        return None


def _least_damage(body: bytes, labels: list[str]) -> str:
    """Return the reading of a body that no label decodes whole."""
    allowed = 1 + FAULTS_PER_KB * len(body) // 1024
    for encoding in ("utf-8", *labels):
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") <= allowed and _plausible(text, encoding):
            return text
    readings = [body.decode(encoding, "replace") for encoding in ("gb18030", "big5hkscs")]
    best = max(readings, key=_chinese)
    return best if _chinese(best) > 0 else body.decode("windows-1252", "replace")


def _plausible(text: str, encoding: str) -> bool:
    """Say whether damaged text still has letters of its own, and is not another encoding's text with each letter lost."""
    return encoding != "utf-8" or any(character > "\x7f" and character != "\ufffd" for character in text) or "\ufffd" not in text[:4096]


def _chinese(text: str) -> int:
    """Score how much text reads like Chinese: common characters count, faults and rare ones do not."""
    sample = text[:65536]
    found = CHINESE.findall(sample)
    common = sum(character in COMMON for character in found)
    return 0 if 12 * common < len(found) else 4 * common + len(found) - 20 * sample.count("\ufffd")
