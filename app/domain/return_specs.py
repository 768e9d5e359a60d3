"""What a cell of an authority's form takes (单元格对应关系): a figure, a text, or a list written downward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

TEXTS: Final = (
    "填报单位", "区域", "期间", "年度", "月份", "制表人", "审核人", "填报日期", "报表编号", "链头", "数据截至",
)  # fmt: skip
GROUPS: Final = ("食品大类", "抽样环节", "抽样地区", "组织级别", "检验目的", "月份", "承检机构")
AREA: Final = "抽样地区"
LABORATORY: Final = "承检机构"


class BadSpec(ValueError):
    """A mapping that nothing could be written by; the message says what to write instead."""


class When(StrEnum):
    """统计期 of a figure, seen from the period of the return."""

    THIS = "本期"
    TO_DATE = "累计"
    YEAR = "本年"
    YEAR_BEFORE = "上年同期"
    TO_DATE_BEFORE = "上年累计"


class Side(StrEnum):
    """取数: the value of a figure, or one of its counts."""

    VALUE = "数值"
    NUMERATOR = "分子"
    DENOMINATOR = "分母"
    UNDECIDED = "未判定"


class Form(StrEnum):
    """写法: a rate of 97.80 % stands as 97.80, or as 0.9780 in a cell that the form itself shows as a percentage, or as text."""

    NUMBER = "数"
    FRACTION = "小数"
    TEXT = "带单位文字"


@dataclass(frozen=True, slots=True)
class Group:
    """One part of a breakdown, by its name: 食品大类 糕点, 抽样地区 by name or 区划代码."""

    by: str
    key: str


@dataclass(frozen=True, slots=True)
class FigureOf:
    """Which figure: a formula with a filter, or a row of the plan (``no``); ``plan`` empty is the plan of the area."""

    formula: str = ""
    filter: str = ""
    plan: str = ""
    no: str = ""
    when: When = When.THIS
    side: Side = Side.VALUE
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """指标数值."""

    of: FigureOf
    form: Form = Form.NUMBER
    kind: str = field(default="figure", init=False)


@dataclass(frozen=True, slots=True)
class DifferenceSpec:
    """增减: one figure minus another."""

    of: FigureOf
    minus: FigureOf
    form: Form = Form.NUMBER
    kind: str = field(default="difference", init=False)


@dataclass(frozen=True, slots=True)
class GrowthSpec:
    """增减百分比 (同比): by how much the one exceeds the other, in per cent of the other."""

    of: FigureOf
    against: FigureOf
    form: Form = Form.NUMBER
    kind: str = field(default="growth", init=False)


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """年度任务数 of an organiser's level and a purpose; empty means all of them."""

    level: str = ""
    purpose: str = ""
    kind: str = field(default="task", init=False)


@dataclass(frozen=True, slots=True)
class CompletionSpec:
    """任务完成率: completed batches of the period over the yearly task."""

    level: str = ""
    purpose: str = ""
    when: When = When.TO_DATE
    form: Form = Form.NUMBER
    kind: str = field(default="completion", init=False)


@dataclass(frozen=True, slots=True)
class TextSpec:
    """A text with places to fill: 填报单位：{填报单位}."""

    text: str
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list from this row downward: which field stands in which column, and how many rows the form has room for."""

    name: str
    columns: tuple[tuple[int, str], ...]
    most: int
    empty: str = ""
    kind: str = field(default="list", init=False)


Spec = FigureSpec | DifferenceSpec | GrowthSpec | TaskSpec | CompletionSpec | TextSpec | ListSpec
KINDS: Final[Mapping[str, str]] = {
    "figure": "指标数值", "difference": "两数之差", "growth": "增减百分比", "task": "年度任务数", "completion": "任务完成率",
    "text": "文字", "list": "向下列表",
}  # fmt: skip
