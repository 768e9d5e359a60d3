"""Cases, read: one case with what belongs to it, the list, and the rows that decide whether a case is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import keyset
from app.accounts.models import User, UserRole
from app.db import session
from app.disposal import paging, urging_queries
from app.disposal.clocks import LIVE
from app.disposal.models import DisposalCase, Party
from app.disposal.paging import LARGEST_ID
from app.domain import deadlines
from app.domain.actors import Actor, Role
from app.domain.deadlines import DeadlineLight
from app.domain.disposal import folded_number
from app.domain.samples import Verdict
from app.domain.workflow import CaseState
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data.books import calendar
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.scope import below, scope
from app.search.queries import found_by

COUNTED, MOST_AT_ONCE = 10_000, 500
LIVE_STATES = "live"
ALL_STATES = "all"


def case(actor: Actor, case_id: int) -> DisposalCase | None:
    """One case of the actor's reach, with its sample and its people, as the database has it now."""
    if case_id > LARGEST_ID:
        return None
    return session().scalars(_whole(actor).where(DisposalCase.id == case_id)).first()


def numbers_of(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """The numbers of these cases as far as they are of the actor's reach."""
    statement = sa.select(DisposalCase.id, DisposalCase.number).where(DisposalCase.id.in_(ids[:MOST_AT_ONCE]))
    return {row.id: row.number for row in session().execute(scope(statement, DisposalCase, actor))}


def case_numbered(actor: Actor, number: str, org_code: str | None = None) -> Sequence[DisposalCase]:
    """The cases with this number: each bureau counts its own, so there may be several in the reach of a city."""
    statement = _whole(actor).where(DisposalCase.number == folded_number(number))
    if org_code:
        statement = statement.where(DisposalCase.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(statement.order_by(DisposalCase.org_id)).all()


def _whole(actor: Actor) -> sa.Select[tuple[DisposalCase]]:
    people = (DisposalCase.handler, DisposalCase.submitted_by, DisposalCase.approved_by)
    return scope(
        sa.select(DisposalCase)
        .options(joinedload(DisposalCase.sample), selectinload(DisposalCase.quantities), *map(joinedload, people))
        .execution_options(populate_existing=True),
        DisposalCase,
        actor,
    )


def organisation_name(org_id: int) -> str:
    """The bureau that holds a case."""
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or ""


def person(user_id: int | None) -> str | None:
    """Who that was."""
    return session().scalar(sa.select(User.name).where(User.id == user_id)) if user_id else None


def failing_rows(sample_ids: Sequence[int]) -> Mapping[int, list[ResultRow]]:
    """不合格项 of the reports in force, by sample, in the order of the reports."""
    found: dict[int, list[ResultRow]] = {}
    for start in range(0, len(sample_ids), 500):
        statement = (
            sa.select(ResultRow)
            .join(ResultReport, ResultReport.id == ResultRow.report_id)
            .where(
                ResultRow.sample_id.in_(sample_ids[start : start + 500]),
                ResultReport.superseded_at.is_(None),
                ResultRow.verdict == Verdict.FAIL,
            )
            .options(joinedload(ResultRow.report))
            .order_by(ResultRow.sample_id, ResultRow.report_id, ResultRow.ordinal)
        )
        for row in session().scalars(statement):
            found.setdefault(row.sample_id, []).append(row)
    return found


def other_cases(actor: Actor, of: DisposalCase) -> Sequence[DisposalCase]:
    """The cases of the same batch's other party: 生产 and 经营 are disposed in parallel."""
    statement = sa.select(DisposalCase).where(DisposalCase.sample_id == of.sample_id, DisposalCase.id != of.id)
    return session().scalars(scope(statement, DisposalCase, actor).order_by(DisposalCase.id)).all()


def bureaus_by_region() -> Mapping[int, Organisation]:
    """The working bureau of each region, where this installation has one."""
    found: dict[int, Organisation] = {}
    for bureau in session().scalars(
        sa.select(Organisation)
        .where(Organisation.kind == OrganisationKind.BUREAU, Organisation.active, Organisation.region_id.is_not(None))
        .order_by(Organisation.id)
    ):
        found.setdefault(bureau.region_id or 0, bureau)
    return found


def handlers(actor: Actor) -> list[tuple[int, str]]:
    """Who may handle cases in the actor's reach, for the filter of the list."""
    rows = session().execute(
        sa.select(User.id, User.name)
        .where(below(actor, User.org_id), User.id.in_(sa.select(UserRole.user_id).where(UserRole.role == Role.HANDLER)))
        .order_by(User.org_id, User.id)
    )
    return [(row.id, row.name) for row in rows]


def bureaus(actor: Actor) -> list[tuple[int, str]]:
    """The bureaus in the actor's reach, for the filter of the list."""
    rows = session().execute(
        sa.select(Organisation.id, Organisation.name)
        .where(below(actor, Organisation.id), Organisation.kind != OrganisationKind.LABORATORY)
        .order_by(Organisation.path)
    )
    return [(row.id, row.name) for row in rows]


# ---------------------------------------------------------------- the list

@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``state`` is a state's value, ``live`` (未办结) or ``all``."""

    state: str = LIVE_STATES
    party: Party | None = None
    light: DeadlineLight | None = None
    handler_id: int | None = None
    org_id: int | None = None
    word: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    urged: str | None = None
    exempted: str | None = None  # 2026-11: closed in this month with elements exempted
    by_urging: bool = False  # the highest level of 督促 first, else due soonest first


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the order asked for; ``before`` and ``after`` are keys."""

    rows: Sequence[Any]
    total: str
    before: str | None
    after: str | None


COLUMNS = (
    DisposalCase.id, DisposalCase.number, DisposalCase.party, DisposalCase.mode, DisposalCase.party_name,
    DisposalCase.failing_items, DisposalCase.state, DisposalCase.received_on, DisposalCase.start_due_on,
    DisposalCase.started_on, DisposalCase.due_on, DisposalCase.due_provisional, DisposalCase.closed_on,
    Sample.number.label("sample_number"), Sample.product_name, Sample.sampled_name,
    User.name.label("handler_name"), Organisation.name.label("org_name"), DisposalCase.version,
    urging_queries.reached().label("urged"),
)


def cases(actor: Actor, filters: Filters, today: date, *, after: str | None = None, before: str | None = None) -> Page:
    """核查处置列表."""
    chosen = chosen_cases(actor, filters, today)
    rows, earlier, later = paging.cut(chosen, after, before, filters.by_urging)
    return Page(
        rows,
        keyset.total(chosen.with_only_columns(DisposalCase.id), COUNTED),
        paging.key(rows[0], filters.by_urging) if rows and earlier else None,
        paging.key(rows[-1], filters.by_urging) if rows and later else None,
    )


def every_case(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for commands and exports."""
    ordered = chosen_cases(actor, filters, today).order_by(*paging.order(filters.by_urging))
    return session().execute(ordered).all()


def chosen_cases(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    statement = scope(
        sa.select(*COLUMNS)
        .join(Sample, Sample.id == DisposalCase.sample_id)
        .join(Organisation, Organisation.id == DisposalCase.org_id)
        .outerjoin(User, User.id == DisposalCase.handler_id),
        DisposalCase,
        actor,
    )
    return statement.where(*_conditions(actor, filters, today))


def _conditions(actor: Actor, filters: Filters, today: date) -> list[sa.ColumnElement[bool]]:
    equal = (
        (DisposalCase.party, filters.party),
        (DisposalCase.handler_id, filters.handler_id),
        (DisposalCase.org_id, filters.org_id),
    )
    found = [column == value for column, value in equal if value is not None]
    found += _in_state(filters.state)
    if filters.due_from:
        found.append(DisposalCase.due_on >= filters.due_from)
    if filters.due_to:
        found.append(DisposalCase.due_on <= filters.due_to)
    if filters.word:
        found.append(_mentions(filters.word))
    if filters.light:
        found.append(_lit(actor, filters.light, today))
    if filters.urged:
        found.append(urging_queries.in_urging(filters.urged, today))
    if filters.exempted:
        found += exempted_in(filters.exempted)
    return found


def _in_state(state: str) -> list[sa.ColumnElement[bool]]:
    if state == ALL_STATES:
        return []
    return [DisposalCase.state.in_(LIVE)] if state == LIVE_STATES else [DisposalCase.state == CaseState(state)]


def _mentions(text: str) -> sa.ColumnElement[bool]:
    named = (
        DisposalCase.party_name, DisposalCase.failing_items, Sample.product_name, Sample.sampled_name, Sample.producer_name,
    )
    return sa.or_(
        found_by(DisposalCase.__tablename__, DisposalCase.id, text),
        *(column.contains(text, autoescape=True) for column in named),
        DisposalCase.number.contains(folded_number(text), autoescape=True),
        Sample.number.contains(folded_number(text).upper(), autoescape=True),
    )


def _lit(actor: Actor, light: DeadlineLight, today: date) -> sa.ColumnElement[bool]:
    """Open cases under this light. Amber depends on working days, so the few pairs of dates that occur are asked one by one."""
    open_cases = DisposalCase.state.in_(LIVE)
    if light is DeadlineLight.RED:
        return sa.and_(open_cases, DisposalCase.due_on < today)
    pairs = session().execute(
        scope(
            sa.select(DisposalCase.received_on, DisposalCase.due_on).where(open_cases, DisposalCase.due_on >= today),
            DisposalCase,
            actor,
        ).distinct()
    ).all()
    days = calendar()
    wanted = [
        (received_on, due_on)
        for received_on, due_on in pairs
        if deadlines.light(received_on, due_on, today, days) is light
    ]
    if not wanted:
        return sa.false()
    return sa.and_(open_cases, sa.tuple_(DisposalCase.received_on, DisposalCase.due_on).in_(wanted))


def exempted_in(month: str) -> list[sa.ColumnElement[bool]]:
    """免除办结要件 that were approved with their case in this month."""
    first = date(int(month[:4]), int(month[5:7]), 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return [DisposalCase.exempted_by_id.is_not(None), DisposalCase.closed_on >= first, DisposalCase.closed_on < following]


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    """Cases by state, and of the open ones those overdue (an index on organisation, state and due date answers)."""
    past = sa.func.sum(sa.case((DisposalCase.due_on < today, 1), else_=0))
    grouped = scope(sa.select(DisposalCase.state, sa.func.count(), past), DisposalCase, actor).group_by(DisposalCase.state)
    rows = session().execute(grouped).all()
    found: dict[str, int] = {state.value: number for state, number, _ in rows}
    return {
        **{state.value: found.get(state.value, 0) for state in CaseState},
        LIVE_STATES: sum(found.get(state.value, 0) for state in LIVE),
        ALL_STATES: sum(found.values()),
        "overdue": sum(int(late) for state, _, late in rows if state in LIVE),
        "amber": _nearly_due(actor, today),
    }


def _nearly_due(actor: Actor, today: date) -> int:
    """Open cases under the amber light, as each of them is lit on the list and on the home page."""
    pairs = scope(
        sa.select(DisposalCase.received_on, DisposalCase.due_on, sa.func.count())
        .where(DisposalCase.state.in_(LIVE), DisposalCase.due_on >= today)
        .group_by(DisposalCase.received_on, DisposalCase.due_on),
        DisposalCase,
        actor,
    )
    days = calendar()
    return sum(
        number for received_on, due_on, number in session().execute(pairs)
        if deadlines.light(received_on, due_on, today, days) is DeadlineLight.AMBER
    )  # fmt: skip
