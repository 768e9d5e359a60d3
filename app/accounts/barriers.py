"""What keeps somebody out who has given the right password: another sign-in of his, or a network administrators may not work from.

Both are said in a sentence that names the reason, because the password was right; both are written into the history.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import sqlalchemy as sa
from flask import current_app, request
from flask_login import current_user

from app import clock
from app.accounts import sessions
from app.accounts.blueprint import bp
from app.accounts.models import User, UserSession
from app.db import session
from app.domain.actors import ADMINISTRATORS, Role
from app.domain.browsers import browser_words
from app.errors import NotAllowed

REFUSE = "refuse"
OUTSIDE = "管理员账号只能在规定的网段使用，您的地址 {} 不在其中。请到规定的终端办理，或请运维人员核对 ADMIN_NETS 设置"
LEAVING = frozenset({"accounts.sign_out", "accounts.sign_in", "static"})


@lru_cache(maxsize=8)
def networks(written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """ADMIN_NETS: networks separated by commas. Raises ValueError for what is none."""
    return tuple(ip_network(part.strip(), strict=False) for part in written.split(",") if part.strip())


def outside(roles: frozenset[Role], ip: str | None) -> bool:
    """Is this an administrator at an address that administrators may not work from?"""
    allowed = networks(current_app.config["ADMIN_NETS"] or "")
    if not allowed or not roles & ADMINISTRATORS:
        return False
    try:
        address = ip_address((ip or "").partition("%")[0])
    except ValueError:
        return True
    return not any(address in network for network in allowed)


def reason(user: User, ip: str | None, now: datetime, replaces: int | None) -> tuple[str, str] | None:
    """Why this person is not let in though the password is right: the sentence he reads, and what the history says."""
    if outside(user.roles, ip):
        return OUTSIDE.format(ip or "—"), "管理员不在规定网段"
    other = _elsewhere(user, now, replaces)
    if other is None:
        return None
    since = clock.office_time(other.created_at).strftime("%Y-%m-%d %H:%M")
    sentence = (
        f"该账号正在另一处使用：地址 {other.ip or '—'}，{browser_words(other.agent) or '浏览器不明'}，{since} 登录。"
        "请先在该处退出；如不是您本人登录，请立即联系安全管理员结束该会话"
    )
    return sentence, "账号正在另一处使用"


def _elsewhere(user: User, now: datetime, replaces: int | None) -> UserSession | None:
    """Another session that still counts, where an account is held to one and the second is refused."""
    if not current_app.config["ONE_SESSION_PER_ACCOUNT"] or current_app.config["ONE_SESSION_MODE"] != REFUSE:
        return None
    return session().scalars(
        sa.select(UserSession)
        .where(
            UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.until > now,
            UserSession.seen_at > now - sessions.idle_time(user), UserSession.id != (replaces or 0),
        )
        .order_by(UserSession.id.desc())
    ).first()  # fmt: skip


@bp.before_app_request
def keep_administrators_inside() -> None:
    """An administrator who carries his session elsewhere is refused at every page; the refusal is recorded like any other."""
    if not current_app.config["ADMIN_NETS"] or request.endpoint in LEAVING or not current_user.is_authenticated:
        return
    if outside(current_user.actor.roles, request.remote_addr):
        raise NotAllowed(OUTSIDE.format(request.remote_addr or "—"))
