import pytest

from shared.text.language import SIMPLIFIED_ONLY, TRADITIONAL_ONLY, language, tag

TEXTS = {
    "en": "The harbour ministry has sent written advice rather than an order to the shipyards of the country.",
    "de": "Das Hafenamt hat den Werften eine Empfehlung geschickt, und nicht eine Anordnung, wie es heißt.",
    "fr": "Le ministère a envoyé une lettre aux chantiers du pays, mais ce n’est pas un ordre pour les entreprises.",
    "es": "El ministerio del puerto envió una carta a los astilleros, pero no es una orden para las empresas.",
    "zh-Hans": "主管部门以书面建议的形式通知企业，并没有发布命令。",
    "zh-Hant": "主管部門以書面建議的形式通知企業，並沒有發布命令。",
    "ja": "港湾省は造船所に対して書面で助言を送ったが、命令ではない。",
    "ko": "항만부는 조선소에 명령이 아닌 서면 권고를 보냈다.",
    "ru": "Министерство отправило верфям письмо с советом, но это был не приказ.",
    "uk": "Міністерство надіслало верфям листа з порадою, але це не був наказ.",
    "ar": "أرسلت وزارة الموانئ رسالة إلى أحواض السفن",
    "he": "משרד הנמלים שלח מכתב למספנות",
}


@pytest.mark.parametrize("expected", TEXTS)
def test_the_language_of_a_text_is_told_by_its_script_and_its_words(expected: str) -> None:
    assert language(TEXTS[expected]) == expected


def test_chinese_with_company_names_in_latin_letters_stays_chinese() -> None:
    assert language("监管部门已劝说企业减少采购Ferrolux旗下用于导航的N20系列芯片") == "zh-Hans"


def test_english_that_quotes_two_chinese_words_stays_english() -> None:
    assert language("The ministry used the words 窗口指导 in the letter that it sent to the shipyards.") == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Ferrolux's profit rose",
        "Ferrolux’s profit rose 12 percent",
        "Zdeněk's shop sold 5 chips",
        "A chip maker in Ohio gets a loan",
        "How to do it",
    ],
)
def test_short_english_with_a_possessive_or_an_odd_name_is_no_czech(text: str) -> None:
    assert language(text) == "en"


def test_czech_stays_czech() -> None:
    assert language("Společnost oznámila, že v pátek a v sobotu se nic nezmění") == "cs"


def test_chinese_without_a_character_of_one_script_alone_is_just_chinese() -> None:
    assert language("北京上海中山") == "zh"


@pytest.mark.parametrize("text", ["", "12345 67890", "!?", "Xqzw vbnm"])
def test_a_text_that_does_not_tell_is_und(text: str) -> None:
    assert language(text) == "und"


def test_a_declared_language_counts_only_where_the_text_does_not_tell() -> None:
    assert language("12345", "en-US") == "en"
    assert language(TEXTS["de"], "en-US") == "de"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("zh_TW", "zh-Hant"), ("zh-cn", "zh-Hans"), ("zh-Hant-HK", "zh-Hant"), ("zh", "zh"), ("EN-gb", "en"), ("x", "und"), ("e" * 99, "und")],
)
def test_declared_languages_take_the_form_used_here(declared: str, expected: str) -> None:
    assert tag(declared) == expected


def test_the_two_scripts_have_no_character_in_common() -> None:
    assert not SIMPLIFIED_ONLY & TRADITIONAL_ONLY
    assert set("国门书们") <= SIMPLIFIED_ONLY
    assert set("國門書們") <= TRADITIONAL_ONLY
