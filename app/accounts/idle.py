"""长期未用账号: found, and disabled with a word to the security administrators. Never commits.

Source: GB/T 22239-2019 8.1.4.2 c) (多余的、过期的账户).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app

from app.accounts import applying, grant_queries, operations
from app.accounts.models import AccountGrant, User
from app.api.models import ApiKey
from app.db import insert_many, session
from app.domain.actors import ADMINISTRATORS
from app.domain.permissions import Permission
from app.domain.reporting_kinds import MessageKind
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState
from app.messages.models import Message
from app.messages.operations import When, message_row
from app.messages.people import People
from app.reference_data.books import calendar

PART = 500


def limit() -> int:
    """IDLE_DISABLE_DAYS; 0 switches it off."""
    return int(current_app.config["IDLE_DISABLE_DAYS"])


def last_used() -> sa.ColumnElement[Any]:
    """When the account was last used: a sign-in, a request with a key of his, or its (re)opening if that was later.

    ``greatest`` is not on every database: the moments are compared as one row each.
    """
    opened = sa.select(sa.func.max(AccountGrant.applied_at)).where(
        AccountGrant.user_id == User.id, AccountGrant.state == GrantState.EFFECTIVE,
        AccountGrant.kind.in_((GrantKind.NEW, GrantKind.RETURN)),
    ).scalar_subquery()  # fmt: skip
    called = sa.select(sa.func.max(ApiKey.last_used_at)).where(ApiKey.user_id == User.id).scalar_subquery()
    found: Any = User.created_at
    for moment in (User.last_sign_in_at, opened, called):
        found = sa.case((moment.is_(None), found), (moment > found, moment), else_=found)
    return cast(sa.ColumnElement[Any], found)


def idle(at: datetime, user_id: int | None = None) -> Sequence[int]:
    """Accounts in use that nobody has used for so long; of one of them, whether it is one."""
    days = limit()
    if not days:
        return []
    found = sa.select(User.id).where(User.active, last_used() < at - timedelta(days=days))
    if user_id is not None:
        found = found.where(User.id == user_id)
    return session().scalars(found.order_by(User.id).limit(PART)).all()


def disable(user_id: int, at: datetime) -> list[str]:
    """停用 one of them, unless somebody has just used it or nobody else could administer; its user name."""
    user = grant_queries.account(user_id)
    if not idle(at, user_id) or grant_queries.stays_without(user, user.roles & ADMINISTRATORS) is not None:
        return []
    comment = f"连续 {limit()} 天未使用，系统自动停用；如仍需使用，请申请“重新启用”"
    operations.disable(applying.by_itself(), user, at, comment, "disable_idle")
    _tell(user, at)
    return [user.username]


def _tell(user: User, at: datetime) -> None:
    """The security administrators of the office, or of the nearest one above."""
    when, day = When(at, calendar()), at.date()
    title = f"账号长期未用已停用：{user.name}（{user.username}）"
    body = f"{user.organisation.name}，连续 {limit()} 天未使用。请核实该人员是否仍在岗；离岗的，请系统管理员办理离职停用和工作移交。"
    rows = [
        message_row(one.user_id, one.org_id, MessageKind.NOTICE, f"idle:{user.id}:{day}", title, body, f"user_account:{user.id}", when)
        for one in People().deciders(_Account(user), Permission.USER_UNLOCK)
        if one.user_id is not None
    ]
    if rows:
        insert_many(Message.__table__, rows)  # type: ignore[arg-type]


class _Account:
    """The account as a permission is asked about it."""

    def __init__(self, user: User) -> None:
        self.id, self.org_id = user.id, user.org_id
