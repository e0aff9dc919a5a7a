"""Bottom-k sketches: a few numbers per text from which anyone can tell near-duplicates.

Source: Broder, "On the resemblance and containment of documents" (1997); Cohen and Kaplan, "Summarizing data using
bottom-k sketches" (2007).
"""

import re
from heapq import nsmallest
from zlib import crc32

SIZE = 64
"""Numbers in a sketch; texts with fewer different shingles give fewer."""
WORDS = 4
"""Words in a shingle; a Chinese or Japanese character counts as a word."""

_BY_CHARACTER = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TOKEN = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_PUNCTUATION = re.compile(rb"\xe2[\x80\x81][\x80-\xbf]|\xc2[\x80-\xbf]")
"""In UTF-8: the quotation marks, dashes and spaces of General Punctuation, the marks and signs of Latin-1."""
_SPACED = bytes(byte if chr(byte).isalnum() or byte >= 0x80 else 0x20 for byte in range(256))


def sketch(text: str) -> tuple[int, ...]:
    """Return the `SIZE` smallest hashes of the shingles of `text`, ascending: unsigned 32-bit, the same on every machine."""
    tokens = _tokens(text.lower())
    if not tokens:
        return ()
    shingles = zip(*(tokens[i:] for i in range(min(WORDS, len(tokens)))), strict=False)
    return tuple(sorted(set(map(crc32, map(b" ".join, shingles))))[:SIZE])


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the estimated share of shingles that two texts have in common (Jaccard, 0 to 1) from their sketches."""
    both = nsmallest(SIZE, set(one) | set(other))
    common = set(one) & set(other)
    return sum(number in common for number in both) / len(both) if both else 0.0


def _tokens(text: str) -> list[bytes]:
    """Return the words, and the characters of the scripts that write no spaces; text in Latin script is split as bytes: twice as fast."""
    if not text.isascii() and _BY_CHARACTER.search(text):
        return [token.encode("utf-8", "replace") for token in _TOKEN.findall(text)]
    encoded = text.encode("utf-8", "replace")
    return (encoded if text.isascii() else _PUNCTUATION.sub(b" ", encoded)).translate(_SPACED).split()
