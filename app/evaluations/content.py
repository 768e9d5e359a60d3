"""What a report contains: the table of the plan at one moment, years beside each other, and its draft sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.evaluations import Attainment, Row, attainments, drafts, years_of
from app.domain.indicators import Light, Period
from app.evaluations.models import PlanEvaluation
from app.indicators import tables
from app.indicators.frames import Frame, area
from app.indicators.models import Plan
from app.indicators.queries import as_written
from app.reference_data.books import region_book

BEHIND = (Light.RED, Light.AMBER)


@dataclass(frozen=True)
class Told:
    """One indicator: its line of the table, and how the report tells it."""

    line: tables.Line
    row: Row


@dataclass(frozen=True)
class YearValue:
    """One indicator in one year of the plan."""

    name: str
    year: int
    value: str
    target: str
    met: str


@dataclass(frozen=True)
class Content:
    """Everything that pages and files show."""

    plan: Plan
    frame: Frame
    told: Sequence[Told]
    years: Sequence[YearValue]
    attainments: Sequence[Attainment]

    @property
    def rows(self) -> list[Row]:
        return [one.row for one in self.told]

    @property
    def span(self) -> str:
        return self.frame.period.label


def content(found: PlanEvaluation, actor: Actor) -> Content:
    """The figures as known at the report's moment, under the reader's reach."""
    plan = session().get(Plan, found.plan_id)
    assert plan is not None
    frame = Frame(actor, area(region_book(), found.region_id), period_of(found.year, found.month), found.as_of)
    told = [Told(line, row_of(line)) for line in tables.table(plan, frame)]
    years = years_of(found.kind, plan.from_year, plan.to_year, found.year)
    return Content(plan, frame, told, _by_year(plan, frame, years), attainments([one.row for one in told]))


def period_of(year: int, month: int | None) -> Period:
    """The whole year, or January up to the month."""
    return Period(year, month=month, cumulative=True) if month else Period(year)


def row_of(line: tables.Line) -> Row:
    planned = line.planned
    note = f"{line.rounding}。" if line.rounding else ""
    return Row(
        planned.row.no, planned.row.name, planned.indicator.nature, tables.written(line.figure), target_of(line), line.met,
        line.light in BEHIND, note,
    )  # fmt: skip


def target_of(line: tables.Line, dated: bool = True) -> str:
    """≥98%, with the year it belongs to where that is another one."""
    choice, unit = line.assessed.target, "%" if line.figure.unit == "%" else ""
    words = f"{choice.target.comparator.value} {as_written(choice.target.value):f}{unit}"
    return words if choice.of_year or not dated else f"{words}（{choice.target.year}年）"


def _by_year(plan: Plan, frame: Frame, years: Sequence[int]) -> list[YearValue]:
    """Every indicator in each of the years that have begun; a report of one year has its table alone."""
    if len(years) < 2:
        return []
    found = []
    for year in years:
        if year > frame.today.year:
            continue
        at = frame if year == frame.period.year else frame.over(Period(year))
        found += [YearValue(row.name, year, row.value, row.target, met_word(row)) for row in map(row_of, tables.table(plan, at))]
    return sorted(found, key=lambda one: (one.name, one.year))


def met_word(row: Row) -> str:
    return {True: "达到", False: "未达到", None: "—"}[row.met]


def draft_sections(found: Content) -> Mapping[str, str]:
    """The sentences that a new report begins with."""
    assert found.frame.as_of is not None
    about = {
        "plan": found.plan.name, "source": found.plan.source, "area": found.frame.area.name, "span": found.span,
        "as_of": clock.office_time(found.frame.as_of).strftime("%Y年%-m月%-d日 %H:%M"),
    }  # fmt: skip
    if found.frame.period.year > found.plan.to_year:
        about["beyond"] = f"规划期已于 {found.plan.to_year} 年届满，新规划印发前按其末年目标对照。"
    return drafts(found.rows, about)
