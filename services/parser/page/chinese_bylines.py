"""Authors in Chinese bylines: who stands behind 记者, 作者 or 文/, in the ways in which newspapers write it."""

import re
from collections.abc import Iterable
from itertools import dropwhile, takewhile

from shared.text.fold import fold

LONGEST = 200
"""Characters of a line that are read."""

_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧蕭肖蔡潘田董袁于余叶葉蒋蔣杜苏蘇魏程吕呂丁"
    "沈任姚卢盧傅钟鍾鐘姜崔谭譚廖范汪陆陸金石戴贾賈韦韋夏邱丘侯邹鄒熊孟秦白江阎閻薛闫尹段雷黎史龙龍陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴赖賴覃洪武莫孔"
    "汤湯向常温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單裴霍"
    "涂成苗谷曲盛冉翁蓝藍路游辛靳管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪簡简车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党黨宫宮费費"
    "卜冷晏席卫衛柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛仲虞敖巩鞏明佘池查麻苑迟遲邝鄺"
)
"""First characters of the 300 most frequent family names."""
_ROLE = r"(?:特约记者|特派记者|见习记者|实习记者|通讯员|通訊員|记者|記者|作者|撰文|撰稿|采写|採訪|编译|編譯|(?<![\u4e00-\u9fff])文)"
_NAME = r"[\u4e00-\u9fff]{2,8}(?:·[\u4e00-\u9fff]{1,8}){0,3}"
_NAMES = rf"{_NAME}(?:[\s、,和/|]{{1,3}}{_NAME}){{0,5}}"
_SHORT = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8}){0,3}"
_SEVERAL = rf"{_SHORT}(?:[\s、,和]{{1,2}}{_SHORT}){{0,5}}"
_APART = re.compile(rf"{_ROLE}[\s:/|丨—]{{1,4}}({_NAMES})")
_ENCLOSED = re.compile(rf"(?:记者|記者)\s?({_SEVERAL})\s*[/】\])〕]")
_WIRED = re.compile(r"(?:记者|記者)\s?([\u4e00-\u9fff·]{4,7})\s?\d{1,2}日(?:[综綜]合外|专|專)?[电電]")
_ALONE = re.compile(rf"(?:^|[\s|】)])[\u4e00-\u9fff]{{0,8}}(?:记者|記者)({_SEVERAL})(?:[综綜]合)?(?:报道|報導|报导|報道)?\s?(?:$|\|)")
"""A reporter's name behind 记者: before a slash or a bracket, before a place and a day (记者王小明台北27日电), at the end of its line."""
_HINT = re.compile("[记記通][者讯訊]|作者|[撰采採編编][文稿写訪译譯]|文")
_FAR = re.compile(
    "(?:华盛顿|華盛頓|旧金山|舊金山|洛杉矶|洛杉磯|日内瓦|日內瓦|布鲁塞尔|布魯塞爾|新加坡|吉隆坡|雅加达|雅加達|莫斯科|新北市|高雄市|法兰克福|法蘭克福)$"
)
"""Places whose names are longer than two characters."""
_OTHER = re.compile(
    "记者|記者|作者|编辑|編輯|责编|責編|报道|報導|报导|報道|发自|發自|[综綜]合|[摄攝][影]|[来來]源|翻[译譯]|[编編][译譯]|校[对對]|发布|發布|佚名|未知|匿名"
    "|整[理合]|[阅閱][读讀]|网[络友]|網[路友]|时间|時間|日期|字[号體]|[浏瀏][览覽]|点击|點擊|本[报報刊]|[中英日][文语語]$|小[编編]|采[访写]"
    "|^(?:[台臺]北|[台臺]中|新竹|高雄|北京|上海|深圳|香港)$"
)
"""What stands beside names and is none."""
_EDITORS = re.compile(
    r"^[\s(【\[]*(?:[责責]任|[执執]行|值班)?(?:[编編][辑輯审審]|[责責][编編]|[来來]源|校[对對]|[监監]制|審核|审核|[摄攝]影|[图圖])\s*[:/|]"
)


def chinese(lines: Iterable[str]) -> list[str]:
    """Return the names in the first Chinese byline among `lines` (``记者 张三 李四``, ``文／王五``, ``記者王小明台北27日電``)."""
    for written in lines:
        if not written.isascii() and _HINT.search(written) and (names := _names(fold(written[:LONGEST]))):
            return names
    return []


def is_of_editors(written: str) -> bool:
    """Say whether a line names editors, a source or photographers alone: no authors."""
    return _EDITORS.match(fold(written[:LONGEST])) is not None


def parted(name: str) -> list[str]:
    """Return several Chinese names that only spaces part (``张三 李四``) one by one, any other name as it is."""
    parts = name.split()
    return parts if len(parts) > 1 and all(len(part) in (2, 3, 4) and part[0] in _SURNAMES for part in parts) else [name]


def _names(line: str) -> list[str]:
    if (match := _APART.search(line)) and (names := _before_others(match[1])):
        return names
    if match := _ENCLOSED.search(line):
        return _before_others(match[1])
    if match := _WIRED.search(line):
        return [_without_place(match[1])]
    if match := _ALONE.search(line):
        names = _before_others(match[1])
        return names if all(name[0] in _SURNAMES for name in names) else []
    return []


def _before_others(text: str) -> list[str]:
    """Return the names before the first word that is none; a paper's ``记者`` may stand before them."""
    words = (word for word in re.split(r"[\s、,和/|]+", text) if word not in ("通讯员", "通訊員"))
    named = dropwhile(lambda word: word.endswith(("记者", "記者")), words)
    return [*takewhile(lambda word: not _OTHER.search(word), named)]


def _without_place(text: str) -> str:
    """Return the name of a name and a place written as one word; most names have three characters, most places two."""
    if far := _FAR.search(text):
        return text[: far.start()]
    return text[:3] if len(text) > 4 else text[:2]
