"""The language of a text, by script and by its most frequent words."""

import re
from collections import Counter

SAMPLE = 2500
"""Characters that are looked at: the beginning of the text."""
LATIN_BYTES = 1.08
"""A text of fewer bytes of UTF-8 per character than this is in Latin script, and no other script need be counted."""
HAN_WEIGHT = 2
"""A Chinese character weighs as much as this many letters when the scripts of a mixed text are compared."""


def _characters(rows: range, cells: tuple[range, ...], codec: str) -> frozenset[str]:
    """Return every Chinese character of a double-byte table, decoded in one go; pairs that the table leaves out are ignored."""
    pairs = bytes(byte for row in rows for span in cells for cell in span for byte in (row, cell))
    return frozenset(character for character in pairs.decode(codec, "ignore") if character >= "\u3400")


_GB2312 = _characters(range(0xB0, 0xF8), (range(0xA1, 0xFF),), "gb2312")
_BIG5 = _characters(range(0xA4, 0xFA), (range(0x40, 0x7F), range(0xA1, 0xFF)), "big5")
SIMPLIFIED_ONLY = _GB2312 - _BIG5
"""Characters of the mainland's standard that Taiwan's does not know. Source: GB 2312-80, Big5."""
TRADITIONAL_ONLY = _BIG5 - _GB2312
GB2312_COMMON = _characters(range(0xB0, 0xD8), (range(0xA1, 0xFF),), "gb2312")
"""The 3,755 characters of level 1: nearly all of any simplified text."""
BIG5_COMMON = _characters(range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF)), "big5")
"""The 5,401 characters of level 1: nearly all of any traditional text."""

_SCRIPTS = {
    "Latn": re.compile("[A-Za-zÀ-ɏḀ-ỿ]"),
    "Hani": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "Kana": re.compile("[\u3041-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "Cyrl": re.compile("[\u0400-\u04ff]"),
    "Arab": re.compile("[\u0620-\u06d3]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "th": re.compile("[\u0e01-\u0e4e]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
_WORD = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b|[^\W\d_]+")
"""A word, or what English writes behind an apostrophe: of "Novák's" the s is no word of Czech."""
_WORDS = {
    "en": "the of and to in is that for it on was with as at by from be this are have has not will said but an or its which their "
    "they were a i do he his she her we you your our my how what who when can more than after over up about into out would all "
    "'s 't 're 've 'll",
    "de": "der die und das den von zu mit ist des im ein eine für auf nicht sich dem auch als es an aus bei nach wird hat einer wie sie",
    "fr": "le la les de des et est du un une que qui dans pour pas sur au avec ce par plus il sont ne se aux cette mais son",
    "es": "el la los las de que y en un una del por con para no se es su al lo como más pero sus este ha fue entre está",
    "it": "il di che la e per un in non una del della è con le si dei da sono al più gli anche ma nel alla ha delle lo",
    "pt": "o a os as de que e do da em um uma para com não por no na se mais dos como mas foi ao das ele seu é são",
    "nl": "de het een van en in is dat op te zijn voor met niet aan er die om ook als maar naar bij uit wordt door heeft nog",
    "sv": "och att det som en på är av för med den till inte om ett han har de i var jag från men så kan efter vid sig",
    "da": "og at det en som på er af for med den til ikke der et han har de var i fra men sig kan efter ved også blev",
    "nb": "og at det en som på er av for med den til ikke et han har de var i fra men seg kan etter ved også ble jeg",
    "fi": "ja on ei että se oli hän ovat mutta myös kun kuin ole joka mukaan jo sen niin tai vain",
    "pl": "w i na z się nie do to że jest o jak za od po przez dla są był ale tym co tego oraz które",
    "tr": "ve bir bu da de için ile olarak daha çok gibi olan en ne kadar sonra ancak değil var ise",
    "id": "yang dan di dengan untuk dari pada ini dalam tidak itu akan juga ke oleh ada bahwa sebagai mereka",
    "vi": "và của là có trong được cho không một những với các này đã người khi đến tại về từ",
    "cs": "a v se na je že o s z do i to jako za by ale pro od jsou bylo které po však také",
    "hu": "a az és hogy nem is egy van ez meg csak volt mint de már azt kell még lesz el",
    "ro": "și de în a la cu nu pe că o din mai care un este au pentru sunt fi ce",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _line in _WORDS.items():
    for _word in _line.split():
        _LANGUAGES.setdefault(_word, []).append(_language)


def language(text: str, declared: str | None = None) -> str:
    """Return the BCP 47 tag of the language of `text`, ``und`` where it cannot be told.

    Chinese is ``zh-Hans`` or ``zh-Hant`` by the characters that only one of the scripts has, ``zh`` where there are none.

    Args:
        text: Any text; its first `SAMPLE` characters count.
        declared: What the page or the feed says; it counts only where the text itself does not tell.
    """
    found = _by_script(text[:SAMPLE])
    return found if found != "und" else tag(declared)


def tag(declared: str | None) -> str:
    """Return a declared language (``zh_CN``, ``EN-us``) in the form used here (``zh-Hans``, ``en``), ``und`` for no language."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,8}))?(?:[-_][A-Za-z0-9-_]{0,32})?\s*", declared or "")
    if not match:
        return "und"
    primary, sub = match[1].lower(), (match[2] or "").lower()
    if primary != "zh":
        return primary
    return {"": "zh", "hant": "zh-Hant", "tw": "zh-Hant", "hk": "zh-Hant", "mo": "zh-Hant"}.get(sub, "zh-Hans")


def _by_script(sample: str) -> str:
    if len(sample.encode("utf-8", "replace")) < len(sample) * LATIN_BYTES:
        return _by_words(sample)
    counts = {script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS.items()}
    counts["Hani"] *= HAN_WEIGHT
    if counts["Kana"] * 20 > counts["Hani"] and (counts["Kana"] + counts["Hani"]) * HAN_WEIGHT > counts["Latn"]:
        return "ja"
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return "und"
    return {"Latn": _by_words, "Hani": _chinese, "Cyrl": _cyrillic, "Arab": _arabic}.get(script, lambda _: script)(sample)


def _chinese(sample: str) -> str:
    simplified = sum(character in SIMPLIFIED_ONLY for character in sample)
    traditional = sum(character in TRADITIONAL_ONLY for character in sample)
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _by_words(sample: str) -> str:
    words = _WORD.findall(sample.lower().replace("’", "'"))
    votes: Counter[str] = Counter()
    for word, count in Counter(filter(_LANGUAGES.__contains__, words)).items():
        for voted in _LANGUAGES[word]:
            votes[voted] += count
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] * 12 < len(words):
        return "und"
    first, count = ranked[0]
    return "und" if len(ranked) > 1 and ranked[1][1] == count else first


def _cyrillic(sample: str) -> str:
    if re.search("[іїєґІЇЄҐ]", sample):
        return "uk"
    if re.search("[ыэёЫЭЁ]", sample):
        return "ru"
    return "bg" if "ъ" in sample else "und"


def _arabic(sample: str) -> str:
    return "fa" if re.search("[پچژگ]", sample) else "ar"
