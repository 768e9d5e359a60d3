"""An indicator of a regional plan (规划指标) beside its current figure, and the completion of tasks and quotas."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.case_parts import CasePart
from app.domain.comparison import attained, rounding_note
from app.domain.fact_filters import Condition
from app.domain.fact_parts import Part
from app.domain.figures import DateBasis, Figure, Formula, Kind, Source, compute
from app.domain.pace import AMBER_WITHIN, Light, ceiling_light, expected, rate_light, volume_light
from app.domain.targets import TargetChoice


class Nature(StrEnum):
    """指标属性."""

    EXPECTED = "预期性"
    BINDING = "约束性"


class Span(StrEnum):
    """What span the target is set for; the value is the word of the plan templates."""

    ANNUAL = "annual"
    END = "end"
    CUMULATIVE = "cumulative"


@dataclass(frozen=True)
class PlanIndicator:
    """One row of a plan's indicator table; T1, T2 … number the targets stated in the text only."""

    plan: str
    number: str
    name: str
    unit: str
    formula: Formula
    conditions: tuple[Condition, ...] = ()
    nature: Nature | None = None
    span: Span = Span.ANNUAL
    base_year: int | None = None
    base: Decimal | None = None
    group: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the year has run in working days.

    `pending` is what a rate still awaits: for 合格率 the batches sampled or owed but not judged, for 按时完成率 the
    batches whose disposal falls due later in the period.
    """

    elapsed: int
    total: int
    pending: int = 0
    amber_within: Decimal = AMBER_WITHIN

    @property
    def finished(self) -> bool:
        return self.elapsed >= self.total


@dataclass(frozen=True)
class PlanIndicatorRow:
    """An indicator with its target for a year, its figure and its light, as the target table shows it."""

    indicator: PlanIndicator
    target: TargetChoice
    figure: Figure
    light: Light
    expected: Fraction | None = None

    @property
    def met(self) -> bool | None:
        """达标, on the exact fraction; None for — and for an indicator without a value."""
        return attained(self.figure.value, self.target.target.comparator, self.target.target.value)

    @property
    def met_label(self) -> str:
        """已达标, 未达标 or —."""
        return {True: "已达标", False: "未达标", None: "—"}[self.met]

    @property
    def rounding(self) -> str:
        """The sentence that the page adds where the rounded number would mislead; else empty."""
        return rounding_note(self.figure, self.target.target.comparator, self.target.target.value)


FINAL_ONCE_COUNTED = (Part.PASSED, Part.FAILED, CasePart.CLOSED_ON_TIME)

NO_VALUE = Figure(None, None, None, "—")
"""An indicator for which nothing has been entered yet."""


def assess(indicator: PlanIndicator, target: TargetChoice, figure: Figure, progress: Progress) -> PlanIndicatorRow:
    """Put a figure beside its target: pace for volumes, what-if bound for rates, ceiling for what must not happen."""
    goal = target.target
    if goal.comparator.ceiling:
        return PlanIndicatorRow(indicator, target, figure, ceiling_light(figure.value, goal.comparator, goal.value))
    if indicator.formula.kind in (Kind.COUNT, Kind.PER_THOUSAND):
        pace = expected(goal.value, progress.elapsed, progress.total)
        light = volume_light(figure.value, pace, progress.amber_within, goal.comparator, progress.finished)
        return PlanIndicatorRow(indicator, target, figure, light, pace)
    upper = _upper(indicator.formula, figure, progress, goal.value)
    return PlanIndicatorRow(indicator, target, figure, rate_light(figure.value, goal.comparator, goal.value, upper))


def _upper(formula: Formula, figure: Figure, progress: Progress, goal: Decimal) -> Fraction | None:
    """Best value still possible. Elsewhere nothing that happened is final (a case may yet be closed, an enterprise yet
    be inspected, a better value reported) as long as the year runs."""
    numerator, denominator = figure.numerator, figure.denominator
    if formula.numerator in FINAL_ONCE_COUNTED and numerator is not None and denominator is not None:
        return compute(formula, numerator + progress.pending, denominator + progress.pending).value
    if progress.finished:
        return None
    return Fraction(100) if formula.kind is Kind.RATIO_PERCENT else Fraction(goal) + 1


TASK_COMPLETION = Formula(
    "task_completion",
    "任务完成率",
    Kind.COMPLETION,
    Source.FACTS,
    DateBasis.REPORTED_ON,
    unit="%",
    places=2,
    definition="任务完成率＝完成批次÷任务批次×100%；超额完成时大于100%。",
    numerator=Part.COMPLETED,
)


def completion(task: int, done: int) -> Figure:
    """任务完成率 of a quota or task; — where no quota is set."""
    return compute(TASK_COMPLETION, done, task)


def remaining(task: int, done: int) -> int:
    """Batches still owed; never negative where more than the quota was done."""
    return max(task - done, 0)
