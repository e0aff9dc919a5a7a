"""Bytes to text: byte order mark, then valid UTF-8, then what header and page declare, then the statistics of the bytes."""

import codecs
import re
from collections.abc import Iterator

from shared.errors import PoisonError
from shared.text.language import BIG5_COMMON, GB2312_COMMON

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.I
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "windows-874": "cp874", "tis-620": "cp874",
}  # fmt: skip
"""Labels read as the wider table that pages really use. Source: WHATWG Encoding, 4.2, names and labels."""
_SAFE = re.compile(
    r"^(?:gb18030|big5\w*|cp\d+|windows-125\d|iso-?8859-\d+|koi8-[ru]|mac-?\w+|euc[-_]\w+|iso-2022-jp|utf-?8|utf-?16(?:-?[lb]e)?)$"
)
_DOUBLE = re.compile(
    "Ã[\u0080-\u00bf]|â€[™œ\u009d“”¦]|锟斤拷|\ufffd"
    "|[\u00e3-\u00ef][\u00a1-\u00bf]{2}"  # Chinese UTF-8 read as windows-1252
    "|[锛銆鈥][^锛銆鈥]{0,99}[锛銆鈥]"  # UTF-8 read as GBK: its commas, full stops and quotation marks
)
_CYRILLIC = re.compile("[À-ÖØ-öø-ÿ]{7}")
"""Windows-1251 read as windows-1252: looked for at the beginning alone, where all of a text shows it."""
_DOUBLE_STARTS = re.compile("[Ãâã-ï锛銆鈥锟\ufffd]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 8192
_COMMON = {"gb18030": GB2312_COMMON, "big5hkscs": BIG5_COMMON}
_LANGUAGE = re.compile(rb"""<html[^>]{0,300}?\blang\s*=\s*["']?([a-zA-Z]{2})""", re.I)
_OF_LANGUAGE = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), "cp1251"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr"), "cp1250"),
    **dict.fromkeys(("ar", "fa"), "cp1256"),
    **dict.fromkeys(("lt", "lv"), "cp1257"),
    "el": "cp1253",
    "tr": "cp1254",
    "he": "cp1255",
    "vi": "cp1258",
}
CYRILLIC_LEAST = 20
"""Letters that are not ASCII that a text has at least to be taken for a Cyrillic one."""
_TAGS = re.compile(rb"<[^<>]{0,2000}>")
_ASCII_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
COMMON_SHARE = 0.7
"""Of the double-byte characters: a guessed encoding must make this many common ones."""
REPLACED_SHARE = 0.02
"""Of the characters that are not ASCII: a text with fewer bad bytes than this keeps its encoding, the bad bytes read as windows-1252."""


def decode(body: bytes, content_type: str | None) -> str:
    """Return the text of `body`; valid UTF-8 wins over any declaration but a byte order mark.

    Args:
        body: As fetched.
        content_type: The HTTP header, whose charset counts before the page's own.

    Raises:
        PoisonError: ``undecodable`` if the bytes are no text at all.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _checked(body[len(mark) :].decode(name, "replace"))
    if unmarked := _unmarked_utf16(body):
        return _checked(body.decode(unmarked, "replace"))
    try:
        return _checked(body.decode())
    except UnicodeDecodeError:
        return _checked(_legacy(body, content_type))


def is_damaged(text: str) -> bool:
    """Say whether a text shows what a wrong decoding leaves behind: replacement characters, 锟斤拷, one encoding read as another."""
    if text.isascii():
        return False
    if _CYRILLIC.search(text, 0, 1000):
        return True
    return _DOUBLE_STARTS.search(text) is not None and _DOUBLE.search(text) is not None


def _checked(text: str) -> str:
    sample = text[:_SAMPLE]
    controls = len(_CONTROL.findall(sample))
    if controls * 10 > len(sample):
        raise PoisonError("undecodable", f"{controls} control characters in the first {len(sample)}")
    return text


def _unmarked_utf16(body: bytes) -> str | None:
    head = body[:512] if len(body) >= 8 else b""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd * 3 > len(head) and even * 8 < len(head):
        return "utf-16-le"
    return "utf-16-be" if even * 3 > len(head) and odd * 8 < len(head) else None


def _legacy(body: bytes, content_type: str | None) -> str:
    """Return the text of bytes that are no UTF-8. Windows-1252 is believed last: servers declare it by default, and it fits any bytes."""
    declared = list(dict.fromkeys(_declared(body, content_type)))
    for name in declared:
        if name != "cp1252" and (text := _strictly(body, name)) is not None and _is_likely(text, name):
            return text
    utf8 = body.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= character <= "\udcff" for character in utf8)
    if bad <= (len(body) - len(utf8)) * REPLACED_SHARE:
        return utf8.translate(_WINDOWS)
    return _most_likely(body) or body.decode(declared[0] if declared else _by_letters(body), "replace")


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    """Yield the codecs that the header and the page name, as far as they are known and safe."""
    header, meta = _HEADER.search(content_type or ""), _META.search(body[:4096])
    stated = [header[1] if header else "", (meta[1] or meta[2]).decode("ascii", "ignore") if meta else ""]
    for label in stated:
        name = _WIDER.get(label.lower(), label.lower())
        if _SAFE.match(name) and not name.startswith("utf"):
            try:
                yield codecs.lookup(name).name
            except LookupError:
                continue


def _most_likely(body: bytes) -> str | None:
    """Return the text as GB 18030 or Big5, whichever gives common characters; None where neither does."""
    best: str | None = None
    best_share = COMMON_SHARE
    for name, common in _COMMON.items():
        text = body.decode(name, "replace")
        if (share := _share(text, common)) > best_share:
            best, best_share = text, share
    return best


def _is_likely(text: str, name: str) -> bool:
    """Say whether a text that a Chinese encoding gives has common characters; of other encodings nothing can be told."""
    return name not in _COMMON or _share(text, _COMMON[name]) > COMMON_SHARE


def _share(text: str, common: frozenset[str]) -> float:
    foreign = [character for character in text[:_SAMPLE] if character > "\u00ff"]
    return sum(character in common or _is_punctuation(character) for character in foreign) / len(foreign) if foreign else 0.0


def _by_letters(body: bytes) -> str:
    """Return the single-byte encoding that a page means without saying so: by its language, or Cyrillic where most letters are not ASCII.

    Source: WHATWG HTML, 13.2.3.2, default encodings by locale.
    """
    stated = _LANGUAGE.search(body[:_SAMPLE])
    if stated and (name := _OF_LANGUAGE.get(stated[1].lower().decode())):
        return name
    text = _TAGS.sub(b"", body[: 16 * _SAMPLE])
    upper, lower = (sum(first <= byte < first + 32 for byte in text) for first in (0xC0, 0xE0))
    if upper + lower < max(CYRILLIC_LEAST, sum(byte in _ASCII_LETTERS for byte in text)):
        return "cp1252"
    return "cp1251" if lower > upper else "koi8-r"


def _is_punctuation(character: str) -> bool:
    return "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef"


_WINDOWS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
"""Bytes that are no UTF-8, as windows-1252 reads them: what a page of two encodings means by them."""
