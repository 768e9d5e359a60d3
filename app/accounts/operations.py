"""What is done with accounts: draft, rename, set roles, disable, reset, unlock; and what a person does with his own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import history
from app.accounts import passwords, sessions, sign_ins
from app.accounts.models import OldPassword, User, UserRole, UserSession
from app.accounts.sign_ins import KIND, Evidence, Ground
from app.db import session
from app.domain.actors import Actor, Role, conflicting
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis, Refused
from app.organisations.models import Organisation, OrganisationKind

USERNAME = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._-]{1,39}")
STALE = "该账号刚被他人修改，请刷新页面核对后再操作"


@dataclass(frozen=True, slots=True)
class OneTime:
    """一次性密码: said once to whoever asked for it, stored only as a hash."""

    username: str
    password: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Details:
    """What an administrator writes about an account."""

    name: str
    org: Organisation
    roles: frozenset[Role]
    position: str | None = None


def create(actor: Actor, username: str, details: Details, now: datetime) -> tuple[User, OneTime]:
    """An account in use at once, with a one-time password: for ``init``, which makes the first administrators, and nobody else.

    On pages and by command an account is drafted and its roles are asked for (``granting``). Raises NotLikeThis for a bad or used name,
    or roles that exclude each other.
    """
    check_roles(details.roles, details.org)
    user, once = _make(actor, username, details, now)
    user.active, user.grants = True, [UserRole(role=role) for role in sorted(details.roles)]
    session().flush()
    changes = {**_told(details), "岗位角色": (None, in_words(details.roles))}
    history.record(KIND, user.id, "create", actor, org_id=user.org_id, name=user.username, changes=changes)
    return user, once


def draft(actor: Actor, username: str, details: Details, now: datetime) -> tuple[User, OneTime]:
    """新建账号 without any role: nobody signs in with it before what is asked for it has been approved."""
    user, once = _make(actor, username, details, now)
    history.record(KIND, user.id, "create", actor, org_id=user.org_id, name=user.username, changes=_told(details))
    return user, once


def _make(actor: Actor, username: str, details: Details, now: datetime) -> tuple[User, OneTime]:
    username = sign_ins.account_name(username)
    if not USERNAME.fullmatch(username):
        raise NotLikeThis("用户名须为 2 至 40 个字母、数字、汉字或 . _ -，请修改", field="username")
    if session().scalar(sa.select(User.id).where(User.username == username)) is not None:
        raise NotLikeThis(f"用户名“{username}”已被使用，请换一个", field="username")
    check_org(actor, details.org)
    password = passwords.one_time_password()
    until = now + timedelta(hours=current_app.config["INITIAL_PASSWORD_HOURS"])
    user = User(
        org_id=details.org.id, username=username, name=details.name, position=details.position,
        password_hash=passwords.hash_password(password), must_change=True, initial_until=until, active=False, created_at=now,
        grants=[],
    )  # fmt: skip
    session().add(user)
    session().flush()
    return user, OneTime(username, password, until)


def _told(details: Details) -> dict[str, tuple[str | None, str | None]]:
    return {"姓名": (None, details.name), "所属机构": (None, details.org.name), "科室职务": (None, details.position)}


def check_org(actor: Actor, org: Organisation, field: str = "org_id") -> None:
    """An account may belong to this organisation, by the hand of this administrator."""
    if org.id not in actor.reach:
        raise NotAllowed("只能管理本单位及下级单位的账号")
    if not org.active:
        raise NotLikeThis("该机构已停用，请选择其他机构", field=field)


def check_roles(roles: frozenset[Role], org: Organisation) -> None:
    """These roles may be held together (三员互斥), in this organisation."""
    if not roles:
        raise NotLikeThis("请至少选择一个岗位角色", field="roles")
    sentence = conflicting(roles)
    if sentence is not None:
        raise NotLikeThis(sentence, field="roles")
    if (Role.LABORATORY in roles) != (org.kind is OrganisationKind.LABORATORY):
        raise NotLikeThis("承检机构的账号只能担任“承检机构”角色，其他单位的账号不得担任该角色，请调整机构或角色", field="roles")


def in_words(roles: Iterable[Role]) -> str:
    """Roles in the order of the role list."""
    chosen = frozenset(roles)
    return "、".join(role.value for role in Role if role in chosen)


def rename(actor: Actor, user: User, name: str, seen: int) -> None:
    """修改姓名. Organisation, roles and use of an account are asked for; posts are kept in 任职."""
    _same(user, seen)
    if user.name == name:
        return
    changes = {"姓名": (user.name, name)}
    user.name = name
    history.record(KIND, user.id, "edit", actor, org_id=user.org_id, name=user.username, changes=changes)


def set_roles(actor: Actor, user: User, roles: frozenset[Role], comment: str | None = None) -> None:
    """岗位授权 as it was approved, or taken away."""
    before = user.roles
    if before == roles:
        return
    user.grants = [
        *[grant for grant in user.grants if grant.role in roles], *[UserRole(role=role) for role in sorted(roles - before)],
    ]  # fmt: skip
    sa.orm.attributes.flag_modified(user, "name")  # grants are rows of their own; the version must move with them
    changes = {"岗位角色": (in_words(before), in_words(roles))}
    history.record(KIND, user.id, "grant", actor, org_id=user.org_id, name=user.username, comment=comment, changes=changes)


def disable(actor: Actor, user: User, now: datetime, comment: str | None = None, step: str = "disable") -> None:
    """停用: the person is signed out everywhere at once."""
    if not user.active:
        raise NotAllowedNow("该账号已是停用状态")
    user.active = False
    sessions.end_all(user.id, now)
    history.record(KIND, user.id, step, actor, org_id=user.org_id, name=user.username, comment=comment)


def enable(actor: Actor, user: User, now: datetime, comment: str | None = None) -> None:
    """启用. A one-time password that nobody has used is good from now on."""
    if user.active:
        raise NotAllowedNow("该账号已是启用状态")
    user.active = True
    if user.initial_until is not None:
        user.initial_until = now + timedelta(hours=current_app.config["INITIAL_PASSWORD_HOURS"])
    history.record(KIND, user.id, "enable", actor, org_id=user.org_id, name=user.username, comment=comment)


def reset_password(actor: Actor, user: User, seen: int, now: datetime) -> OneTime:
    """重置密码. A lock stays: unlocking is the security administrator's (三员分立)."""
    _same(user, seen)
    if not user.active:
        raise NotAllowedNow("该账号尚未启用：新建的请安全管理员先批准授权申请，停用的请先申请“重新启用”，批准后再重置密码")
    password = passwords.one_time_password()
    until = now + timedelta(hours=current_app.config["INITIAL_PASSWORD_HOURS"])
    _store(user, password, now)
    user.must_change, user.initial_until, user.password_changed_at = True, until, None
    sessions.end_all(user.id, now)
    history.record(KIND, user.id, "reset_password", actor, org_id=user.org_id, name=user.username)
    return OneTime(user.username, password, until)


def unlock(actor: Actor, user: User, seen: int, now: datetime) -> None:
    """解锁."""
    _same(user, seen)
    if user.locked_until is None or user.locked_until <= now:
        raise NotAllowedNow("该账号当前没有锁定，无需解锁")
    until = user.locked_until
    user.locked_until, user.failed_count, user.failures_from = None, 0, now
    changes = {"锁定至": (sign_ins.in_words(until), None)}
    history.record(KIND, user.id, "unlock", actor, org_id=user.org_id, name=user.username, changes=changes)


def change_password(actor: Actor, evidence: Evidence, new: str, now: datetime, session_id: int) -> Refused | None:
    """修改密码. Returns the refusal instead of raising it: a wrong present password is a failure that must be committed.

    All other sessions of the person end.
    """
    user = sessions.load_user(User.id == actor.user_id)
    if user is None or evidence.user_id != user.id:
        raise NotAllowed("只能修改本人的密码，请重新登录后再试")
    if not evidence.matched or evidence.password_hash != user.password_hash:
        return _wrong_password(user, now)
    found = passwords.faults(new, context=passwords.words_of(user.username, user.name, user.organisation.name))
    if not found and _used_before(user, new):
        found = [f"不得使用最近 {current_app.config['PASSWORD_MEMORY']} 次用过的密码，请更换"]
    if found:
        return NotLikeThis("；".join(found), field="new")
    _store(user, new, now)
    user.must_change, user.initial_until, user.password_changed_at = False, None, now
    sessions.end_all(user.id, now, but=session_id)
    history.record(KIND, user.id, "change_password", actor, org_id=user.org_id, name=user.username)
    return None


def _wrong_password(user: User, now: datetime) -> Refused:
    """Guessing the present password in an unattended browser counts like guessing it at the door."""
    sign_ins.count_failure(user, now)
    if sign_ins.note_failure(user, now, Ground("", "修改密码时原密码错误", counts=True)):
        sessions.end_all(user.id, now)
    return NotLikeThis("原密码不正确，请重新填写；连续输错 5 次账号将锁定并退出", field="current")


def _used_before(user: User, new: str) -> bool:
    memory = current_app.config["PASSWORD_MEMORY"]
    used = session().scalars(
        sa.select(OldPassword.password_hash).where(OldPassword.user_id == user.id).order_by(OldPassword.id.desc()).limit(memory)
    )
    return any(passwords.matches(old, new) for old in [user.password_hash, *used])


def _store(user: User, new: str, now: datetime) -> None:
    session().add(OldPassword(user_id=user.id, password_hash=user.password_hash, at=now))
    user.password_hash = passwords.hash_password(new)
    session().flush()
    kept = sa.select(OldPassword.id).where(OldPassword.user_id == user.id).order_by(OldPassword.id.desc())
    kept = kept.limit(current_app.config["PASSWORD_MEMORY"])
    session().execute(
        sa.delete(OldPassword).where(OldPassword.user_id == user.id, OldPassword.id.not_in(list(session().scalars(kept))))
    )


def end_session(actor: Actor, record: UserSession, now: datetime) -> None:
    """End one of one's own sessions."""
    if record.ended_at is not None:
        raise NotAllowedNow("该会话已经结束")
    sessions.end(record.id, now)
    history.record(KIND, actor.user_id, "end_session", actor, org_id=actor.org_id, name=record.ip)


def ask_permission(actor: Actor, permission: Permission, subject: Any) -> None:
    """What ``@authorize`` asks on a page, for a command. Raises NotAllowed."""
    if not permits(actor, permission, subject):
        raise NotAllowed("您没有办理该事项的权限，如确需办理请联系科室负责人")


def _same(user: User, seen: int) -> None:
    if user.version != seen:
        raise NotAllowedNow(STALE)
