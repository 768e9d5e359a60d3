"""企业标记 of many enterprises in two questions, for any page that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain import enterprise_marks as rules
from app.domain.actors import Actor
from app.domain.enterprise_marks import Mark, Standing
from app.domain.permissions import Permission, may_ever
from app.domain.supervision_states import GradeState
from app.enterprises.models import Enterprise, EnterpriseLicence
from app.grading.models import RiskGrade
from app.listings.queries import standing
from app.listings.showing import told

PART = 500


def _first_licence() -> Any:
    """The first day on which one of the licences still looked at ends."""
    held = EnterpriseLicence.enterprise_id == Enterprise.id, EnterpriseLicence.ended_at.is_(None)
    return sa.select(sa.func.min(EnterpriseLicence.valid_to)).where(*held).scalar_subquery()


def _worst_grade() -> Any:
    """D is greater than A, also to a database."""
    confirmed = RiskGrade.enterprise_id == Enterprise.id, RiskGrade.state == GradeState.CONFIRMED
    return sa.select(sa.func.max(RiskGrade.grade)).where(*confirmed).scalar_subquery()


def standings(actor: Actor, enterprise_ids: Iterable[int | None]) -> Mapping[int, Standing]:
    """What marks are made from, by enterprise. A grade is told to those in whose reach the enterprise is; the rest is public."""
    ids = sorted({one for one in enterprise_ids if one is not None})
    columns = (Enterprise.id, Enterprise.org_id, Enterprise.status, Enterprise.licence_until, _first_licence(), _worst_grade())
    listed = {number: told(row) for number, row in standing(ids).items()}
    found: dict[int, Standing] = {}
    for start in range(0, len(ids), PART):
        rows = session().execute(sa.select(*columns).where(Enterprise.id.in_(ids[start : start + PART])))
        for number, org_id, status, main, other, grade in rows:
            first = min((day for day in (main, other) if day is not None), default=None)
            found[number] = Standing(status.value, first, listed.get(number), grade if org_id in actor.reach else None)
    return found


def of(actor: Actor, enterprise_ids: Iterable[int | None]) -> Mapping[int, Sequence[Mark]]:
    """The marks of those of these enterprises that have any; nothing for whoever does not work with the register."""
    if not may_ever(actor, Permission.ENTERPRISE_LIST):
        return {}
    today = clock.today()
    every = {number: rules.marks(known, today) for number, known in standings(actor, enterprise_ids).items()}
    return {number: found for number, found in every.items() if found}
