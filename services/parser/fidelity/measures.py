"""Physical measures in their base unit, so that a summary may give kilometres for miles."""

_UNITS = """
metre 1 metre meter m 米 公尺
metre 1000 kilometre kilometer km 公里 千米
metre 1609.344 mile mi 英里 英哩
metre 0.3048 foot feet ft 英尺 英呎
metre 0.0254 inch inche 英寸 英吋
metre 0.9144 yard 码
metre 0.01 centimetre centimeter cm 厘米 公分
metre 0.001 millimetre millimeter mm 毫米
metre 1e-9 nanometre nanometer nm 纳米 奈米
kilogram 1 kilogram kilo kg 公斤 千克
kilogram 0.001 gram 克
kilogram 0.45359237 pound lb 磅
kilogram 0.028349523 ounce oz 盎司
kilogram 6.35029 stone 英石
kilogram 1000 tonne ton 吨 公吨
square 1 square_metre square_meter 平方米 平方公尺
square 1e6 square_kilometre square_kilometer 平方公里 平方千米
square 2589988 square_mile 平方英里
square 0.09290304 square_foot square_feet 平方英尺
square 10000 hectare 公顷
square 4046.8564 acre 英亩
litre 1 litre liter 升 公升
litre 3.785412 gallon 加仑
litre 158.987 barrel 桶
litre 0.473176 pint 品脱
"""
BY_WORD = {
    word.replace("_", " "): (kind, float(size)) for kind, size, *words in map(str.split, _UNITS.strip().splitlines()) for word in words
}
"""Each unit's name in the singular, with what it measures and its size in the base unit."""
MEASURES = frozenset(kind for kind, _ in BY_WORD.values())
NEARNESS = 0.06
"""How far a converted measure may be from the truth, as a share of it: conversions are rounded."""
