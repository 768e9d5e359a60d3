"""Reading 年度检查安排: the list with its lights, one duty, figures by month, station and person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import keyset
from app.accounts.models import User, UserRole
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.inspection_frequency import Frequency
from app.domain.inspection_schedule import slots
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise
from app.inspections.models import Inspection
from app.inspections.queries import inspectors
from app.organisations.models import Organisation
from app.paging import page_size
from app.schedules.models import InspectionDuty
from app.scope import below, scope

__all__ = ["inspectors"]
COUNTED = 10_000
EXPORTED = 50_000
LARGEST_ID = 2**63 - 1
MONTH, OVERDUE, UNPLANNED, OPEN, DONE, CANCELLED, ALL = "month", "overdue", "unplanned", "open", "done", "cancelled", "all"
STATES: Mapping[str, str] = {
    OPEN: "待检查", MONTH: "本月到期", OVERDUE: "已逾期", UNPLANNED: "未安排检查", DONE: "已检查", CANCELLED: "已取消", ALL: "全部",
}  # fmt: skip
NOBODY = 0  # of a person: not assigned
UNGRADED = "ungraded"
Duty = InspectionDuty
STATION, PERSON, UNDER_WAY = aliased(Organisation), aliased(User), aliased(Inspection)
GOING = (InspectionState.PLANNED, InspectionState.RECORDING)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``grade`` may be UNGRADED, ``person_id`` NOBODY."""

    year: int
    state: str = OPEN
    q: str | None = None
    kind: str | None = None
    grade: str | None = None
    station_id: int | None = None
    person_id: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, the earliest due first; ``previous`` and ``next`` are places to go on from."""

    rows: Sequence[Any]
    total: str
    previous: str | None
    next: str | None


def duty(actor: Actor, duty_id: int) -> InspectionDuty | None:
    """One duty of the actor's reach, as the database has it now."""
    if duty_id > LARGEST_ID:
        return None
    statement = sa.select(Duty).where(Duty.id == duty_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Duty, actor)).first()


def duties_of(actor: Actor, ids: Sequence[int]) -> Sequence[InspectionDuty]:
    """Those of these ids that the actor may see, in the order of the list."""
    statement = sa.select(Duty).where(Duty.id.in_(ids)).order_by(Duty.due_on, Duty.id)
    return session().scalars(scope(statement, Duty, actor)).all()


# ---------------------------------------------------------------- conditions

OPENED = sa.and_(Duty.cancelled_at.is_(None), Duty.inspection_id.is_(None))
LIVE = Duty.cancelled_at.is_(None)


def overdue(today: date) -> Any:
    """Due today is not late."""
    return sa.and_(OPENED, Duty.due_on < today)


def going() -> Any:
    """An inspection of the enterprise as this kind is planned or under way."""
    return (
        sa.select(UNDER_WAY.id)
        .where(UNDER_WAY.enterprise_id == Duty.enterprise_id, UNDER_WAY.kind == Duty.kind, UNDER_WAY.state.in_(GOING))
        .exists()
    )


def _state(state: str, today: date) -> list[Any]:
    month_end = slots(today.year, Frequency(12))[today.month - 1].due_on
    found: Mapping[str, list[Any]] = {
        OPEN: [OPENED], MONTH: [OPENED, Duty.due_on.between(today.replace(day=1), month_end)], OVERDUE: [overdue(today)],
        UNPLANNED: [OPENED, ~going()], DONE: [LIVE, Duty.inspection_id.is_not(None)], CANCELLED: [Duty.cancelled_at.is_not(None)],
    }  # fmt: skip
    return found.get(state, [])


def _conditions(filters: Filters) -> list[Any]:
    found: list[Any] = [Duty.year == filters.year]
    found += [Duty.kind == filters.kind] if filters.kind else []
    if filters.grade == UNGRADED:
        found.append(Duty.grade.is_(None))
    elif filters.grade:
        found.append(Duty.grade == Grade(filters.grade))
    found += [station() == filters.station_id] if filters.station_id is not None else []
    if filters.person_id is not None:
        found.append(Duty.assigned_id.is_(None) if filters.person_id == NOBODY else Duty.assigned_id == filters.person_id)
    found += [sa.extract("month", Duty.due_on) == filters.month] if filters.month else []
    if filters.q:
        initials = Enterprise.initials.startswith(filters.q.lower(), autoescape=True)
        found.append(
            sa.or_(Enterprise.name.contains(filters.q, autoescape=True), Enterprise.credit_code == filters.q.upper(), initials)
        )
    return found


def station() -> Any:
    """责任监管所, else the office that has the enterprise."""
    return sa.func.coalesce(Enterprise.station_id, Duty.org_id)


# ---------------------------------------------------------------- the list

COLUMNS = (
    Duty.id, Duty.enterprise_id, Enterprise.name.label("enterprise_name"), Enterprise.credit_code, Enterprise.address, Duty.kind,
    Duty.year, Duty.ordinal, Duty.grade, Duty.from_on, Duty.due_on, Duty.why, Duty.inspection_id, Duty.cancelled_at, Duty.cancel_why,
    Duty.assigned_id, STATION.name.label("station_name"), PERSON.name.label("person"), Inspection.number.label("inspection_number"),
    Inspection.inspected_on, going().label("going"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Duty)
        .join(Enterprise, Enterprise.id == Duty.enterprise_id)
        .join(STATION, STATION.id == station())
        .outerjoin(PERSON, PERSON.id == Duty.assigned_id)
        .outerjoin(Inspection, Inspection.id == Duty.inspection_id)
    )
    return scope(statement.where(*_conditions(filters), *_state(filters.state, today)), Duty, actor)


def duties(actor: Actor, filters: Filters, today: date, *, after: str | None = None, before: str | None = None) -> Page:
    """年度检查安排 by key: the earliest due first."""
    size = page_size()
    statement, place = listed(actor, filters, today, *COLUMNS), sa.tuple_(Duty.due_on, Duty.id)
    beyond, upto = _place(after), _place(before)
    if upto is not None:
        found = session().execute(statement.where(place < upto).order_by(Duty.due_on.desc(), Duty.id.desc()).limit(size + 1)).all()
        rows, earlier, later = found[:size][::-1], len(found) > size, True
    else:
        statement = statement.where(place > beyond) if beyond is not None else statement
        found = session().execute(statement.order_by(Duty.due_on, Duty.id).limit(size + 1)).all()
        rows, earlier, later = found[:size], beyond is not None, len(found) > size
    return Page(
        rows, keyset.total(listed(actor, filters, today, Duty.id), COUNTED), _key(rows[0]) if rows and earlier else None,
        _key(rows[-1]) if rows and later else None,
    )  # fmt: skip


def _key(row: Any) -> str:
    return f"{row.due_on}.{row.id}"


def _place(written: str | None) -> Any:
    """A key as the address has it; what is no key is no condition."""
    day, _, number = (written or "").rpartition(".")
    try:
        place = date.fromisoformat(day), int(number)
    except ValueError:
        return None
    return sa.tuple_(sa.literal(place[0]), sa.literal(place[1])) if 0 <= place[1] <= LARGEST_ID else None


def every_duty(actor: Actor, filters: Filters, today: date, most: int = EXPORTED) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Duty.due_on, Duty.id).limit(most)).all()


def of_enterprise(actor: Actor, enterprise_id: int, year: int) -> Sequence[Any]:
    """The duties of an enterprise in a year and the next, cancelled ones too."""
    statement = listed(actor, Filters(year, ALL), date(year, 12, 31), *COLUMNS).where(Duty.enterprise_id == enterprise_id)
    return session().execute(statement.order_by(Duty.kind, Duty.due_on, Duty.id)).all()


def row_of(actor: Actor, duty: InspectionDuty) -> Any:
    """One duty as the list shows it."""
    return session().execute(listed(actor, Filters(duty.year, ALL), duty.due_on, *COLUMNS).where(Duty.id == duty.id)).one()


# ---------------------------------------------------------------- figures

def counts(actor: Actor, year: int, today: date) -> Mapping[str, int]:
    """How many duties of a year stand as what, for the tabs; one statement."""
    named: dict[str, Any] = {name: sa.func.count().filter(sa.and_(*_state(name, today))) for name in STATES if name != ALL}
    named |= {ALL: sa.func.count(), "live": sa.func.count().filter(LIVE), "due": sa.func.count().filter(LIVE, Duty.due_on <= today)}
    statement = scope(sa.select(*(figure.label(name) for name, figure in named.items())).where(Duty.year == year), Duty, actor)
    return dict(session().execute(statement).one()._mapping)


def under_way(enterprise_ids: Sequence[int], kind: str) -> Sequence[Any]:
    """Inspections of these enterprises as this kind that are planned or under way."""
    statement = sa.select(Inspection.id, Inspection.number, Inspection.enterprise_id).where(
        Inspection.enterprise_id.in_(enterprise_ids), Inspection.kind == kind, Inspection.state.in_(GOING)
    )
    return session().execute(statement.order_by(Inspection.id)).all()


def stations(actor: Actor) -> Sequence[Any]:
    """The offices of the actor's reach, for the filter."""
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(actor.reach)), Organisation.active)
    return session().execute(statement.order_by(Organisation.path)).all()


def names_of(org_ids: Sequence[int]) -> Mapping[int, str]:
    found = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(set(org_ids)))))
    return {org_id: name for org_id, name in found}


def people(actor: Actor) -> Sequence[Any]:
    """Who may inspect in the actor's reach, for filter and assignment."""
    inspecting = sa.select(UserRole.user_id).where(UserRole.role.in_((Role.SAMPLER, Role.HANDLER)))
    statement = sa.select(User.id, User.name, Organisation.name.label("org_name")).join(Organisation, Organisation.id == User.org_id)
    return session().execute(
        statement.where(below(actor, User.org_id), User.active, User.id.in_(inspecting)).order_by(Organisation.path, User.id)
    ).all()


def duty_numbered(actor: Actor, code: str, kind: str, year: int, ordinal: int) -> InspectionDuty | None:
    """By 统一社会信用代码 or name of the enterprise, its kind, year and number."""
    named = sa.or_(Enterprise.credit_code == code.strip().upper(), Enterprise.name == code.strip())
    statement = sa.select(Duty).join(Enterprise, Enterprise.id == Duty.enterprise_id).where(
        named, Duty.kind == kind, Duty.year == year, Duty.ordinal == ordinal
    )
    return session().scalars(scope(statement, Duty, actor)).first()
