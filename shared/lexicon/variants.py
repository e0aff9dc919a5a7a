"""Variants of an alias: the other script, full-width letters, curly apostrophes, spaces for hyphens.

Variants are made once, when data files are loaded, because folding every text by table costs more than all the rest of a match.
"""

from collections.abc import Mapping
from itertools import product

Table = Mapping[str, str]

LIMIT = 12
"""The most spellings that one alias may have in the traditional script; the likeliest come first."""

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
"""ASCII to its full-width form (Unicode block Halfwidth and Fullwidth Forms); the space stays."""


def tables(pairs: str) -> tuple[Table, Table]:
    """Return the maps of one character to its variants: simplified to traditional (likeliest first), traditional to simplified.

    Args:
        pairs: Words of one simplified character followed by its traditional ones, divided by white space.
    """
    words = pairs.split()
    traditional = {word[0]: word[1:] for word in words}
    simplified = {other: word[0] for word in words for other in word[1:] if other not in traditional}
    return traditional, simplified


def variants(surface: str, traditional: Table, simplified: Table) -> tuple[str, ...]:
    """Return `surface` and every other spelling that counts as the same alias, without repeats, in a fixed order."""
    scripts = [surface, *_scripts(surface, traditional, simplified)] if not surface.isascii() else [surface]
    signs = [spelling for script in scripts for spelling in (script, script.replace("'", "’"), script.replace("-", " "))]
    wide = [spelling.translate(WIDE) for spelling in signs if any(letter.isascii() for letter in spelling)]
    return tuple(dict.fromkeys([*signs, *wide]))


def _scripts(surface: str, traditional: Table, simplified: Table) -> list[str]:
    plain = "".join(simplified.get(letter, letter) for letter in surface)
    choices = (traditional.get(letter, letter) for letter in plain)
    return [plain, *("".join(letters) for letters, _ in zip(product(*choices), range(LIMIT), strict=False))]
