"""Where the sentences of a text begin: enough for co-occurrence, in one pass of one pattern."""

import re
from collections.abc import Iterator

_STOP = re.compile(r"""[.!?。！？\n]+["”’)\]」』）]*\s*""")
_WIDE = frozenset("。！？\n")


def starts(text: str) -> list[int]:
    """Return the offset at which each sentence begins, the first one 0, in code points."""
    return [0, *_ends(text)]


def _ends(text: str) -> Iterator[int]:
    for match in _STOP.finditer(text):
        start, end = match.span()
        if end < len(text) and (text[start] in _WIDE or _is_stop(text, start, end)):
            yield end


def _is_stop(text: str, start: int, end: int) -> bool:
    """Say whether a half-width stop ends a sentence: not after an initial (U.S.), but also where a page lost the space after it."""
    if start and text[start - 1].isupper() and (start < 2 or not text[start - 2].isalnum()):
        return False
    return text[end - 1].isspace() or text[end].isupper() or text[end] in '"“'
