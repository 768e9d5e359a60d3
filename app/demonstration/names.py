"""Invented names of firms, people and places of business; any likeness is chance (名称均为虚构)."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

BRANDS_FIRST = "禾青岭川澄瑞丰穗恒谷棠溪朗润沐晟芸岚榆沃"
BRANDS_SECOND = "源苑堂园香泰和顺达康宜隆安佳盈舟樟满"
SURNAMES = "闫聂阮卞晏佘仇邬蔺戚鄢蒯芮牟"
GIVEN = (
    "书禾",
    "知远",
    "若川",
    "景澄",
    "予安",
    "沛然",
    "云起",
    "令仪",
    "望舒",
    "嘉树",
    "清越",
    "怀瑾",
    "子衿",
    "长青",
    "晚晴",
    "星野",
)

PRODUCERS = ("食品有限公司", "粮油有限公司", "调味品有限公司", "肉制品有限公司", "糕点厂")
SELLERS = ("超市", "生鲜超市", "便利店", "农产品经营部", "粮油店", "商贸有限公司")
CATERERS = ("饭店", "快餐店", "小吃店", "面馆", "家常菜馆")
OUTSIDE = (
    ("江禾省外食品有限公司", "山东/烟台/莱山区"),
    ("塞上澄粮油有限公司", "内蒙古/通辽/科尔沁区"),
    ("岭南沐调味食品有限公司", "广东/佛山/三水区"),
)


def brands(random: Random) -> Iterator[str]:
    """Two-character trade names, each once."""
    pairs = [first + second for first in BRANDS_FIRST for second in BRANDS_SECOND]
    random.shuffle(pairs)
    yield from pairs


def people(random: Random) -> Iterator[str]:
    """Names of staff, each once."""
    pairs = [surname + given for surname in SURNAMES for given in GIVEN]
    random.shuffle(pairs)
    yield from pairs


def credit_code(random: Random, area: str) -> str:
    """A 统一社会信用代码 with a right check character, for nobody."""
    from stdnum.cn import uscc

    body = "".join(random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
    number = f"91{area}MA{body[:7]}"[:17]
    return number + str(uscc.calc_check_digit(number))
