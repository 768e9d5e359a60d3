"""Reading 责令改正: one order, the list with what is overdue, those of an inspection or an enterprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.checklists.models import ChecklistItem
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.rectifications import OPEN, Failing
from app.domain.supervision_kinds import FindingAnswer
from app.domain.supervision_states import InspectionState, RectificationState
from app.inspections.models import Inspection, InspectionFinding
from app.inspections.queries import inspection as inspection_of
from app.inspections.queries import inspections_numbered, inspectors, penalties_of, penalty_of, person_names
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.rectifications.models import RectificationOrder
from app.scope import scope, visible
from app.search.queries import found_by

__all__ = ["inspection_of", "inspections_numbered", "inspectors", "penalties_of", "penalty_of", "person_names"]
PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
OVERDUE, TO_RECHECK, FAILED = "overdue", "recheck", "failed"
DUE: Mapping[str, str] = {OVERDUE: "已逾期", TO_RECHECK: "待复查", FAILED: "复查不合格未处理"}
Row = RectificationOrder
HANDLER, RECHECK = aliased(User), aliased(Inspection)
TERM = sa.func.coalesce(Row.extended_to, Row.due_on)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition."""

    q: str | None = None
    state: RectificationState | None = None
    due: str | None = None
    since: date | None = None
    until: date | None = None


def order(actor: Actor, order_id: int) -> RectificationOrder | None:
    """One order of the actor's reach, as the database has it now."""
    if order_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == order_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def orders_numbered(actor: Actor, written: str) -> Sequence[RectificationOrder]:
    """By number."""
    statement = sa.select(Row).where(Row.number == folded_number(written)).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor).order_by(Row.org_id)).all()


def submitted(key: str) -> int | None:
    """The order that an earlier sending of the same page made."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


def standing_of(inspection_id: int) -> RectificationOrder | None:
    """The order that stands for an inspection: one at a time."""
    statement = sa.select(Row).where(Row.inspection_id == inspection_id, Row.state != RectificationState.VOIDED)
    return session().scalars(statement.order_by(Row.id.desc()).limit(1)).first()


def open_of(inspection_id: int) -> Sequence[RectificationOrder]:
    return session().scalars(sa.select(Row).where(Row.inspection_id == inspection_id, Row.state.in_(OPEN)).order_by(Row.id)).all()


def failing_of(inspection_id: int) -> Sequence[Failing]:
    """The items that were not met, in the order of the checklist."""
    statement = (
        sa.select(ChecklistItem.number, ChecklistItem.text, InspectionFinding.note, ChecklistItem.basis)
        .join(InspectionFinding, InspectionFinding.item_id == ChecklistItem.id)
        .where(InspectionFinding.inspection_id == inspection_id, InspectionFinding.answer == FindingAnswer.FAILS)
        .order_by(ChecklistItem.ordinal)
    )
    return [Failing(row.number, row.text, row.note, row.basis) for row in session().execute(statement)]


def is_void(inspection_id: int) -> bool:
    state = session().scalar(sa.select(Inspection.state).where(Inspection.id == inspection_id))
    return state is InspectionState.VOIDED


# ---------------------------------------------------------------- the list

COLUMNS = (
    Row.id, Row.number, Row.enterprise_id, Row.enterprise_name, Row.inspection_id, Row.state, Row.at_once, Row.ordered_on, Row.due_on,
    Row.extended_to, TERM.label("term"), Row.reported_on, Row.rechecked_on, Row.recheck, Row.recheck_id, Row.rounds, Row.filing_no,
    Row.requirement, Row.basis, Inspection.number.label("inspection_number"), RECHECK.number.label("recheck_number"),
    HANDLER.name.label("handler"), Organisation.name.label("org_name"),
)  # fmt: skip


def overdue(today: date) -> Any:
    """Due today is not late."""
    return sa.and_(Row.state.in_(OPEN), today > TERM)


def _due(due: str | None, today: date) -> list[Any]:
    found: Mapping[str, list[Any]] = {
        OVERDUE: [overdue(today)], TO_RECHECK: [Row.state == RectificationState.REPORTED],
        FAILED: [Row.state == RectificationState.FAILED, Row.filing_no.is_(None)],
    }  # fmt: skip
    return found.get(due or "", [])


def _conditions(filters: Filters, today: date) -> list[Any]:
    found = [Row.state == filters.state] if filters.state is not None else []
    found += _due(filters.due, today)
    found += [Row.ordered_on >= filters.since] if filters.since else []
    found += [Row.ordered_on <= filters.until] if filters.until else []
    if filters.q:
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        searched = found_by(Row.__tablename__, Row.id, filters.q)
        found.append(sa.or_(searched, folded, Row.enterprise_name.contains(filters.q, autoescape=True)))
    return found


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Organisation, Organisation.id == Row.org_id)
        .join(Inspection, Inspection.id == Row.inspection_id)
        .outerjoin(RECHECK, RECHECK.id == Row.recheck_id)
        .outerjoin(HANDLER, HANDLER.id == Row.handler_id)
    )
    return scope(statement.where(*_conditions(filters, today)), Row, actor)


def orders(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """责令改正 by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_order(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def of_enterprise(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """Those of an enterprise, newest first."""
    statement = listed(actor, Filters(), date.max, *COLUMNS).where(Row.enterprise_id == enterprise_id)
    return session().execute(statement.order_by(Row.id.desc()).limit(PAGE)).all()


def of_inspection(actor: Actor, inspection_id: int) -> Sequence[Any]:
    """Those of an inspection, and the one it re-checks."""
    either = sa.or_(Row.inspection_id == inspection_id, Row.recheck_id == inspection_id)
    return session().execute(listed(actor, Filters(), date.max, *COLUMNS).where(either).order_by(Row.id.desc())).all()


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    for due in DUE:
        found[f"due_{due}"] = session().scalar(sa.select(sa.func.count(Row.id)).where(*_due(due, today), visible(Row, actor))) or 0
    return found


def late(actor: Actor, today: date) -> sa.Select[Any]:
    """The ids of what is overdue, for the home page."""
    return scope(sa.select(Row.id).where(overdue(today)), Row, actor)


def row_of(actor: Actor, one: RectificationOrder) -> Any:
    """One order as the list shows it."""
    return session().execute(listed(actor, Filters(), date.max, *COLUMNS).where(Row.id == one.id)).one()
