"""What speaks against a 授权申请, told before it is approved: the account as it is now, namesakes, open work, who may not decide."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.accounts import granting, showing
from app.accounts.models import AccountGrant, User
from app.db import session
from app.domain.account_grants import roles_of, words_of
from app.domain.actors import ADMINISTRATORS, Actor
from app.domain.trust_kinds import GrantKind
from app.errors import Refused

MOST = 5


def doubts(grant: AccountGrant) -> list[str]:
    """In sentences; none of them keeps the approval from being given."""
    with_roles = sa.select(User).where(User.id == grant.user_id).options(selectinload(User.grants), joinedload(User.organisation))
    user = session().scalars(with_roles.execution_options(populate_existing=True)).unique().one()
    return list(_of_account(grant, user)) + list(_of_namesakes(grant, user))


def _of_account(grant: AccountGrant, user: User) -> Iterator[str]:
    now = words_of(user.roles)
    if grant.applied_at is None and grant.kind not in (GrantKind.NEW, GrantKind.RETURN) and now != grant.roles_before:
        yield f"提出申请后，该账号的岗位已变为“{now or '无'}”，与申请时的“{grant.roles_before or '无'}”不同"
    if grant.effective_on < clock.today() and grant.applied_at is None:
        yield f"申请的生效日期 {grant.effective_on} 已过，批准后自现在起生效"
    admins = roles_of(grant.roles_after) & ADMINISTRATORS
    if admins:
        yield f"批准后为{'、'.join(sorted(admins))}：系统、安全、审计管理员应由不同的人担任，请核对本人没有另一个管理员账号"
    work = showing.work(grant.user_id, grant.kind)
    if work is not None:
        yield f"该人员还有未办结的工作：{work.words}"


def _of_namesakes(grant: AccountGrant, user: User) -> Iterator[str]:
    """Another account of the same name may be the same person, who then holds what should be held by two."""
    others = session().scalars(
        sa.select(User)
        .where(User.name == user.name, User.id != user.id, User.active.is_(True))
        .options(selectinload(User.grants), joinedload(User.organisation))
        .order_by(User.id)
        .limit(MOST)
    ).unique()
    for other in others:
        yield f"另有同名的在用账号 {other.username}（{other.organisation.name}，{words_of(other.roles) or '无岗位'}），请核对是否同一人"


def stop(grant: AccountGrant, actor: Actor) -> str | None:
    """Why this person cannot approve it now; the approval itself would refuse with the same words."""
    try:
        granting.refuse_approval(grant, actor)
    except Refused as refusal:
        return refusal.sentence
    return None
