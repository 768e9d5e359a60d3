"""限时报告, read: the list, one report with its sample and failing items, what waits on somebody's desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.blinding import is_blind
from app.db import session
from app.domain.actors import Actor
from app.domain.deadlines import DeadlineLight
from app.domain.samples import ItemClass, Verdict
from app.domain.urgent import AMBER
from app.domain.workflow import UrgentState
from app.organisations.models import Organisation, OrganisationKind
from app.paging import page_size
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.scope import scope
from app.urgent.models import UrgentReport

ON_DESK = 10
LARGEST_ID = 2**63 - 1
LIVE_STATES, ALL_STATES = "live", "all"
UNFINISHED = (UrgentState.OPEN, UrgentState.REPORTED)
DONE = (UrgentState.REPORTED, UrgentState.ACKNOWLEDGED)
COLUMNS = (
    UrgentReport.id, UrgentReport.number, UrgentReport.state, UrgentReport.items, UrgentReport.trigger, UrgentReport.confirmed_at,
    UrgentReport.due_at, UrgentReport.reported_at, UrgentReport.acknowledged_at, UrgentReport.sample_id, UrgentReport.org_id,
    UrgentReport.laboratory_org_id, Sample.number.label("sample_number"), Sample.product_name, Sample.sampled_name,
    Sample.producer_name, Sample.laboratory, Organisation.name.label("org_name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``state`` is a state's value, ``live`` (未签收) or ``all``."""

    state: str = LIVE_STATES
    light: DeadlineLight | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None
    newer: bool
    total: int


def report(actor: Actor, report_id: int) -> UrgentReport | None:
    """One report with its sample, as the database has it now."""
    return _one(actor, UrgentReport.id == report_id) if report_id <= LARGEST_ID else None


def numbered(actor: Actor, number: str) -> UrgentReport | None:
    """A report by its own number or that of its sample."""
    named = sa.or_(UrgentReport.number == number.strip(), Sample.number == number.strip().upper())
    return _one(actor, UrgentReport.sample_id == Sample.id, named)


def _one(actor: Actor, *conditions: sa.ColumnElement[bool]) -> UrgentReport | None:
    statement = (
        sa.select(UrgentReport)
        .join(Sample, Sample.id == UrgentReport.sample_id)
        .where(*conditions)
        .options(joinedload(UrgentReport.sample))
        .execution_options(populate_existing=True)
    )
    return session().scalars(scope(statement, UrgentReport, actor)).first()


def reports(actor: Actor, filters: Filters, now: datetime, before: int | None = None) -> Page:
    size = page_size()
    found = chosen(actor, filters, now)
    total = session().scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(UrgentReport.id).subquery()))
    if before is not None:
        found = found.where(UrgentReport.id < before)
    rows = session().execute(found.order_by(UrgentReport.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, total or 0)


def every_report(actor: Actor, filters: Filters, now: datetime) -> Sequence[Any]:
    """The whole list, for commands and exports."""
    return session().execute(chosen(actor, filters, now).order_by(UrgentReport.due_at, UrgentReport.id)).all()


def on_desk(actor: Actor, now: datetime, *, acknowledging: bool) -> tuple[Sequence[Any], int, int]:
    """What waits, the most urgent first; how many in all, and how many of them are late. Reported ones wait for who acknowledges."""
    states = UNFINISHED if acknowledging else (UrgentState.OPEN,)
    chosen = _listed(actor).where(UrgentReport.state.in_(states))
    ids = chosen.with_only_columns(UrgentReport.id)
    total = session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0
    if not total:
        return [], 0, 0
    overdue = ids.where(UrgentReport.state == UrgentState.OPEN, UrgentReport.due_at < now)
    late = session().scalar(sa.select(sa.func.count()).select_from(overdue.subquery())) or 0
    return session().execute(chosen.order_by(UrgentReport.due_at, UrgentReport.id).limit(ON_DESK)).all(), total, late


def counts(actor: Actor, now: datetime) -> Mapping[str, int]:
    grouped = scope(sa.select(UrgentReport.state, sa.func.count()), UrgentReport, actor).group_by(UrgentReport.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    late = _listed(actor).with_only_columns(UrgentReport.id).where(*_lit(DeadlineLight.RED, now), UrgentReport.state == UrgentState.OPEN)
    return {
        **{state.value: found.get(state.value, 0) for state in UrgentState},
        LIVE_STATES: sum(found.get(state.value, 0) for state in UNFINISHED), ALL_STATES: sum(found.values()),
        "overdue": session().scalar(sa.select(sa.func.count()).select_from(late.subquery())) or 0,
    }  # fmt: skip


def _listed(actor: Actor) -> sa.Select[Any]:
    return scope(
        sa.select(*COLUMNS)
        .join(Sample, Sample.id == UrgentReport.sample_id)
        .join(Organisation, Organisation.id == UrgentReport.org_id),
        UrgentReport,
        actor,
    )


def chosen(actor: Actor, filters: Filters, now: datetime) -> sa.Select[Any]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.state == LIVE_STATES:
        found.append(UrgentReport.state.in_(UNFINISHED))
    elif filters.state != ALL_STATES:
        found.append(UrgentReport.state == UrgentState(filters.state))
    if filters.light:
        found += _lit(filters.light, now)
    if filters.word:
        named: list[Any] = [UrgentReport.number, UrgentReport.items, Sample.number, Sample.product_name]
        if not is_blind(actor):
            named += [Sample.sampled_name, Sample.producer_name]
        found.append(sa.or_(*(column.contains(filters.word, autoescape=True) for column in named)))
    return _listed(actor).where(*found)


def _lit(light: DeadlineLight, now: datetime) -> list[sa.ColumnElement[bool]]:
    """As ``domain.urgent.light`` says it, in SQL."""
    alive = UrgentReport.state != UrgentState.CANCELLED
    moment = sa.func.coalesce(UrgentReport.reported_at, now)
    if light is DeadlineLight.RED:
        return [alive, moment > UrgentReport.due_at]
    close = sa.and_(UrgentReport.reported_at.is_(None), UrgentReport.due_at <= now + AMBER)
    return [alive, moment <= UrgentReport.due_at, close if light is DeadlineLight.AMBER else sa.not_(close)]


# ---------------------------------------------------------------- around one report

def adverse_rows(sample_id: int) -> Sequence[ResultRow]:
    """不合格项, 问题项 and detected 非食用物质 of the reports in force. The caller has fetched the report in scope."""
    adverse = sa.or_(ResultRow.verdict.in_((Verdict.FAIL, Verdict.PROBLEM)), sa.and_(
        ResultRow.item_class == ItemClass.ILLEGAL, ResultRow.verdict == Verdict.UNDECIDED))
    return session().scalars(
        sa.select(ResultRow)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultRow.sample_id == sample_id, ResultReport.superseded_at.is_(None), adverse, ResultRow.pending.is_(False))
        .options(joinedload(ResultRow.report))
        .order_by(ResultRow.report_id, ResultRow.ordinal)
    ).all()


def names(*org_ids: int | None) -> Mapping[int | None, str]:
    rows = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_([one for one in org_ids if one])))
    return {number: name for number, name in rows}


def bureau_of_region(region_id: int | None) -> str | None:
    """The working bureau of a region, where this installation has one."""
    if region_id is None:
        return None
    statement = sa.select(Organisation.name).where(
        Organisation.region_id == region_id, Organisation.kind == OrganisationKind.BUREAU, Organisation.active
    )
    return session().scalar(statement.order_by(Organisation.id))


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    rows = session().execute(sa.select(User.id, User.name).where(User.id.in_([one for one in ids if one])))
    return {number: name for number, name in rows}


def of_sample(actor: Actor, sample_id: int) -> UrgentReport | None:
    return session().scalars(scope(sa.select(UrgentReport).where(UrgentReport.sample_id == sample_id), UrgentReport, actor)).first()
