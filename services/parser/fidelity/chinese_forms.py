"""How Chinese writes numbers: the words and the patterns that `chinese` reads, in simplified characters."""

import re

from services.parser.fidelity.measures import BY_WORD

_CURRENCIES = """
USD 美元 美金 美分|GBP 英镑 便士|EUR 欧元|JPY 日元 日圆 日币|CNY 人民币 元人民币|HKD 港元 港币|TWD 新台币 元新台币 台币
KRW 韩元 韩圜 韩圆 韩币|CAD 加元 加币|AUD 澳元 澳币|SGD 新元 新币|NZD 纽元|RUB 卢布|INR 卢比|CHF 法郎 瑞士法郎|TRY 里拉
*kr 克朗 瑞典克朗 挪威克朗 丹麦克朗|ZAR 兰特|BRL 雷亚尔|* 比索 披索 元 块 块钱
"""
CURRENCIES = {name: row[0] for row in map(str.split, _CURRENCIES.replace("\n", "|").split("|")) for name in row[1:]}
SIGNS = {"$": "*$", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "£": "GBP", "€": "EUR", "¥": "*¥", "₩": "KRW", "₹": "INR"}
_UNITS = """
percent %|points 百分点|age 岁 周岁|ordinal 周年|century 世纪|decade 年代|years 年|month 月 月份|months 个月 个多月
day 日 号|days 天|week 周 星期 个星期 礼拜 个礼拜|hour 小时 个小时 钟头 个钟头|minute 分钟 分|second 秒 秒钟|clock 点 点钟 时
"""
UNITS = {name: row[0] for row in map(str.split, _UNITS.replace("\n", "|").split("|")) for name in row[1:]}

_NUMERAL = "零〇一二两三四五六七八九十百千万亿兆"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)"
_SCALE = "万亿|[十百千]?[亿万]|[千百兆]"
_MEASURES = "|".join(sorted((word for word in BY_WORD if not word.isascii()), key=len, reverse=True))
TOKEN = re.compile(
    rf"(?<![A-Za-z\d.])(?<![A-Za-z]-)(?P<digits>{_DIGITS}\s?[多余几]?\s?(?:{_SCALE})(?:\s?{_DIGITS}\s?[多余几]?\s?(?:{_SCALE})){{0,3}}|{_DIGITS})"
    rf"|(?P<numeral>[{_NUMERAL}]{{1,24}}(?:点[{_NUMERAL}]{{1,9}})?)"
)
BEGIN = re.compile(rf"\d+|[{_NUMERAL}]+")
SIGN = re.compile(r"((?:US|HK|NT|A)?\$|[£€¥₩₹])\s?$", re.IGNORECASE)
PIECE = re.compile(rf"({_DIGITS})\s?[多余几]?\s?({_SCALE})?")
UNIT = re.compile(
    r"\s?[多余]?\s?个?(?P<points>百分点)"
    rf"|\s?[多余来]?\s?(?P<money>{'|'.join(sorted(CURRENCIES, key=len, reverse=True))})"
    r"|(?P<tenths>成)(?P<half>[一二三四五六七八九半](?![家名人个位年月]))?(?![为立长员功本都就果绩熟交份因年人])"
    rf"|\s?[多余来]?\s?(?P<measure>{_MEASURES})(?![隆服])"
    rf"|\s?[多余来]?\s?(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})"
)
OF = re.compile(rf"分之\s?({_DIGITS}|[{_NUMERAL}]{{1,24}}(?:点[{_NUMERAL}]{{1,9}})?)")
VAGUE = re.compile(r"[几数多]$")
ROUND = re.compile(r"(?:约|近|过|逾|超|少|多|达|到|左右|计|共|几乎)\s?[为有]?\s?$")
ROUND_AFTER = re.compile(r"[^，。；、,;]{0,3}?(?:左右|以上|上下|之多)")
OVER = re.compile(r"\s?[多余]")
RANGE = frozenset(("-", "–", "—", "~", "至", "到", "或", "和", "与", "及"))
NOT_COUNTED = re.compile(r"(?:周|星期|礼拜|之|几|数|初)\s?$")
CHECKED = re.compile(
    r"(?:百分点|[多余]?(?:家|名|人|位|项|款|座|艘|架|枚|条|间|所|头|只|辆|台|场|起|件|份|篇|句|次|步|层|栋|颗|岁|天|倍|英|公[里斤尺]|吨|美元|欧元|日元"
    r"|个(?!性|别|体)|年(?!级|轻)|月|小时|分钟|成(?![为立长员功本都就果绩熟交份因年人])))"
)
SEASON = re.compile(r"(?:19|20)\d\d\s?[-–/]\s?$")
LATIN = re.compile(r"\s?[A-Za-z]|[-‐][A-Za-z]")
