"""Plans, their indicators, targets and reported values, as known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.attachments.models import Attachment
from app.db import session
from app.domain import plans as domain
from app.domain.actors import Actor
from app.domain.indicators import (
    FORMULAS,
    Comparator,
    Condition,
    Formula,
    Meaning,
    Target,
    TargetChoice,
    parse_filter,
    target_for,
)
from app.errors import NotLikeThis
from app.indicators.frames import Frame, moment
from app.indicators.models import Plan, PlanIndicator, ReportedValue, YearlyTarget
from app.indicators.residents import in_force
from app.organisations.models import Organisation
from app.reference_data.models import Region
from app.scope import scope

# The words of the plan templates for what a yearly number says.
MEANINGS = {"水平": Meaning.LEVEL, "当年新增": Meaning.ADDITION, "基期值": Meaning.BASE}


def as_written(number: Decimal, places: int | None = None) -> Decimal:
    """A number as it was written; the column pads every number to ten decimals."""
    short = Decimal(f"{number.normalize():f}")
    exponent = short.as_tuple().exponent
    shown = -exponent if isinstance(exponent, int) else 0
    return short if places is None or places <= shown else short.quantize(Decimal(1).scaleb(-places))


@dataclass(frozen=True, eq=False)
class Planned:
    """An indicator of a plan under the definition in force."""

    plan: Plan
    row: PlanIndicator
    yearly: Sequence[Target]

    @cached_property
    def formula(self) -> Formula:
        return FORMULAS[self.row.formula]

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return parse_filter(self.row.filter or "")

    @cached_property
    def final(self) -> Target:
        row = self.row
        return Target(row.target_year, as_written(row.target), Comparator.read(row.op), row.source or self.plan.source)

    def target(self, year: int) -> TargetChoice:
        return target_for(year, self.yearly, self.final)

    @property
    def base(self) -> str:
        """基期值 as the plan prints it: 武隆 12 has ">98"."""
        if self.row.base_written:
            return self.row.base_written
        return f"{as_written(self.row.base):f}" if self.row.base is not None else "—"

    @cached_property
    def indicator(self) -> domain.PlanIndicator:
        row = self.row
        return domain.PlanIndicator(
            plan=self.plan.code,
            number=row.no,
            name=row.name,
            unit=row.unit or "",
            formula=self.formula,
            conditions=self.conditions,
            nature=domain.Nature(row.nature) if row.nature else None,
            span=domain.Span(row.period),
            base_year=row.base_year,
            base=as_written(row.base) if row.base is not None else None,
            group=row.group_name or "",
        )


# ---------------------------------------------------------------- plans


def plans() -> Sequence[Any]:
    """Every plan with its region and how many indicators it has, computed and reported."""
    current = sa.and_(PlanIndicator.plan_id == Plan.id, PlanIndicator.superseded_at.is_(None))
    reported = sa.func.sum(sa.case((PlanIndicator.formula == "reported", 1), else_=0))
    columns = (Plan.id, Plan.code, Plan.name, Plan.from_year, Plan.to_year, Plan.source, Region.code, Region.name)
    return (
        session()
        .execute(
            sa.select(
                *columns[:6],
                Region.code.label("region_code"),
                Region.name.label("region_name"),
                sa.func.count(PlanIndicator.id).label("indicators"),
                sa.func.coalesce(reported, 0).label("reported"),
            )
            .join(Region, Region.id == Plan.region_id)
            .join(PlanIndicator, current, isouter=True)
            .group_by(*columns)
            .order_by(Plan.id)
        )
        .all()
    )


def plan(actor: Actor, code: str) -> Plan | None:
    """One plan; plans are public reference data, so that every reader may see each."""
    return session().scalars(sa.select(Plan).where(Plan.code == code)).first()


def plan_by_code(actor: Actor, code: str) -> Plan:
    found = plan(actor, code)
    if found is None:
        known = session().scalars(sa.select(Plan.code).order_by(Plan.id)).all()
        raise NotLikeThis(
            f"没有编号为“{code[:40]}”的规划，可用编号：{'、'.join(known) or '（基础数据尚未装载）'}", field="plan"
        )
    return found


# ---------------------------------------------------------------- indicators


def indicators(found: Plan, as_of: datetime | None = None) -> list[Planned]:
    """Every indicator of the plan, table rows first, then the targets of the text."""
    rows: dict[str, list[PlanIndicator]] = {}
    for row in session().scalars(
        sa.select(PlanIndicator)
        .where(PlanIndicator.plan_id == found.id)
        .order_by(PlanIndicator.ordinal, PlanIndicator.definition_version)
    ):
        rows.setdefault(row.no, []).append(row)
    yearly = _yearly(found, as_of)
    return [
        Planned(found, current[-1], yearly.get(no, ()))
        for no, versions in rows.items()
        if (current := in_force(versions, as_of))
    ]


def _yearly(found: Plan, as_of: datetime | None) -> dict[str, list[Target]]:
    rows: dict[str, list[YearlyTarget]] = {}
    for row in session().scalars(
        sa.select(YearlyTarget).where(YearlyTarget.plan_id == found.id).order_by(YearlyTarget.year, YearlyTarget.id)
    ):
        rows.setdefault(row.no, []).append(row)
    return {
        no: [
            Target(
                row.year,
                as_written(row.target),
                Comparator.read(row.op),
                row.source or found.source,
                MEANINGS[row.meaning],
            )
            for row in in_force(versions, as_of)
        ]
        for no, versions in rows.items()
    }


def indicator(actor: Actor, code: str, no: str) -> Planned | None:
    """One indicator of a plan under the definition in force now."""
    found = plan(actor, code)
    return next((one for one in indicators(found) if one.row.no == no), None) if found else None


def as_known(planned: Planned, as_of: datetime | None) -> Planned:
    """The indicator under the definition in force at the moment."""
    return planned if as_of is None else indicator_by_number(planned.plan, planned.row.no, as_of)


def indicator_by_number(found: Plan, no: str, as_of: datetime | None = None) -> Planned:
    known = indicators(found, as_of)
    for one in known:
        if one.row.no == no:
            return one
    numbers = "、".join(one.row.no for one in known)
    raise NotLikeThis(f"规划“{found.name}”没有序号为“{no[:20]}”的指标，可用序号：{numbers}", field="no")


def versions(planned: Planned) -> Sequence[PlanIndicator]:
    """Every definition the indicator has had, newest first."""
    row = planned.row
    return (
        session()
        .scalars(
            sa.select(PlanIndicator)
            .where(PlanIndicator.plan_id == row.plan_id, PlanIndicator.no == row.no)
            .order_by(PlanIndicator.definition_version.desc())
        )
        .all()
    )


# ---------------------------------------------------------------- reported values


def _reported(frame: Frame, found: Plan) -> sa.Select[Any]:
    statement = sa.select(ReportedValue).where(
        ReportedValue.plan_id == found.id,
        ReportedValue.region_id == frame.area.id,
        ReportedValue.year == frame.period.year,
    )
    return scope(statement, ReportedValue, frame.actor)


def reported_values(frame: Frame, found: Plan) -> dict[str, ReportedValue]:
    """The newest value of each indicator for the area and the period. A month takes what was so by its end."""
    statement = _reported(frame, found).where(*moment(ReportedValue, frame.as_of))
    by_no: dict[str, ReportedValue] = {}
    for row in session().scalars(statement.order_by(ReportedValue.as_of, ReportedValue.recorded_at, ReportedValue.id)):
        if _within(row, frame):
            by_no[row.no] = row
    return by_no


def _within(row: ReportedValue, frame: Frame) -> bool:
    last = frame.period.months[-1]
    if last == 12:
        return True
    return row.month <= last if row.month is not None else row.as_of <= frame.period.last


def reported_history(frame: Frame, planned: Planned) -> Sequence[Any]:
    """Every value ever reported for the indicator, area and year, newest first, with who entered it and its attachment."""
    statement = (
        _reported(frame, planned.plan)
        .where(ReportedValue.no == planned.row.no)
        .join(User, User.id == ReportedValue.recorded_by_id, isouter=True)
        .join(Attachment, Attachment.id == ReportedValue.attachment_id, isouter=True)
        .add_columns(User.name.label("by_name"), Attachment.filename)
        .order_by(ReportedValue.recorded_at.desc(), ReportedValue.id.desc())
    )
    return session().execute(statement).all()


def own_region(actor: Actor) -> Any:
    """The region of the reader's own organisation, where it has one."""
    return (
        session()
        .execute(
            sa.select(Region.id, Region.code, Region.name)
            .join(Organisation, Organisation.region_id == Region.id)
            .where(Organisation.id == actor.org_id)
        )
        .first()
    )
