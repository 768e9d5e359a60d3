"""Making what a return says: counted from the records as known at its moment, by whoever may see what its organisation sees.

A return is counted for its organisation, not for the person: whoever makes it again later counts the same records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.authorize import reach
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.errors import NotFound
from app.exports import queries, templated
from app.exports.figures import Ledger
from app.exports.made import Counted, Made, OwnWorkbook, figure_of, own_from
from app.exports.models import MonthlyReturn, ReturnFigure
from app.exports.particulars import Particulars
from app.exports.printing import told
from app.exports.sheets import workbook
from app.indicators.frames import Frame, area
from app.indicators.models import Plan
from app.organisations.models import Organisation
from app.reference_data.books import region_book


def period_of(kind: ReturnPeriod, month: int) -> Period:
    """The period whose last month (202611) this is."""
    year, last = divmod(month, 100)
    if kind is ReturnPeriod.MONTH:
        return Period(year, month=last)
    return Period(year, quarter=(last + 2) // 3) if kind is ReturnPeriod.QUARTER else Period(year)


def office(org_id: int) -> Actor:
    """The organisation itself, as whose figures a return is counted."""
    found = session().get(Organisation, org_id)
    if found is None:
        raise NotFound("报表的填报单位已不存在，请联系系统管理员")
    return Actor(None, found.name, frozenset({Role.STATISTICIAN}), found.id, found.path, reach(found.path))


@dataclass(frozen=True, slots=True)
class Moment:
    """As known when, and the head of the history chain then."""

    as_of: datetime
    chain_head: str


def frame_of(found: MonthlyReturn, as_of: datetime | None = None) -> Frame:
    """What a return counts, as known at its own moment or at another."""
    place = area(region_book(), found.region_id)
    return Frame(office(found.org_id), place, period_of(found.period_kind, found.month), as_of or found.as_of)


def build(found: MonthlyReturn, moment: Moment | None = None) -> Made:
    """Count everything, at the return's own moment or at another. Raises NotLikeThis where a template cannot be filled."""
    moment = moment or Moment(found.as_of, found.chain_head)
    frame = frame_of(found, moment.as_of)
    if found.template_id is None:
        return own_workbook(found, frame, moment)
    return templated.form(templated.template_of(found.template_id), frame, particulars(found, moment))


def particulars(found: MonthlyReturn, moment: Moment | None = None) -> Mapping[str, str]:
    """What a form of the authority above may want to be told about the return itself."""
    people = queries.person_names(found.created_by_id, found.approved_by_id)
    return {
        "填报单位": queries.organisation_name(found.org_id), "制表人": people.get(found.created_by_id or 0, "命令行"),
        "审核人": people.get(found.approved_by_id or 0, ""), "报表编号": found.number or "",
        "填报日期": f"{clock.office_time(moment.as_of if moment else found.as_of):%Y-%m-%d}",
        "链头": moment.chain_head if moment else found.chain_head,
    }  # fmt: skip


def own_workbook(found: MonthlyReturn, frame: Frame, moment: Moment) -> OwnWorkbook:
    plan = session().get_one(Plan, found.plan_id)
    about = Particulars(queries.organisation_name(found.org_id), plan, Ledger(frame), frame.period, moment.chain_head)
    sheets = workbook(about, queries.tasks(frame.actor, frame.area.id, frame.period.year, frame.as_of))
    made = OwnWorkbook(sheets, about.head, about.org_name, moment.as_of, ())
    figures = [
        figure_of(one, told(made.cells[one.sheet, one.cell]) if one.cell is not None else None) for one in about.ledger.sources
    ]
    return replace(made, figures=figures)


def kept_figures(return_id: int) -> list[Counted]:
    """The figures of a return as they were made, without their lists."""
    return [one for one, _ in kept_counts(return_id)]


def kept_counts(return_id: int) -> list[tuple[Counted, int | None]]:
    """The same, each with its count."""
    rows = session().scalars(sa.select(ReturnFigure).where(ReturnFigure.return_id == return_id).order_by(ReturnFigure.ordinal))
    return [
        (
            Counted(
                one.sheet, one.cell, one.name, one.definition, one.definition_version, one.filter or "", one.period, one.side, one.value,
                None, one.sha256,
            ),
            one.count,
        )
        for one in rows
    ]  # fmt: skip


def from_kept(found: MonthlyReturn, printed: Mapping[str, Any]) -> Made:
    """The return as it was kept."""
    figures = kept_figures(found.id)
    return own_from(printed, figures) if found.template_id is None else templated.form_from(printed, figures)
