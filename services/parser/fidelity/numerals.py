"""Numerals in words: English and Chinese, to their values."""

ENGLISH_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen".split()
    )
}
ENGLISH_TENS = {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
ENGLISH_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
ENGLISH_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
        "seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
SHORT_SCALES = {
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "mio": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "tn": 1e12,
    "trn": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
}

CHINESE_DIGITS = {character: value % 10 for value, character in enumerate("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖")} | {
    "两": 2,
    "俩": 2,
    "幺": 1,
}
CHINESE_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CHINESE_LARGE = {"万": 1e4, "亿": 1e8, "兆": 1e12}
CHINESE_SCALES = {**{key: float(value) for key, value in CHINESE_SMALL.items()}, **CHINESE_LARGE}
SPELT_YEAR = 4
"""Digits in a row that are a number (二〇一八); fewer are a range or a figure of speech (一一, 三五)."""


def english(words: list[str]) -> float | None:
    """Return the value of number words in lower case (``two hundred fifty``), None where they are not one number."""
    total, group, last = 0.0, 0.0, 1e18
    for word in words:
        if word in ENGLISH_SCALES:
            scale = ENGLISH_SCALES[word]
            if scale == 100:
                group = (group or 1) * 100
            else:
                total, group = total + (group or 1) * scale, 0.0
            last = scale
            continue
        value = ENGLISH_TENS.get(word) or ENGLISH_UNITS.get(word, 0)
        if value >= last or (word in ENGLISH_UNITS and value >= 10 and last < 100):
            return None
        group, last = group + value, (10 if word in ENGLISH_TENS else 1)
    return total + group


def chinese(characters: str) -> float | None:
    """Return the value of a Chinese numeral in simplified characters (``三千二百万``, ``二〇一八``, ``一点五``)."""
    whole, _, part = characters.partition("点")
    value = _integer(whole)
    if not part or value is None:
        return value
    digits = "".join(str(CHINESE_DIGITS[character]) for character in part if character in CHINESE_DIGITS)
    scale = CHINESE_LARGE.get(part[-1], 1.0)
    return (value + float(f"0.{digits}")) * scale if digits else None


def _integer(characters: str) -> float | None:
    if len(characters) > 1 and all(character in CHINESE_DIGITS for character in characters):
        if len(characters) < SPELT_YEAR:
            return None
        return float("".join(str(CHINESE_DIGITS[character]) for character in characters))
    total, group, digit = 0.0, 0.0, 0.0
    for character in characters:
        if character in CHINESE_DIGITS:
            if digit:
                return None  # 三四百 is a guess
            digit = float(CHINESE_DIGITS[character])
        elif character in CHINESE_SMALL:
            group, digit = group + (digit or 1) * CHINESE_SMALL[character], 0.0
        elif character in CHINESE_LARGE:
            total, group, digit = (total + group + digit or 1) * CHINESE_LARGE[character], 0.0, 0.0
        else:
            return None
    return total + group + digit
