"""Reading delegations: one, the list, whose approvals a person makes today, and to whom they may be left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User, UserRole
from app.db import session
from app.delegations.models import Delegation
from app.delegations.standing import stands
from app.domain.actors import BUREAU_STAFF, Actor
from app.domain.workflow import DelegationState
from app.paging import page_size
from app.scope import scope

PAGE = 50
LARGEST_ID = 2**63 - 1
GIVER, TAKER = aliased(User), aliased(User)
STANDING, COMING, ENDED, REVOKED, ALL = "standing", "coming", "ended", "revoked", "all"
VIEWS: Mapping[str, str] = {STANDING: "生效中", COMING: "未开始", ENDED: "已到期", REVOKED: "已收回", ALL: "全部"}


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None
    newer: bool
    total: int


def delegation(actor: Actor, delegation_id: int) -> Delegation | None:
    return session().scalars(_whole(actor).where(Delegation.id == delegation_id)).first()


def delegation_numbered(actor: Actor, number: str) -> Delegation | None:
    return session().scalars(_whole(actor).where(Delegation.number == number.strip()[:60])).first()


def _whole(actor: Actor) -> sa.Select[tuple[Delegation]]:
    people = (joinedload(Delegation.from_user), joinedload(Delegation.to_user))
    return scope(sa.select(Delegation), Delegation, actor).options(*people).execution_options(populate_existing=True)


def of_form(key: str) -> Delegation | None:
    """What was granted by this form before: sent twice, it is granted once."""
    return session().scalars(sa.select(Delegation).where(Delegation.submission_key == key)).first()


def listed(actor: Actor, view: str, today: date) -> sa.Select[Any]:
    return scope(
        sa.select(*Delegation.__table__.c, GIVER.name.label("giver"), TAKER.name.label("taker"))
        .join(GIVER, GIVER.id == Delegation.from_user_id)
        .join(TAKER, TAKER.id == Delegation.to_user_id),
        Delegation,
        actor,
    ).where(in_view(view, today))


def delegations(actor: Actor, view: str, today: date, before: int | None = None, size: int = PAGE) -> Page:
    size = page_size(size)
    statement = listed(actor, view, today)
    total = session().scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(Delegation.id).subquery()))
    chosen = statement.where(Delegation.id < before) if before is not None else statement
    rows = session().execute(chosen.order_by(Delegation.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, total or 0)


def in_view(view: str, today: date) -> sa.ColumnElement[bool]:
    granted = Delegation.state == DelegationState.GRANTED
    return {
        STANDING: stands(today),
        COMING: sa.and_(granted, Delegation.from_on > today),
        ENDED: sa.and_(granted, Delegation.to_on < today),
        REVOKED: Delegation.state == DelegationState.REVOKED,
        ALL: sa.true(),
    }[view]


def view_of(row: Any, today: date) -> str:
    """Which of the views a delegation belongs to today."""
    if row.state is DelegationState.REVOKED:
        return REVOKED
    return COMING if row.from_on > today else ENDED if row.to_on < today else STANDING


def about(actor: Actor, today: date) -> Sequence[Any]:
    """Those that stand today and that this person has given or taken: what the home page says of them."""
    mine = sa.or_(Delegation.from_user_id == actor.user_id, Delegation.to_user_id == actor.user_id)
    return session().execute(
        sa.select(
            Delegation.id, Delegation.number, Delegation.from_user_id, Delegation.to_user_id, Delegation.from_on, Delegation.to_on,
            GIVER.name.label("giver"), TAKER.name.label("taker"),
        )
        .join(GIVER, GIVER.id == Delegation.from_user_id)
        .join(TAKER, TAKER.id == Delegation.to_user_id)
        .where(mine, stands(today))
        .order_by(Delegation.to_on, Delegation.id)
    ).all()


def meeting(user_ids: Sequence[int], from_on: date, to_on: date) -> Sequence[Delegation]:
    """What these people have given or taken in the same days and not taken back."""
    named = sa.or_(Delegation.from_user_id.in_(user_ids), Delegation.to_user_id.in_(user_ids))
    return session().scalars(
        sa.select(Delegation).where(
            named, Delegation.state == DelegationState.GRANTED, Delegation.from_on <= to_on, Delegation.to_on >= from_on
        )
    ).all()


def takers(actor: Actor) -> Sequence[Any]:
    """Working colleagues of the same organisation, whatever their post: who reads its records may stand in."""
    staff = sa.select(UserRole.user_id).where(UserRole.role.in_(BUREAU_STAFF))
    return session().execute(
        sa.select(User.id, User.name, User.username, User.position)
        .where(User.org_id == actor.org_id, User.active, User.id != (actor.user_id or 0), User.id.in_(staff))
        .order_by(User.id)
    ).all()
