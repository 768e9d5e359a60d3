"""检查频次: how often an enterprise is to be inspected, from its grade and from what it is.

115号 gives the least number of inspections a year for each grade. 市场监管总局令第49号: whoever produces or sells food is inspected at
least once in two years; 特殊食品生产者, C/D 级生产者, D 级经营者, 中央厨房 and 集体用餐配送单位 are 重点监督检查对象.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.supervision_kinds import Grade

MOST_TIMES = 12  # a month is the shortest part of a year that a schedule knows
PRODUCERS = ("食品生产企业", "小作坊")
OPERATORS = ("食品销售者", "餐饮服务提供者", "食盐经营者", "网络食品交易第三方平台")
SUPERVISED = (*PRODUCERS, *OPERATORS)  # whose yearly inspections are scheduled
SPECIAL_WORDS = ("特殊食品", "保健食品", "婴幼儿配方", "婴配", "特殊医学用途", "特医")
CENTRAL_WORDS = ("中央厨房", "集体用餐配送")


@dataclass(frozen=True, slots=True)
class Frequency:
    """``times`` inspections in ``years`` years, at least; more than one year only with one inspection."""

    times: int
    years: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.times <= MOST_TIMES or self.years < 1 or (self.years > 1 and self.times != 1):
            raise ValueError(f"检查频次应为每年 1 至 {MOST_TIMES} 次，或每几年 1 次，请核对分级规则的检查频次")

    @classmethod
    def of(cls, least: int, years: int = 1) -> Frequency:
        """As a rule set writes it: several in several years are spread over the years, more than one a month is one a month."""
        if years > 1 and least > 1:
            least, years = -(-least // years), 1
        return cls(min(least, MOST_TIMES), years)

    @property
    def words(self) -> str:
        return f"每年至少 {self.times} 次" if self.years == 1 else f"每 {self.years} 年至少 {self.times} 次"

    @property
    def rarity(self) -> tuple[int, int]:
        """Orders frequencies from the rarest up."""
        return -self.years, self.times


LEAST = Frequency(1, 2)


class Focus(StrEnum):
    """重点监督检查对象 (市场监管总局令第49号), by the reason."""

    SPECIAL = "特殊食品生产者"
    PRODUCER = "风险等级为 C 级、D 级的生产者"
    OPERATOR = "风险等级为 D 级的经营者"
    CENTRAL = "中央厨房、集体用餐配送单位"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The frequency of one enterprise and why, in words."""

    frequency: Frequency
    why: str
    focus: Focus | None = None


def focus_of(kind: str, subkinds: Collection[str], grade: Grade | None) -> Focus | None:
    """Whether this is a 重点监督检查对象; ``kind`` is 企业类型, ``subkinds`` its 细分类型 as they were written."""
    told = [unicodedata.normalize("NFKC", one) for one in subkinds]
    if kind in PRODUCERS and any(word in one for one in told for word in SPECIAL_WORDS):
        return Focus.SPECIAL
    if kind == "餐饮服务提供者" and any(word in one for one in told for word in CENTRAL_WORDS):
        return Focus.CENTRAL
    if kind in PRODUCERS and grade in (Grade.C, Grade.D):
        return Focus.PRODUCER
    if kind in OPERATORS and grade is Grade.D:
        return Focus.OPERATOR
    return None


def chosen(
    kind: str, subkinds: Collection[str], grade: Grade | None, by_grade: Mapping[Grade, Frequency], focus_least: Frequency
) -> Chosen:
    """How often this enterprise is inspected: by its grade, else the least of the law; a 重点对象 not less than ``focus_least``.

    ``by_grade`` are the frequencies of the rule set in force; a grade that it does not know counts as none.
    """
    focus = focus_of(kind, subkinds, grade)
    found = by_grade.get(grade) if grade is not None else None
    if found is not None and grade is not None:
        frequency, why = found, f"{grade.value} 级，{found.words}"
    elif grade is not None:
        frequency, why = LEAST, f"{grade.value} 级，分级规则没有规定该级的检查频次，按{LEAST.words}"
    else:
        frequency, why = LEAST, f"未评定风险等级，{LEAST.words}（市场监管总局令第49号）"
    if focus is not None:
        why = f"{why}；重点监督检查对象（{focus.value}）"
        if focus_least.rarity > frequency.rarity:
            frequency, why = focus_least, f"{why}，按{focus_least.words}"
    return Chosen(frequency, why, focus)
