"""数字证书, read: one binding, those of a person, those of an administrator's reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User, UserCertificate
from app.db import session
from app.domain.actors import Actor
from app.organisations.models import Organisation
from app.scope import scope

MOST = 500
ASKER, DECIDER = aliased(User), aliased(User)
STANDING = UserCertificate.ended_at.is_(None)


def certificate(actor: Actor, certificate_id: int) -> UserCertificate | None:
    wanted = sa.select(UserCertificate).where(UserCertificate.id == certificate_id)
    return session().scalars(scope(wanted, UserCertificate, actor).execution_options(populate_existing=True)).first()


def standing(fingerprint: str) -> UserCertificate | None:
    """Whose the certificate is, or is asked to be."""
    return session().scalars(sa.select(UserCertificate).where(UserCertificate.fingerprint == fingerprint, STANDING)).first()


def of_person(user_id: int, fingerprint: str) -> UserCertificate | None:
    """The newest word about this certificate of this person; another person's is not found."""
    return session().scalars(
        sa.select(UserCertificate)
        .where(UserCertificate.user_id == user_id, UserCertificate.fingerprint == fingerprint)
        .order_by(UserCertificate.ended_at.is_not(None), UserCertificate.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def all_of(actor: Actor, user_id: int | None = None) -> Sequence[Any]:
    """What waits first, then what is bound, then what has ended; newest first."""
    rank = sa.case((sa.and_(STANDING, UserCertificate.decided_at.is_(None)), 0), (STANDING, 1), else_=2)
    wanted = scope(
        sa.select(
            *UserCertificate.__table__.c, User.name.label("person"), User.username, Organisation.name.label("org_name"),
            ASKER.name.label("asker"), DECIDER.name.label("decider"),
        )
        .join(User, User.id == UserCertificate.user_id)
        .join(Organisation, Organisation.id == UserCertificate.org_id)
        .outerjoin(ASKER, ASKER.id == UserCertificate.proposed_by_id)
        .outerjoin(DECIDER, DECIDER.id == UserCertificate.decided_by_id),
        UserCertificate,
        actor,
    )
    if user_id is not None:
        wanted = wanted.where(UserCertificate.user_id == user_id)
    return session().execute(wanted.order_by(rank, UserCertificate.id.desc()).limit(MOST)).all()


def word(row: Any, today: date) -> str:
    """How a binding stands, for its reader."""
    if row.ended_at is not None:
        return "已撤销" if row.decided_at is not None else "未批准"
    if row.decided_at is None:
        return "待批准"
    if today > row.until_on:
        return "已到期"
    return "有效" if today >= row.from_on else "未生效"


TONES = {"有效": "green", "待批准": "yellow", "未生效": "yellow", "已到期": "red", "已撤销": "neutral", "未批准": "neutral"}
