"""均衡度 of a sampling plan as shares: what was sampled of each month, township and category beside what the plan asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app import clock
from app.comparisons.tables import Cell, Column, Opens, Row, Table, rounded, told
from app.domain.actors import Actor
from app.domain.balance import Contribution, shares, suggested
from app.domain.fact_filters import UNCLASSIFIED
from app.domain.figures import half_up
from app.domain.progress import AXES, Axis, monthly_plan
from app.errors import NotFound
from app.plans import queries as plans
from app.plans.models import SamplingPlan
from app.progress import queries, tables
from app.progress.evenness import Evenness, Section, evenness


@dataclass(frozen=True)
class Balanced:
    """``next_month`` is advised on top of this month's advice: (month, number), None in December or out of the year."""

    plan: SamplingPlan
    evenness: Evenness
    next_month: tuple[int, int] | None
    tables: list[tuple[Section, Table]]

    @property
    def advice(self) -> list[str]:
        found, said = self.evenness, []
        if found.month and found.advised is not None:
            more = f"还需 {found.more} 批次" if found.more else "无需再增加"
            said.append(
                f"{found.month}月已抽样 {found.sampled} 批次，为使1—{found.month}月最均衡，本月建议共抽样 {found.advised} 批次，{more}。"
            )
        if self.next_month:
            month, batches = self.next_month
            said.append(f"本月按建议完成后，{month}月建议抽样 {batches} 批次。")
        return said


def offered(actor: Actor, year: int) -> list[SamplingPlan]:
    return plans.plans_in_force(actor, year)


def balanced(actor: Actor, plan_id: int | None, year: int) -> Balanced | None:
    """One plan in force of the year, the first where none is named; None where there is none."""
    found = offered(actor, year)
    if not found:
        return None
    plan = found[0] if plan_id is None else next((one for one in found if one.id == plan_id), None)
    if plan is None:
        raise NotFound(f"{year}年没有序号为 {plan_id} 的在执行计划，或不在您的管辖范围内，请重新选择")
    laid = tables.lay_out([plan], clock.today())[0]
    months = queries.counts(actor, plan, Axis.MONTH)
    even = evenness(actor, laid, months)
    done = {int(key): one.sampled for key, one in months.items() if key != UNCLASSIFIED}
    planned = monthly_plan(laid.total, laid.months, laid.elapsed)
    return Balanced(plan, even, _next(even, done, planned), [(one, _table(plan, one)) for one in even.sections])


def _next(even: Evenness, done: Mapping[int, int], planned: Mapping[int, Fraction]) -> tuple[int, int] | None:
    if even.month is None or even.month == 12:
        return None
    this_month = even.sampled if even.advised is None else even.advised
    after = suggested({**done, even.month: this_month}, planned, even.month + 1)
    return None if after is None else (even.month + 1, after)


def _table(plan: SamplingPlan, section: Section) -> Table:
    columns = [
        Column("part", AXES[section.axis]), Column("done", "已抽样", "integer"), Column("share", "占已抽样", "number"),
        Column("planned", "计划", "number"), Column("planned_share", "占计划", "number"), Column("fair", "按计划占比应为", "number"),
        Column("gap", "相差"),
    ]  # fmt: skip
    found = section.meter
    ordered = _ordered(section)
    rows = [_row(plan, section, one, *pair) for one, pair in zip(ordered, shares(ordered), strict=True)]
    title = f"均衡度：{plan.name}按{AXES[section.axis]}　{found.figure.display}"
    return Table(title, columns, rows, [section.lacking] if section.lacking else [])


def _ordered(section: Section) -> list[Contribution]:
    """Months in their order, the rest by how far apart."""
    found = list(section.meter.contributions)
    return sorted(found, key=lambda one: int(one.key)) if section.axis is Axis.MONTH else found


def _row(plan: SamplingPlan, section: Section, one: Contribution, share: str, planned_share: str) -> Row:
    opens = Opens("sampled", {"plan_id": plan.id, "by": section.axis.value, "group": one.key})
    cells: list[Cell] = [told(section.label(one)), Cell(one.done, f"{one.done:,}", opens), rounded(share), rounded(half_up(one.planned, 1))]
    return Row((*cells, rounded(planned_share), rounded(one.fair_text), told(one.words)))

