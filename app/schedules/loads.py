"""负荷: the duties of a year by month, station and person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User, UserRole
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.inspection_schedule import per_person
from app.enterprises.models import Enterprise
from app.schedules.models import InspectionDuty
from app.schedules.queries import LIVE, NOBODY, OPENED, PERSON, STATION, overdue, station
from app.scope import below, scope

Duty = InspectionDuty


@dataclass(frozen=True, slots=True)
class Load:
    """负荷 of one month, station or person: duties that stand, done, overdue, still open; people, and what is open for each of them."""

    key: int | None
    name: str
    live: int
    done: int
    overdue: int
    open: int
    people: int = 0

    @property
    def each(self) -> Fraction | None:
        return per_person(self.open, self.people)


def _loads(actor: Actor, year: int, today: date, key: Any, name: Any) -> list[Load]:
    statement = (
        sa.select(
            key, name, sa.func.count(), sa.func.count(Duty.inspection_id), sa.func.count().filter(overdue(today)),
            sa.func.count().filter(OPENED),
        )
        .select_from(Duty)
        .join(Enterprise, Enterprise.id == Duty.enterprise_id)
        .join(STATION, STATION.id == station())
        .outerjoin(PERSON, PERSON.id == Duty.assigned_id)
        .where(Duty.year == year, LIVE)
    )  # fmt: skip
    rows = session().execute(scope(statement, Duty, actor).group_by(key, name).order_by(key)).all()
    return [Load(*row) for row in rows]


def by_month(actor: Actor, year: int, today: date) -> list[Load]:
    month = sa.extract("month", Duty.due_on)
    return [Load(int(one.key or 0), f"{int(one.key or 0)} 月", one.live, one.done, one.overdue, one.open)
            for one in _loads(actor, year, today, month, sa.cast(month, sa.String))]  # fmt: skip


def by_station(actor: Actor, year: int, today: date) -> list[Load]:
    """With the people who can inspect there."""
    people = people_at(actor)
    return [
        Load(one.key, one.name, one.live, one.done, one.overdue, one.open, people.get(one.key or 0, 0))
        for one in _loads(actor, year, today, STATION.id, STATION.name)
    ]


def by_person(actor: Actor, year: int, today: date) -> list[Load]:
    """By whom they are assigned to; nobody comes first or last as the database has it."""
    return [
        Load(one.key or NOBODY, one.name or "未指定", one.live, one.done, one.overdue, one.open)
        for one in _loads(actor, year, today, PERSON.id, PERSON.name)
    ]


def people_at(actor: Actor) -> Mapping[int, int]:
    """How many working 抽样员 and 办案人 each office of the actor's reach has."""
    inspecting = sa.select(UserRole.user_id).where(UserRole.role.in_((Role.SAMPLER, Role.HANDLER)))
    statement = sa.select(User.org_id, sa.func.count()).where(below(actor, User.org_id), User.active, User.id.in_(inspecting))
    return {org_id: number for org_id, number in session().execute(statement.group_by(User.org_id))}
