import pytest

from services.parser.decode import decode, is_damaged
from shared.errors import PoisonError

HANS = "主管部门以书面建议的形式通知企业，并没有发布命令。"
HANT = "主管部門以書面建議的形式通知企業，並沒有發布命令。"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (HANS.encode(), "text/html; charset=gbk", HANS),
        (b"\xef\xbb\xbf" + HANS.encode(), None, HANS),
        (b"\xff\xfe" + HANS.encode("utf-16-le"), "text/html; charset=utf-8", HANS),
        (b"\xfe\xff" + HANS.encode("utf-16-be"), None, HANS),
        ("plain <b>words</b>".encode("utf-16-le"), None, "plain <b>words</b>"),
        ("plain <b>words</b>".encode("utf-16-be"), None, "plain <b>words</b>"),
        (HANS.encode("gbk"), "text/html; charset=GB2312", HANS),
        (HANS.encode("gbk"), None, HANS),
        (HANS.encode("gb18030"), "text/html; charset=iso-8859-1", HANS),
        (HANT.encode("big5"), "text/html; charset=Big5", HANT),
        (HANT.encode("big5"), None, HANT),
        (b"<meta charset='big5'>" + HANT.encode("big5"), "text/html", "<meta charset='big5'>" + HANT),
        ("Café d’été".encode("cp1252"), None, "Café d’été"),
        ("Café d’été".encode("cp1252"), "text/html; charset=ISO-8859-1", "Café d’été"),
        ("верфь".encode("cp1251"), "text/html; charset=windows-1251", "верфь"),
        ("造船所は".encode("cp932"), "text/html; charset=Shift_JIS", "造船所は"),
        ((HANS * 9).encode() + b" it\x92s", None, HANS * 9 + " it’s"),
        (b"words", "text/html; charset=no-such-thing", "words"),
        ("é".encode("cp1252"), "text/html; charset=rot13", "é"),
        ((HANT * 3).encode("big5"), "text/html; charset=gb2312", HANT * 3),
        ("власти порта открыли верфь".encode("cp1251"), None, "власти порта открыли верфь"),
        ("власти порта открыли верфь".encode("koi8-r"), None, "власти порта открыли верфь"),
        ('<html lang="cs">Loď čeká v přístavu'.encode("cp1250"), None, '<html lang="cs">Loď čeká v přístavu'),
        (b"", None, ""),
    ],
)
def test_bytes_become_the_text_that_was_meant(body: bytes, content_type: str | None, expected: str) -> None:
    assert decode(body, content_type) == expected


def test_bytes_that_are_no_text_are_poison() -> None:
    with pytest.raises(PoisonError) as caught:
        decode(bytes(range(32)) * 40, None)
    assert caught.value.reason == "undecodable"


@pytest.mark.parametrize("text", ["itâ€™s", "CafÃ©", "锟斤拷", "a\ufffdb", "æ\x96°å\x8e\x82ï¼¡", "ïîðòà ñîîáùèëè", "鎹銆娓锛屾捣娓銆"])
def test_the_marks_of_a_wrong_decoding_are_seen(text: str) -> None:
    assert is_damaged(text)


@pytest.mark.parametrize("text", ["it’s", "Café", "São Paulo", "Ã", "主管", "«déjà créé»", "锛"])
def test_good_text_is_not_taken_for_damaged(text: str) -> None:
    assert not is_damaged(text)
