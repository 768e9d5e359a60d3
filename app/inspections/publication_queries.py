"""Reading 检查结果公示: which finished inspections are to be made public, until when, and which are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.supervision_states import InspectionState, InspectionStep
from app.enterprises.models import Enterprise
from app.inspections.models import Inspection
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.scope import scope

PAGE = 50
COUNTED = 10_000
DUE, LATE, PUBLISHED, CORRECTED, PRIVATE, ALL = "due", "late", "published", "corrected", "private", "all"
STATES: Mapping[str, str] = {
    DUE: "待公示", LATE: "超期未公示", PUBLISHED: "已公示", CORRECTED: "公示后有更正", PRIVATE: "不予公示", ALL: "全部",
}  # fmt: skip
Row = Inspection


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; the days are those of the publication where it is published, else of the inspection's end."""

    state: str = DUE
    q: str | None = None
    since: date | None = None
    until: date | None = None


def corrected() -> Any:
    """Corrected after it was made public: what the public reads may be another thing than the record says."""
    return (
        sa.select(HistoryEntry.id)
        .where(
            HistoryEntry.subject_kind == Row.__tablename__, HistoryEntry.subject_id == Row.id,
            HistoryEntry.step == InspectionStep.CORRECT.value, HistoryEntry.at > Row.published_at,
        )
        .correlate(Row)
        .exists()
    )  # fmt: skip


def _state(state: str, today: date) -> list[Any]:
    open_ = [Row.published_on.is_(None), Row.not_public.is_(None)]
    found: Mapping[str, list[Any]] = {
        DUE: open_, LATE: [*open_, Row.publish_due_on < today], PUBLISHED: [Row.published_on.is_not(None)],
        CORRECTED: [Row.published_on.is_not(None), corrected()], PRIVATE: [Row.not_public.is_not(None)],
    }  # fmt: skip
    return [Row.state == InspectionState.FINISHED, *found.get(state, [])]


def _conditions(filters: Filters, today: date) -> list[Any]:
    day = sa.func.coalesce(Row.published_on, Row.finished_on)
    found = _state(filters.state, today)
    found += [day >= filters.since] if filters.since else []
    found += [day <= filters.until] if filters.until else []
    found += [Row.enterprise_name.contains(filters.q, autoescape=True)] if filters.q else []
    return found


COLUMNS = (
    Row.id, Row.number, Row.enterprise_id, Row.enterprise_name, Enterprise.credit_code, Row.kind, Row.nature, Row.inspected_on, Row.result,
    Row.measure, Row.finished_on, Row.publish_due_on, Row.published_on, Row.published_where, Row.not_public,
    Organisation.name.label("org_name"), corrected().label("corrected"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Enterprise, Enterprise.id == Row.enterprise_id)
        .join(Organisation, Organisation.id == Row.org_id)
    )
    return scope(statement.where(*_conditions(filters, today)), Row, actor)


def results(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """Finished inspections by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_result(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Row.inspected_on, Row.id).limit(COUNTED)).all()


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    """How many stand as what; one statement."""
    figures = [sa.func.count().filter(sa.and_(*_state(name, today))).label(name) for name in STATES]
    statement = scope(sa.select(*figures).select_from(Row).where(Row.state == InspectionState.FINISHED), Row, actor)
    return dict(session().execute(statement).one()._mapping)


def chosen(actor: Actor, ids: Sequence[int]) -> Sequence[Inspection]:
    """Those of these ids that the actor may see."""
    statement = sa.select(Row).where(Row.id.in_(ids)).order_by(Row.id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).all()


def corrected_since(inspection: Inspection) -> bool:
    """The same of one."""
    return bool(session().scalar(sa.select(sa.func.count()).select_from(Row).where(Row.id == inspection.id, corrected())))
