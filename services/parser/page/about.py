"""Whether a text and a summary speak of the same thing, by the words they share: no more than that."""

import re

from shared.text.language import language

SHARED = 0.25
"""Share of a summary's longer words, or pairs of Chinese characters, of which fewer than this in the text means: of something else."""
WORDS = 6
"""Words or pairs that a summary must have to be judged."""

_WORDS = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{4,}")
_HAN = re.compile(r"(?=([\u3400-\u9fff]{2}))")


def is_about_another(summary: str, text: str) -> bool:
    """Say whether next to nothing of the summary is in the text, both being in one language: the wrong text, or the wrong page.

    An abstract in other words than the text's is normal; it shares its names and its subject.
    """
    said, read = summary[:400].lower(), text[:20000].lower()
    if language(said) != language(read):
        return False
    words = {*_WORDS.findall(said), *_HAN.findall(said)}
    return len(words) >= WORDS and sum(word in read for word in words) < SHARED * len(words)
