"""规划指标表: every indicator of a plan beside its figure, target, attainment, pace and light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from app import clock
from app.domain.indicators import Figure, Kind, Light, describe, half_up, reported
from app.domain.intervals import Trust, trust
from app.domain.plans import NO_VALUE, PlanIndicatorRow, Progress, assess
from app.indicators import holdings
from app.indicators.figures import Answer, Asked, answers, counts_batches, divisible
from app.indicators.frames import Frame
from app.indicators.models import Plan, ReportedValue
from app.indicators.queries import Planned, as_written, indicators, reported_values
from app.indicators.working_time import elapsed_days
from app.reference.comparison_rules import small_below
from app.reference.planning_rules import INDICATOR_PACE, light_rule
from app.reference_data.books import calendar

TONES = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "red", Light.NONE: "grey"}
NOTHING = Answer(replace(NO_VALUE, note=holdings.NONE_HERE))
"""Nought would say that nothing was done in a place of which this office knows nothing."""
VOLUMES = (Kind.COUNT, Kind.PER_THOUSAND)


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    planned: Planned
    assessed: PlanIndicatorRow
    answer: Answer
    value: ReportedValue | None
    from_january: bool

    @property
    def figure(self) -> Figure:
        return self.assessed.figure

    @property
    def light(self) -> Light:
        return self.assessed.light

    @property
    def tone(self) -> str:
        return TONES[self.light]

    @property
    def met(self) -> bool | None:
        """达标. The volume of a single month or quarter is not compared with the target of a year; its pace tells instead."""
        if (
            not self.from_january
            and self.planned.formula.kind in VOLUMES
            and not self.assessed.target.target.comparator.ceiling
        ):
            return None
        return self.assessed.met

    @property
    def met_label(self) -> str:
        return {True: "已达标", False: "未达到", None: "—"}[self.met]

    @property
    def rounding(self) -> str:
        return self.assessed.rounding if self.met is not None else ""

    @property
    def definition(self) -> str:
        """口径 in one sentence: the formula in words, its filter and its version."""
        formula, row = self.planned.formula, self.planned.row
        if formula.kind is Kind.REPORTED:
            return formula.definition
        return (
            f"{formula.definition}筛选条件：{describe(self.planned.conditions)}。"
            f"统计日期：{formula.basis}。口径版本：第{row.definition_version}版。"
        )

    @property
    def trust(self) -> Trust | None:
        """How far a rate over batches can be trusted; of enterprises and cases every one is counted, and nothing is a sample."""
        return trust(self.figure, small_below(clock.today())) if counts_batches(self.planned.formula) else None

    @property
    def foreign(self) -> bool:
        """The office holds nothing of the place."""
        return self.answer is NOTHING

    @property
    def divisible(self) -> bool:
        return divisible(self.planned.formula)

    @property
    def due(self) -> str | None:
        """时序进度: what was due by now."""
        pace = self.assessed.expected
        return None if pace is None else f"{Decimal(half_up(pace, max(self.planned.formula.places, 1))):,f}"

    @property
    def lacking(self) -> str:
        """Why there is no value."""
        if self.figure.value is None and self.figure.note:
            return self.figure.note
        return ""


def written(figure: Figure) -> str:
    """The figure as every page shows it: thousands separated, per cent with its sign."""
    if figure.value is None:
        return figure.display
    return f"{Decimal(figure.display):,f}{'%' if figure.unit == '%' else ''}"


def tally(lines: Sequence[Line]) -> dict[str, int]:
    """How many indicators stand where, for the head of the table."""
    return {
        "met": sum(line.met is True for line in lines),
        "missed": sum(line.met is False for line in lines),
        "open": sum(line.met is None for line in lines),
        "red": sum(line.light is Light.RED for line in lines),
    }


def table(plan: Plan, frame: Frame) -> list[Line]:
    """Every indicator of the plan."""
    return lines(indicators(plan, frame.as_of), frame)


def line(planned: Planned, frame: Frame) -> Line:
    return lines([planned], frame)[0]


def lines(planned: Sequence[Planned], frame: Frame) -> list[Line]:
    """Figures of several indicators of one plan, each table read once."""
    if not planned:
        return []
    values = reported_values(frame, planned[0].plan)
    questions = {one: Asked(one.formula, one.conditions) for one in planned}
    found = _of_our_places(frame, answers(frame, questions.values()))
    elapsed, total = progress_days(frame)
    run = Progress(elapsed, total, amber_within=light_rule(INDICATOR_PACE, min(frame.today, date(frame.period.year, 12, 31))).amber_within)
    return [_line(one, frame, found[questions[one]], values.get(one.row.no), run) for one in planned]


def _of_our_places(frame: Frame, found: dict[Asked, Answer]) -> dict[Asked, Answer]:
    """Of a place of which the office holds nothing, only what others report; whoever counted something holds it."""
    if any(answer.figure.numerator for answer in found.values()) or holdings.any_in(frame):
        return found
    return {asked: answer if asked.formula.kind is Kind.REPORTED else NOTHING for asked, answer in found.items()}


def _line(
    planned: Planned, frame: Frame, answer: Answer, value: ReportedValue | None, run: Progress
) -> Line:
    figure = answer.figure
    if planned.formula.kind is Kind.REPORTED and value is not None:
        figure = reported(as_written(value.value, value.places), planned.row.unit or "", note=value.document)
    target = planned.target(frame.period.year)
    assessed = assess(planned.indicator, target, figure, replace(run, pending=answer.pending))
    return Line(
        planned,
        assessed,
        answer,
        value if planned.formula.kind is Kind.REPORTED else None,
        _from_january(frame),
    )


def _from_january(frame: Frame) -> bool:
    """Whether the period may be compared with the target of a year; a quarter or month alone may not."""
    months = frame.period.months
    return len(months) == 12 or (frame.period.cumulative and len(months) > 1)


def progress_days(frame: Frame) -> tuple[int, int]:
    """Working days of the period gone by, and of its whole year; a year without holidays' notice counts provisionally."""
    days = calendar()
    year = frame.period.year
    total = days.working_days_between(date(year, 1, 1) - timedelta(days=1), date(year, 12, 31))
    return elapsed_days(days, frame.period, frame.today), total
