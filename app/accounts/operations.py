"""What is done with accounts: make, edit, grant roles, disable, reset, unlock; and what a person does with his own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from app import history
from app.accounts import passwords, sessions, sign_ins
from app.accounts.models import OldPassword, User, UserRole, UserSession
from app.accounts.sign_ins import KIND, Evidence, Ground
from app.db import session
from app.domain.actors import Actor, Role, conflicting
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
    """新建用户 with a one-time password. Raises NotLikeThis for a bad or used name, or roles that exclude each other."""
    username = sign_ins.account_name(username)
    if not USERNAME.fullmatch(username):
        raise NotLikeThis("用户名须为 2 至 40 个字母、数字、汉字或 . _ -，请修改", field="username")
    if session().scalar(sa.select(User.id).where(User.username == username)) is not None:
        raise NotLikeThis(f"用户名“{username}”已被使用，请换一个", field="username")
    _check(actor, details)
    password = passwords.one_time_password()
    until = now + timedelta(hours=current_app.config["INITIAL_PASSWORD_HOURS"])
    user = User(
        org_id=details.org.id, username=username, name=details.name, position=details.position,
        password_hash=passwords.hash_password(password), must_change=True, initial_until=until, active=True, created_at=now,
        grants=[UserRole(role=role) for role in sorted(details.roles)],
    )
    session().add(user)
    session().flush()
    changes = {"姓名": (None, user.name), "所属机构": (None, details.org.name), "岗位角色": (None, in_words(details.roles))}
    history.record(KIND, user.id, "create", actor, org_id=user.org_id, name=username, changes=changes)
    return user, OneTime(username, password, until)


def _check(actor: Actor, details: Details) -> None:
    if details.org.id not in actor.reach:
        raise NotAllowed("只能管理本单位及下级单位的账号")
    if not details.org.active:
        raise NotLikeThis("该机构已停用，请选择其他机构", field="org_id")
    if not details.roles:
        raise NotLikeThis("请至少选择一个岗位角色", field="roles")
    sentence = conflicting(details.roles)
    if sentence is not None:
        raise NotLikeThis(sentence, field="roles")
    if (Role.LABORATORY in details.roles) != (details.org.kind is OrganisationKind.LABORATORY):
        raise NotLikeThis("承检机构的账号只能担任“承检机构”角色，其他单位的账号不得担任该角色，请调整机构或角色", field="roles")


def in_words(roles: Iterable[Role]) -> str:
    """Roles in the order of the role list."""
    chosen = frozenset(roles)
    return "、".join(role.value for role in Role if role in chosen)


def edit(actor: Actor, user: User, details: Details, seen: int) -> None:
    """修改用户 and 岗位授权; each is an entry of its own, with before and after."""
    _same(user, seen)
    _check(actor, details)
    if not user.active:
        raise NotAllowedNow("该账号已停用，请先启用再修改")
    before, roles = user.organisation, user.roles
    changes = {
        "姓名": (user.name, details.name),
        "科室职务": (user.position, details.position),
        "所属机构": (before.name, details.org.name),
    }
    if any(old != new for old, new in changes.values()):
        user.name, user.position, user.org_id = details.name, details.position, details.org.id
        history.record(KIND, user.id, "edit", actor, org_id=details.org.id, name=user.username, changes=changes)
    if roles != details.roles:
        _grant(actor, user, roles, details)


def _grant(actor: Actor, user: User, before: frozenset[Role], details: Details) -> None:
    user.grants = [
        *[grant for grant in user.grants if grant.role in details.roles],
        *[UserRole(role=role) for role in sorted(details.roles - before)],
    ]
    sa.orm.attributes.flag_modified(user, "name")  # grants are rows of their own; the version must move with them
    changes = {"岗位角色": (in_words(before), in_words(details.roles))}
    history.record(KIND, user.id, "grant", actor, org_id=details.org.id, name=user.username, changes=changes)


def disable(actor: Actor, user: User, seen: int, now: datetime) -> None:
    """停用: the person is signed out everywhere at once."""
    _same(user, seen)
    if not user.active:
        raise NotAllowedNow("该账号已是停用状态")
    user.active = False
    sessions.end_all(user.id, now)
    history.record(KIND, user.id, "disable", actor, org_id=user.org_id, name=user.username)


def enable(actor: Actor, user: User, seen: int) -> None:
    """启用."""
    _same(user, seen)
    if user.active:
        raise NotAllowedNow("该账号已是启用状态")
    user.active = True
    history.record(KIND, user.id, "enable", actor, org_id=user.org_id, name=user.username)


def reset_password(actor: Actor, user: User, seen: int, now: datetime) -> OneTime:
    """重置密码. A lock stays: unlocking is the security administrator's (三员分立)."""
    _same(user, seen)
    if not user.active:
        raise NotAllowedNow("该账号已停用，请先启用再重置密码")
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


def _same(user: User, seen: int) -> None:
    if user.version != seen:
        raise NotAllowedNow(STALE)
