"""Reading 判定复核: the list, one decision, what stands beside an item, and the items somebody wants decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.db import session
from app.decisions.models import VerdictDecision
from app.domain.actors import Actor
from app.domain.decisions import same_finding
from app.domain.workflow import DecisionState
from app.paging import page_size
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.scope import scope

PAGE = 50
MOST = 200  # items in one proposal, decisions in one go
LARGEST_ID = 2**63 - 1
PROPOSER, DECIDER = aliased(User), aliased(User)
SHOWN = (DecisionState.PROPOSED, DecisionState.DECIDED, DecisionState.DECLINED)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``mine`` is the person's own proposals."""

    state: DecisionState | None = DecisionState.PROPOSED
    mine: bool = False
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None
    newer: bool
    total: int


def decision(actor: Actor, decision_id: int) -> VerdictDecision | None:
    """One decision with its sample, item and report, as the database has it now."""
    if decision_id > LARGEST_ID:
        return None
    statement = (
        sa.select(VerdictDecision)
        .where(VerdictDecision.id == decision_id)
        .options(joinedload(VerdictDecision.sample), joinedload(VerdictDecision.row).joinedload(ResultRow.report))
        .execution_options(populate_existing=True)
    )
    return session().scalars(scope(statement, VerdictDecision, actor)).first()


def listed(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """Every decision under these conditions, with its sample, item and people."""
    return scope(
        sa.select(
            *VerdictDecision.__table__.c, Sample.number.label("sample_number"), Sample.product_name,
            ResultRow.result_written, ResultRow.unit, ResultRow.limit_text, PROPOSER.name.label("proposer"),
            DECIDER.name.label("decider"),
        )
        .join(Sample, Sample.id == VerdictDecision.sample_id)
        .join(ResultRow, ResultRow.id == VerdictDecision.result_row_id)
        .join(PROPOSER, PROPOSER.id == VerdictDecision.proposed_by_id, isouter=True)
        .join(DECIDER, DECIDER.id == VerdictDecision.decided_by_id, isouter=True),
        VerdictDecision,
        actor,
    ).where(*_conditions(actor, filters))  # fmt: skip


def decisions(actor: Actor, filters: Filters, before: int | None = None, size: int = PAGE) -> Page:
    size = page_size(size)
    statement = listed(actor, filters)
    total = session().scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(VerdictDecision.id).subquery()))
    chosen = statement.where(VerdictDecision.id < before) if before is not None else statement
    rows = session().execute(chosen.order_by(VerdictDecision.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, total or 0)


def _conditions(actor: Actor, filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.state is not None:
        found.append(VerdictDecision.state == filters.state)
    if filters.mine:
        found.append(VerdictDecision.proposed_by_id == actor.user_id)
    if filters.word:
        named = (VerdictDecision.item, Sample.product_name, Sample.number)
        found.append(sa.or_(*(column.contains(filters.word, autoescape=True) for column in named)))
    return found


def counts(actor: Actor) -> Mapping[DecisionState, int]:
    statement = sa.select(VerdictDecision.state, sa.func.count()).group_by(VerdictDecision.state)
    return {state: number for state, number in session().execute(scope(statement, VerdictDecision, actor))}


def several(actor: Actor, ids: Sequence[int]) -> list[VerdictDecision]:
    """These decisions in the actor's scope, in the order asked for."""
    statement = scope(sa.select(VerdictDecision), VerdictDecision, actor).where(VerdictDecision.id.in_(ids[:MOST]))
    loaded = statement.options(joinedload(VerdictDecision.sample)).execution_options(populate_existing=True)
    found = {one.id: one for one in session().scalars(loaded)}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


# ---------------------------------------------------------------- beside an item

def of_sample(actor: Actor, sample_id: int) -> Mapping[int, list[Any]]:
    """Every decision about the sample by result row, newest first, for those who may read them."""
    statement = _told().where(VerdictDecision.sample_id == sample_id)
    return _by_row(session().execute(scope(statement, VerdictDecision, actor)).all())


def of_rows(actor: Actor, row_ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """Decisions about these result rows, newest first."""
    statement = _told().where(VerdictDecision.result_row_id.in_(row_ids))
    return _by_row(session().execute(scope(statement, VerdictDecision, actor)).all())


def evidence(sample_id: int) -> Sequence[Any]:
    """What was decided about the items of a sample, for a case of it: who may read the case may read what it rests on."""
    statement = _told().where(VerdictDecision.sample_id == sample_id, VerdictDecision.state == DecisionState.DECIDED)
    return session().execute(statement).all()


def _told() -> sa.Select[Any]:
    return (
        sa.select(
            *VerdictDecision.__table__.c, PROPOSER.name.label("proposer"), DECIDER.name.label("decider"),
            ResultReport.report_no,
        )
        .join(ResultReport, ResultReport.id == VerdictDecision.report_id)
        .join(PROPOSER, PROPOSER.id == VerdictDecision.proposed_by_id, isouter=True)
        .join(DECIDER, DECIDER.id == VerdictDecision.decided_by_id, isouter=True)
        .order_by(VerdictDecision.id.desc())
    )  # fmt: skip


def _by_row(rows: Sequence[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.result_row_id, []).append(row)
    return found


# ---------------------------------------------------------------- what may be proposed

def result_rows(actor: Actor, ids: Sequence[int]) -> list[ResultRow]:
    """These items of reports in force with their reports and samples, in the order asked for."""
    found = {row.id: row for row in _rows(actor, ResultRow.id.in_(ids[:MOST]))}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def rows_named(actor: Actor, number: str, item: str, report_no: str | None = None) -> Sequence[ResultRow]:
    """The items of this name on the reports in force of this sample."""
    named = sa.or_(ResultRow.item == item, ResultRow.item_written == item)
    of_report = ResultReport.report_no == report_no if report_no else sa.true()
    return _rows(actor, Sample.number == number, named, of_report)


def _rows(actor: Actor, *conditions: sa.ColumnElement[bool]) -> Sequence[ResultRow]:
    """Rows of reports in force with their reports and samples."""
    statement = (
        sa.select(ResultRow)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(ResultReport.superseded_at.is_(None), *conditions)
        .options(joinedload(ResultRow.report).joinedload(ResultReport.sample))
        .order_by(ResultRow.id)
        .execution_options(populate_existing=True)
    )
    return session().scalars(scope(statement, ResultRow, actor)).all()


def earlier(actor: Actor, rows: Sequence[Any]) -> Mapping[int, VerdictDecision]:
    """For rows in force: the latest lapsed decision about the same item of the same sample, where nothing it rested on has changed.

    ``rows`` have id, sample_id and the columns of ``domain.decisions.Found``. A row with a decision of its own is left out.
    """
    taken = {row_id for row_id, found in of_rows(actor, [row.id for row in rows]).items() if any(one.state in SHOWN for one in found)}
    statement = (
        sa.select(VerdictDecision)
        .where(
            VerdictDecision.sample_id.in_({row.sample_id for row in rows}), VerdictDecision.state == DecisionState.LAPSED,
            VerdictDecision.decided_by_id.is_not(None),
        )
        .options(joinedload(VerdictDecision.row))
        .order_by(VerdictDecision.id)
    )
    by_item: dict[tuple[int, str], VerdictDecision] = {
        (one.sample_id, one.item): one for one in session().scalars(scope(statement, VerdictDecision, actor))
    }
    found = {}
    for row in rows:
        lapsed = by_item.get((row.sample_id, row.item))
        if lapsed is not None and row.id not in taken and same_finding(lapsed.row, row):
            found[row.id] = lapsed
    return found


def in_its_place(actor: Actor, lapsed: VerdictDecision) -> ResultRow | None:
    """The row in force about which a lapsed decision may be proposed again."""
    rows = _rows(actor, ResultRow.sample_id == lapsed.sample_id, ResultRow.item == lapsed.item)
    offered = earlier(actor, rows)
    return next((row for row in rows if row.id in offered and offered[row.id].id == lapsed.id), None)
