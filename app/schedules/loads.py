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


def _loads(actor: Actor, year: int, today: date, *key: Any) -> list[Any]:
    """Rows of the key's columns and the four figures."""
    statement = (
        sa.select(
            *key, sa.func.count(), sa.func.count(Duty.inspection_id), sa.func.count().filter(overdue(today)),
            sa.func.count().filter(OPENED),
        )
        .select_from(Duty)
        .join(Enterprise, Enterprise.id == Duty.enterprise_id)
        .join(STATION, STATION.id == station())
        .outerjoin(PERSON, PERSON.id == Duty.assigned_id)
        .where(Duty.year == year, LIVE)
    )  # fmt: skip
    return list(session().execute(scope(statement, Duty, actor).group_by(*key).order_by(key[0])).all())


def by_month(actor: Actor, year: int, today: date) -> list[Load]:
    rows = _loads(actor, year, today, sa.extract("month", Duty.due_on))
    return [Load(int(month), f"{int(month)} 月", *figures) for month, *figures in rows]


def by_station(actor: Actor, year: int, today: date) -> list[Load]:
    """With the people who can inspect there."""
    people = people_at(actor)
    rows = _loads(actor, year, today, STATION.id, STATION.name)
    return [Load(key, name, live, done, late, still, people.get(key, 0)) for key, name, live, done, late, still in rows]


def by_person(actor: Actor, year: int, today: date) -> list[Load]:
    """By whom they are assigned to; what nobody has comes last."""
    rows = _loads(actor, year, today, PERSON.id, PERSON.name)
    found = [Load(key or NOBODY, name or "未指定", *figures) for key, name, *figures in rows]
    return sorted(found, key=lambda one: (one.key == NOBODY, one.key))


def people_at(actor: Actor) -> Mapping[int, int]:
    """How many working 抽样员 and 办案人 each office of the actor's reach has."""
    inspecting = sa.select(UserRole.user_id).where(UserRole.role.in_((Role.SAMPLER, Role.HANDLER)))
    statement = sa.select(User.org_id, sa.func.count()).where(below(actor, User.org_id), User.active, User.id.in_(inspecting))
    return {org_id: number for org_id, number in session().execute(statement.group_by(User.org_id))}
