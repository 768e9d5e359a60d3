"""计划进度: what counts as sampled, completed and refused, how a plan's quotas read along one axis, and the pace due.

Every measure is defined here once; pages, commands, charts and record lists ask these definitions. The month of a number
is the month of sampling: a plan is laid out by when samples are to be taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.balance import told
from app.domain.figures import ABSENT, Figure, half_up
from app.domain.pace import Light, volume_light
from app.domain.plans import completion, remaining
from app.domain.states import SampleState


class Axis(StrEnum):
    """划分方式; the value stands in addresses and options."""

    CATEGORY = "category"
    AREA = "area"
    LINK = "link"
    MONTH = "month"
    AREA_TYPE = "area_type"
    SAMPLER = "sampler"
    LABORATORY = "laboratory"


AXES: Mapping[Axis, str] = {
    Axis.CATEGORY: "食品类别",
    Axis.AREA: "抽样地区",
    Axis.LINK: "抽样环节",
    Axis.MONTH: "抽样月份",
    Axis.AREA_TYPE: "城乡",
    Axis.SAMPLER: "抽样人员",
    Axis.LABORATORY: "承检机构",
}
QUOTA_AXES = (Axis.CATEGORY, Axis.AREA, Axis.LINK, Axis.MONTH, Axis.AREA_TYPE)
"""Nobody plans by sampler or laboratory, so those have counts but no quota."""


class Measure(StrEnum):
    """统计项; the value stands in addresses."""

    SAMPLED = "sampled"
    COMPLETED = "completed"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """Which sheets of a plan are counted. ``reported``: only those with a batch fact in force that is not voided."""

    name: str
    states: frozenset[SampleState]
    definition: str
    reported: bool = False


BATCH_STATES = frozenset({SampleState.REGISTERED, SampleState.REPORTED, SampleState.RETURNED})
"""Sheets that are batches (批次)."""

MEASURES: Mapping[Measure, MeasureDefinition] = {
    Measure.SAMPLED: MeasureDefinition(
        "已抽样", BATCH_STATES, "已抽样＝本计划已登记的抽样单（已抽样、退回修改、已出报告），拒检、未抽到、拒收和作废的不计"
    ),
    Measure.COMPLETED: MeasureDefinition(
        "已完成", BATCH_STATES, "已完成＝已抽样中检验报告已入库、批次未作废的（含未判定）", reported=True
    ),
    Measure.REFUSED: MeasureDefinition("拒检", frozenset({SampleState.REFUSED}), "拒检＝企业拒绝抽样，不计入进度"),
    Measure.NOT_FOUND: MeasureDefinition("未抽到", frozenset({SampleState.NOT_FOUND}), "未抽到＝到场未抽到样品，不计入进度"),
    Measure.REJECTED: MeasureDefinition("拒收", frozenset({SampleState.REJECTED}), "拒收＝检验机构拒收样品，不计入进度"),
}
BELONGS = (
    "计入本计划的抽样单：登记时选定本计划（或由本计划分解的下级计划）的；未选计划的，组织级别、检验目的与本计划相同、抽样日期在本年、"
    "抽样地在计划区域内的，计入非专项计划"
)
MONTH_BASIS = "各项均按抽样日期所在月份归月"
RATE = "完成率＝已完成÷计划批次×100%；待抽＝计划批次－已抽样，超额时为0"
PACE = (
    "应达进度：计划分解到月的，为已过月份的计划批次加本月计划批次×本月已过工作日÷本月工作日；未分解到月的部分按全年工作日平均。"
    "灯号以已抽样与应达进度相比"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group of sheets."""

    sampled: int = 0
    completed: int = 0
    refused: int = 0
    not_found: int = 0
    rejected: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    def of(self, measure: Measure) -> int:
        found: int = getattr(self, measure.value)
        return found

    @property
    def outside(self) -> int:
        """Visits that gave no batch."""
        return self.refused + self.not_found + self.rejected


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


# ---------------------------------------------------------------- pace


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Working days gone by and in all, of each month and of the year."""

    months: Mapping[int, tuple[int, int]]

    @property
    def year(self) -> Fraction:
        gone, days = (sum(pair[at] for pair in self.months.values()) for at in (0, 1))
        return Fraction(gone, days) if days else Fraction()

    def month(self, month: int) -> Fraction:
        gone, days = self.months[month]
        return Fraction(gone, days) if days else Fraction(1 if gone else 0)

    @property
    def finished(self) -> bool:
        return self.year == 1

    def passed(self, month: int) -> bool:
        return self.month(month) == 1


def due(quota: int, months: Mapping[int, int], elapsed: Elapsed, otherwise: Fraction | None = None) -> Fraction:
    """应达进度 of a quota: its months as far as they have run; the rest by ``otherwise``, else evenly over the year.

    ``otherwise`` is the proportion of the whole plan that is due: a food that is not divided by month follows the plan.
    """
    planned = sum(months.values())
    by_month = sum((n * elapsed.month(month) for month, n in months.items()), Fraction())
    rest = max(quota - planned, 0)
    return by_month + rest * (elapsed.year if otherwise is None else otherwise)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a progress table. ``quota`` is None on axes that are not planned."""

    key: str
    label: str
    tally: Tally
    quota: int | None = None
    expected: Fraction | None = None
    light: Light = Light.NONE
    opens: bool = False  # whether there are parts below

    @property
    def rate(self) -> Figure | None:
        return None if self.quota is None else completion(self.quota, self.tally.completed)

    @property
    def remaining(self) -> int | None:
        return None if self.quota is None else remaining(self.quota, self.tally.sampled)

    @property
    def expected_text(self) -> str:
        return ABSENT if self.expected is None else half_up(self.expected, 1)

    @property
    def words(self) -> str:
        """灯号说明: how far ahead of or behind the pace, in batches."""
        if self.expected is None or self.light is Light.NONE:
            return ""
        gap = self.tally.sampled - self.expected
        if not gap:
            return "与应达进度持平"
        return f"{'超前' if gap > 0 else '落后'}{told(gap)} 批次"


def line(
    key: str, label: str, tally: Tally, quota: int | None, expected: Fraction | None, within: Decimal, finished: bool,
    opens: bool = False,
) -> Line:  # fmt: skip
    """A row with its light. What asks nothing, or nothing yet and has nothing, has no light."""
    if not quota or expected is None:
        return Line(key, label, tally, quota, expected if quota else None, Light.NONE, opens)
    if not expected and not tally.sampled:
        return Line(key, label, tally, quota, expected, Light.NONE, opens)
    shown = volume_light(tally.sampled, expected, within, finished=finished)
    return Line(key, label, tally, quota, expected, shown, opens)



def proportion(expected: Fraction, quota: int) -> Fraction | None:
    """How much of a plan is due: what a food that is not divided by month follows."""
    return expected / quota if quota else None


def monthly_plan(quota: int, months: Mapping[int, int], elapsed: Elapsed) -> dict[int, Fraction]:
    """各月计划: the months planned; the rest of the quota evenly over the working days of the year."""
    rest = max(quota - sum(months.values()), 0)
    days = sum(days for _, days in elapsed.months.values())
    return {
        month: months.get(month, 0) + (Fraction(rest * own, days) if days else Fraction())
        for month, (_, own) in elapsed.months.items()
    }
