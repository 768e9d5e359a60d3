"""动态口令 and 恢复码, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import RecoveryCode, SecondFactor, User, UserCertificate, UserRole
from app.accounts.proof import factor_roles
from app.db import session
from app.domain.actors import Actor
from app.organisations.models import Organisation
from app.scope import below


@dataclass(frozen=True, slots=True)
class FactorState:
    """What an account's page says of its second factor."""

    since: datetime | None
    codes_left: int
    demanded: bool


def factor_of(user_id: int | None) -> SecondFactor | None:
    """The second factor as the database has it now, confirmed or not."""
    return session().scalars(
        sa.select(SecondFactor).where(SecondFactor.user_id == user_id).execution_options(populate_existing=True)
    ).first()


def has_factor(user_id: int) -> bool:
    return session().scalar(
        sa.select(SecondFactor.id).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    ) is not None


def unused_codes(user_id: int) -> Sequence[RecoveryCode]:
    return session().scalars(
        sa.select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)).order_by(RecoveryCode.id)
    ).all()


def state_of(user: User) -> FactorState:
    """One statement; the user's grants are loaded."""
    left = sa.select(sa.func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    since = sa.select(SecondFactor.confirmed_at).where(SecondFactor.user_id == user.id)
    row = session().execute(sa.select(since.scalar_subquery(), left.scalar_subquery())).one()
    return FactorState(row[0], row[1], bool(user.roles & factor_roles()))


def people_with(actor: Actor) -> Sequence[Any]:
    """Accounts in use that have a second factor or must have one: (id, username, name, office, roles, since, codes left)."""
    left = sa.select(sa.func.count(RecoveryCode.id)).where(RecoveryCode.user_id == User.id, RecoveryCode.used_at.is_(None))
    demanded = sa.exists().where(UserRole.user_id == User.id, UserRole.role.in_(sorted(factor_roles())))
    return session().execute(
        sa.select(
            User.id, User.username, User.name, Organisation.name.label("org_name"), demanded.label("demanded"),
            SecondFactor.confirmed_at.label("since"), left.scalar_subquery().label("codes_left"),
        )
        .join(Organisation, Organisation.id == User.org_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(below(actor, User.org_id), User.active.is_(True), sa.or_(demanded, SecondFactor.id.is_not(None)))
        .order_by(User.username)
    ).all()


def without_factor() -> int:
    """Accounts in use whose people must have a second factor and have none yet."""
    roles = factor_roles()
    if not roles:
        return 0
    has: sa.ColumnElement[bool] = sa.exists().where(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None))
    demanded = sa.exists().where(UserRole.user_id == User.id, UserRole.role.in_(sorted(roles)))
    if current_app.config["CLIENT_CERTIFICATES"]:
        bound = (UserCertificate.user_id == User.id, UserCertificate.decided_at.is_not(None), UserCertificate.ended_at.is_(None))
        has = sa.or_(has, sa.exists().where(*bound))
    return session().scalar(sa.select(sa.func.count(User.id)).where(User.active.is_(True), demanded, ~has)) or 0
