"""Reading 企业自查报告: what is owed, received and overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.db import session
from app.domain.actors import Actor
from app.domain.supervision_states import SelfReportState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.keyset import Page, counted, page
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.scope import scope
from app.self_reports.models import SelfReport

PAGE = 50
COUNTED = 100_000
EXPORTED = 20_000
LARGEST_ID = 2**63 - 1
PART = 500
OVERDUE = "overdue"
Row = SelfReport


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``overdue``: owed still, past the day it was due."""

    q: str | None = None
    state: SelfReportState | None = None
    overdue: bool = False
    kind: str | None = None
    period: str | None = None
    station_id: int | None = None
    region_id: int | None = None


def self_report(actor: Actor, report_id: int) -> SelfReport | None:
    """One report of the actor's reach with its enterprise, as the database has it now."""
    if report_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == report_id).options(joinedload(Row.enterprise))
    return session().scalars(scope(statement.execution_options(populate_existing=True), Row, actor)).first()


def chosen(actor: Actor, ids: Sequence[int]) -> Sequence[SelfReport]:
    """These reports, as far as the actor's reach goes, in the order of the list."""
    statement = sa.select(Row).where(Row.id.in_(list(ids)[:PART])).options(joinedload(Row.enterprise))
    return session().scalars(scope(statement.execution_options(populate_existing=True), Row, actor).order_by(Row.id.desc())).all()


def of_firm_and_period(actor: Actor, enterprise_id: int, period: str, kind: str | None) -> Sequence[SelfReport]:
    statement = sa.select(Row).where(Row.enterprise_id == enterprise_id, Row.period == period).options(joinedload(Row.enterprise))
    if kind is not None:
        statement = statement.where(Row.kind == kind)
    return session().scalars(scope(statement.execution_options(populate_existing=True), Row, actor).order_by(Row.id)).all()


def enterprises_named(actor: Actor, written: str) -> Sequence[Enterprise]:
    """By 统一社会信用代码 or the whole name."""
    named = sa.or_(Enterprise.credit_code == written.strip().upper(), Enterprise.name == written.strip())
    return session().scalars(scope(sa.select(Enterprise).where(named).limit(3), Enterprise, actor)).all()


# ---------------------------------------------------------------- what is to be owed

def owing(actor: Actor, kind: str, region_id: int | None = None) -> sa.Select[Any]:
    """在产 enterprises of the kind in the actor's reach: id, organisation and name."""
    of_kind = sa.select(EnterpriseKind.enterprise_id).where(EnterpriseKind.kind == kind)
    statement = sa.select(Enterprise.id, Enterprise.org_id, Enterprise.name).where(
        Enterprise.id.in_(of_kind), Enterprise.status == EnterpriseStatus.ACTIVE
    )
    book = region_book()
    if region_id is not None and region_id in book:
        statement = statement.where(Enterprise.region_id.in_(book.below(region_id)))
    return scope(statement, Enterprise, actor)


def lacking(actor: Actor, kind: str, period: str, region_id: int | None = None) -> sa.Select[Any]:
    """Those of them that have no report of the period yet, owed, received or waived."""
    has = sa.select(Row.enterprise_id).where(Row.kind == kind, Row.period == period)
    return owing(actor, kind, region_id).where(Enterprise.id.not_in(has)).order_by(Enterprise.id)


def counted_owing(actor: Actor, kind: str, period: str, region_id: int | None = None) -> tuple[int, int]:
    """How many enterprises of the kind there are, and how many of them have no report of the period yet."""
    every, new = owing(actor, kind, region_id), lacking(actor, kind, period, region_id).order_by(None)
    total, fresh = (session().scalar(sa.select(sa.func.count()).select_from(one.subquery())) or 0 for one in (every, new))
    return total, fresh


# ---------------------------------------------------------------- the list

COLUMNS = (
    Row.id, Row.enterprise_id, Row.kind, Row.period, Row.due_on, Row.state, Row.urged_on, Row.urgings, Row.received_on, Row.problems,
    Row.rectified, Row.version, Enterprise.name.label("enterprise_name"), Enterprise.credit_code,
    Enterprise.status.label("enterprise_status"), Enterprise.region_id, Organisation.name.label("org_name"),
)  # fmt: skip


def late(today: date) -> list[Any]:
    return [Row.state == SelfReportState.DUE, Row.due_on < today]


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Enterprise, Enterprise.id == Row.enterprise_id)
        .join(Organisation, Organisation.id == Row.org_id)
    )
    wanted = (
        (Row.state, filters.state), (Row.kind, filters.kind), (Row.period, filters.period),
        (Enterprise.station_id, filters.station_id),
    )  # fmt: skip
    for column, value in wanted:
        if value is not None:
            statement = statement.where(column == value)
    if filters.overdue:
        statement = statement.where(*late(today))
    book = region_book()
    if filters.region_id is not None and filters.region_id in book:
        statement = statement.where(Enterprise.region_id.in_(book.below(filters.region_id)))
    if filters.q:
        found = Enterprise.name.contains(filters.q, autoescape=True)
        statement = statement.where(sa.or_(found, Enterprise.credit_code == filters.q.upper()))
    return scope(statement, Row, actor)


def self_reports(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """The reports by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=size, most=COUNTED)


def every_self_report(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Row.id.desc()).limit(EXPORTED)).all()


def of_enterprise(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """Every report of an enterprise, newest first."""
    statement = listed(actor, Filters(), date.max, *COLUMNS).where(Row.enterprise_id == enterprise_id)
    return session().execute(statement.order_by(Row.period.desc(), Row.id.desc())).all()


def counts(actor: Actor, filters: Filters, today: date) -> Mapping[str, int]:
    """How many stand in each state under the other conditions, and how many of the owed are overdue."""
    rest = Filters(q=filters.q, kind=filters.kind, period=filters.period, station_id=filters.station_id, region_id=filters.region_id)
    grouped = listed(actor, rest, today, Row.state, sa.func.count()).group_by(Row.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    return {**found, OVERDUE: counted(listed(actor, rest, today, Row.id).where(*late(today)), COUNTED)}


def known_periods(actor: Actor) -> list[str]:
    """Periods that somebody owes a report of, newest first."""
    return list(session().scalars(scope(sa.select(Row.period).distinct(), Row, actor).order_by(Row.period.desc()).limit(PAGE)))


def stations(actor: Actor) -> Sequence[Any]:
    """责任监管所 of enterprises that owe a report."""
    named = sa.select(Enterprise.station_id).where(Enterprise.id.in_(scope(sa.select(Row.enterprise_id), Row, actor)))
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(named))
    return session().execute(statement.order_by(Organisation.code)).all()
