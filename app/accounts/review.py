"""账号核查: every account with its last use and what is to be looked at, for the quarterly sheet.

Source: GB/T 22239-2019 8.1.4.2 c) (多余的、过期的账户).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.accounts import idle, operations, queries
from app.accounts.models import AccountGrant, User
from app.db import session
from app.domain.actors import Actor
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState
from app.organisations.models import Organisation
from app.scope import scope
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet

MOST = 5_000
EXPIRING, IDLE_NEAR = 7, 15  # days before the password expires, or the account is disabled for want of use
GAP = "　" * 8
SIGNED = f"核查人（安全管理员签字）：{GAP}复核人（系统管理员签字）：{GAP}单位负责人（签字）：{GAP}日期：{GAP}"
NOTES = ("最近使用为空的，从未登录；未用天数自建立或启用之日起算。", SIGNED)
COLUMNS = (
    Column("序号", "integer"), Column("单位"), Column("姓名"), Column("用户名"), Column("科室职务"), Column("岗位角色"), Column("状态"),
    Column("最近使用", "date"), Column("未用天数", "integer"), Column("需要关注"), Column("核查结论（保留、停用、调整）"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the sheet."""

    id: int
    username: str
    name: str
    org_name: str
    position: str | None
    roles: str
    state: str
    last_used: datetime | None  # None: never
    idle_days: int
    concerns: list[str] = field(default_factory=list)


def accounts(actor: Actor, now: datetime) -> list[Account]:
    """Every account of the actor's reach, by organisation and user name."""
    waiting = sa.exists().where(
        AccountGrant.user_id == User.id, AccountGrant.kind == GrantKind.NEW,
        AccountGrant.state.in_((GrantState.ASKED, GrantState.APPROVED)),
    )  # fmt: skip
    found = scope(
        sa.select(
            User.id, User.username, User.name, User.position, User.active, User.locked_until, User.must_change, User.initial_until,
            User.password_changed_at, User.last_sign_in_at, User.created_at, idle.last_used().label("used_at"),
            waiting.label("waiting"), Organisation.name.label("org_name"),
        ).join(Organisation, Organisation.id == User.org_id),
        User,
        actor,
    )
    rows = session().execute(found.order_by(Organisation.path, User.username).limit(MOST)).all()
    roles = queries.roles_of([row.id for row in rows])
    return [_account(row, operations.in_words(roles[row.id]), now) for row in rows]


def _account(row: Any, roles: str, now: datetime) -> Account:
    days = (now - _moment(row.used_at)).days
    state = "待批准启用" if row.waiting and not row.active else "停用" if not row.active else "锁定" if queries.locked(row, now) else "正常"
    concerns = [words for told in _CONCERNS if row.active and (words := told(row, days, now))]
    return Account(
        row.id, row.username, row.name, row.org_name, row.position, roles, state,
        _moment(row.used_at) if row.last_sign_in_at is not None else None, days, concerns,
    )  # fmt: skip


def _moment(value: Any) -> datetime:
    """The comparison of several moments comes back as text from SQLite."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[no-any-return]


def _unused(row: Any, days: int, now: datetime) -> str | None:
    limit = idle.limit()
    if limit and days >= limit - IDLE_NEAR:
        return f"长期未用 {days} 天，{'将' if days < limit else '应'}自动停用"
    return None


def _initial(row: Any, days: int, now: datetime) -> str | None:
    if not row.must_change:
        return None
    return "初始密码已过期未用" if row.initial_until is not None and row.initial_until < now else "未修改初始密码"


def _locked(row: Any, days: int, now: datetime) -> str | None:
    return f"锁定至 {clock.office_time(row.locked_until):%Y-%m-%d %H:%M}" if queries.locked(row, now) else None


def _expiring(row: Any, days: int, now: datetime) -> str | None:
    left = queries.days_to_password_change(row.password_changed_at, current_app.config["PASSWORD_DAYS"])
    if left is None or left > EXPIRING:
        return None
    return f"密码 {left} 天后到期" if left >= 0 else "密码已到期"


_CONCERNS: Sequence[Callable[[Any, int, datetime], str | None]] = (_unused, _initial, _locked, _expiring)
VIEWS: Mapping[str, str] = {"concerns": "需要关注", "all": "全部账号", "disabled": "停用账号"}


def chosen(rows: Sequence[Account], view: str) -> list[Account]:
    return [row for row in rows if view == "all" or (row.state == "停用" if view == "disabled" else bool(row.concerns))]


def sheet(rows: Sequence[Account], org_name: str, actor: Actor, now: datetime) -> ReportSheet:
    """季度账号核查表, to be signed."""
    today = clock.office_time(now).date()
    quarter = f"{today.year}年第{(today.month + 2) // 3}季度"
    about = f"{org_name}　{quarter}　统计时间 {clock.office_time(now):%Y-%m-%d %H:%M}　共 {len(rows)} 个账号　制表 {actor.name}"
    cells = [
        (
            place, row.org_name, row.name, row.username, row.position or "—", row.roles or "—", row.state,
            clock.office_time(row.last_used).date() if row.last_used else None, row.idle_days, "；".join(row.concerns) or "—", None,
        )
        for place, row in enumerate(rows, 1)
    ]  # fmt: skip
    return ReportSheet("账号核查表", f"{quarter}账号核查表", about, COLUMNS, cells, NOTES)
