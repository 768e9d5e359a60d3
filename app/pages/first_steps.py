"""What a new installation still needs before anybody can work in it (初始化步骤)."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import AccountGrant, User, UserRole
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.trust_states import GrantState
from app.organisations.models import Organisation

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def first_steps(actor: Actor) -> list[str]:
    """What a new installation needs before anybody can work in it; nothing as soon as one account of the business is in use."""
    if not actor.has(*ADMINISTRATORS) or _somebody_works():
        return []
    alone = session().scalar(sa.select(sa.func.count()).select_from(Organisation)) == 1
    asked = session().scalar(sa.select(sa.exists().where(AccountGrant.state == GrantState.ASKED)))
    return [
        *(["系统管理员在“机构”中填写本单位的联系电话，建立市场监管所和承检机构"] if alone else []),
        *([] if asked else ["系统管理员在“用户”中为每个人新建账号，提出授权申请"]),
        "安全管理员在“授权申请”中逐件批准，批准后本人才能登录",
    ]


def _somebody_works() -> bool:
    works = sa.exists().where(User.active.is_(True), UserRole.user_id == User.id, UserRole.role.not_in(ADMINISTRATORS))
    return bool(session().scalar(sa.select(works)))
