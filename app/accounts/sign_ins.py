"""登录: who is let in, who is refused and with which words, and when an account or an address has tried too often.

Everybody who is refused reads the same sentence after the same time: whether the name exists, is locked or is disabled
is nobody's business before sign-in (GB/T 22239 8.1.4.1, ASVS 6.3.8).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload, selectinload

from app import clock, history
from app.accounts import barriers, factor_queries, passwords, sessions
from app.accounts.models import SignInAttempt, User
from app.db import session
from app.domain.actors import Actor
from app.errors import Refused

KIND = User.__tablename__
PER_ADDRESS = 20  # failures in one window, after which the address has to wait
FORGET_AFTER = timedelta(days=2)
REFUSED = (
    "用户名或密码不正确，或账号已锁定、停用。请核对后重试；15 分钟内连续输错 5 次，账号将锁定 30 分钟。"
    "忘记密码请联系本单位系统管理员重置"
)
EXPIRED = "初始密码已超过有效期，请联系本单位系统管理员重新生成"
SLOWED = "登录失败次数过多，为防止猜测密码，请 15 分钟后再试"
UNKNOWN = Actor(None, "未登录用户", frozenset(), 0, "/0/")


class TooMany(Refused):
    """Too many failures from one address."""

    status = 429


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was typed, compared with what is stored; made outside the transaction because hashing is slow on purpose."""

    user_id: int | None
    password_hash: str | None
    matched: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """The outcome of a sign-in: a session's token with the words about the last one, or a refusal."""

    token: str | None
    last: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody is refused: what he reads, what the history says, and whether it counts towards the lock."""

    sentence: str
    comment: str
    counts: bool = False


def account_name(written: str) -> str:
    """The user name as stored: full-width letters, capitals and spaces around it make no difference."""
    return unicodedata.normalize("NFKC", written).strip().casefold()


def minutes(setting: str) -> timedelta:
    return timedelta(minutes=current_app.config[setting])


def examine(username: str, password: str) -> Evidence:
    """Compare a password with an account's; an unknown name takes as long as a known one."""
    row = session().execute(
        sa.select(User.id, User.password_hash).where(User.username == account_name(username))
    ).first()
    if row is None:
        return Evidence(None, None, passwords.matches(None, password))
    return Evidence(row.id, row.password_hash, passwords.matches(row.password_hash, password))


def refuse_if_slowed(ip: str | None, now: datetime) -> None:
    """Refuse an address that has failed too often, whatever the names it tried. Raises TooMany."""
    failures = sa.select(SignInAttempt.id).where(
        SignInAttempt.ip == (ip or "-"),
        SignInAttempt.at > now - minutes("FAILURE_WINDOW_MINUTES"),
        SignInAttempt.succeeded.is_(False),
    )
    if (session().scalar(sa.select(sa.func.count()).select_from(failures.limit(PER_ADDRESS).subquery())) or 0) >= PER_ADDRESS:
        raise TooMany(SLOWED)


def admit(
    evidence: Evidence, now: datetime, *, ip: str | None, agent: str | None = None, replaces: int | None = None
) -> Admission:
    """Let the person in or not; either way it is counted and written into the history.

    Nothing is raised: a failure has to be committed. ``replaces`` is the session this browser held until now.
    """
    user = _read_again(evidence)
    ground = _ground(user, evidence, now)
    if user is not None and ground is None and (barred := barriers.reason(user, ip, now, replaces)) is not None:
        ground = Ground(*barred)
    counted = user is not None and (ground is None or ground.counts)
    _attempt(evidence.user_id if counted else None, ip, now, succeeded=ground is None)
    if user is None:
        history.record(KIND, None, "sign_in_failed", UNKNOWN, comment="用户名不存在")
    elif ground is not None:
        note_failure(user, now, ground)
    if user is None or ground is not None:
        return Admission(None, "", ground.sentence if ground else REFUSED)
    return _let_in(user, now, ip, agent, replaces)


def count_failure(user: User, now: datetime) -> None:
    """A wrong password typed elsewhere than at the door."""
    _attempt(user.id, history.address.get(), now, succeeded=False)


def _attempt(user_id: int | None, ip: str | None, now: datetime, *, succeeded: bool) -> None:
    session().add(SignInAttempt(user_id=user_id, ip=ip or "-", at=now, succeeded=succeeded))
    session().flush()


def _read_again(evidence: Evidence) -> User | None:
    if evidence.user_id is None:
        return None
    session().execute(sa.select(User.id).where(User.id == evidence.user_id).with_for_update())
    return session().scalars(
        sa.select(User)
        .where(User.id == evidence.user_id)
        .options(joinedload(User.organisation), selectinload(User.grants))
        .execution_options(populate_existing=True)
    ).first()


def _ground(user: User | None, evidence: Evidence, now: datetime) -> Ground | None:
    if user is None:
        return Ground(REFUSED, "用户名不存在")
    if not user.active:
        return Ground(REFUSED, "账号已停用")
    if user.locked_until is not None and now < user.locked_until:
        return Ground(REFUSED, "账号锁定期间尝试登录")
    if not evidence.matched or evidence.password_hash != user.password_hash:
        return Ground(REFUSED, "密码错误", counts=True)
    if user.initial_until is not None and now > user.initial_until:
        return Ground(EXPIRED, "初始密码已过有效期")
    return None


def note_failure(user: User, now: datetime, ground: Ground) -> bool:
    """Write a failure down and lock the account when it is one too many; returns whether it is locked now."""
    actor = sessions.actor_of(user)
    history.record(KIND, user.id, "sign_in_failed", actor, org_id=user.org_id, name=user.username, comment=ground.comment)
    if not ground.counts:
        return False
    count = failures_since(user, now - minutes("FAILURE_WINDOW_MINUTES"))
    if count < current_app.config["LOCK_AFTER_FAILURES"]:
        _set(user, failed_count=count)
        return False
    until = now + minutes("LOCK_MINUTES")
    _set(user, failed_count=count, failures_from=now, locked_until=until)
    alert = (
        f"{current_app.config['FAILURE_WINDOW_MINUTES']} 分钟内连续 {count} 次密码错误，"
        f"账号锁定至 {in_words(until)}，请安全管理员核实是否有人猜测密码"
    )
    history.record(KIND, user.id, "locked", actor, org_id=user.org_id, name=user.username, comment=alert)
    return True


def failures_since(user: User, moment: datetime) -> int:
    """Failures of this account after the moment and after the last success, unlocking or lock."""
    start = max(moment, user.failures_from) if user.failures_from else moment
    return session().scalar(
        sa.select(sa.func.count()).select_from(SignInAttempt).where(
            SignInAttempt.user_id == user.id, SignInAttempt.at > start, SignInAttempt.succeeded.is_(False)
        )
    ) or 0


def _let_in(user: User, now: datetime, ip: str | None, agent: str | None, replaces: int | None) -> Admission:
    last = _last_time(user)
    if replaces is not None:
        sessions.end(replaces, now)
    _set(user, locked_until=None, last_sign_in_at=now, last_sign_in_ip=ip)
    if not factor_queries.has_factor(user.id):  # else the code is still to come: a known password must not buy more guesses at it
        forget_failures(user, now)
    session().execute(sa.delete(SignInAttempt).where(SignInAttempt.ip == (ip or "-"), SignInAttempt.at < now - FORGET_AFTER))
    token = sessions.start(user, now, ip=ip, agent=agent)
    history.record(KIND, user.id, "sign_in", sessions.actor_of(user), org_id=user.org_id, name=user.username)
    return Admission(token, last, None)


def forget_failures(user: User, now: datetime) -> None:
    """The person is in: what failed before counts no more."""
    _set(user, failed_count=0, failures_from=now)


def _last_time(user: User) -> str:
    if user.last_sign_in_at is None:
        return "首次登录"
    words = f"{in_words(user.last_sign_in_at)}　地址：{user.last_sign_in_ip or '—'}"
    failed = failures_since(user, user.last_sign_in_at)
    return f"{words}　此后有 {failed} 次登录失败" if failed else words


def _set(user: User, **values: object) -> None:
    """Book-keeping that is no edit of the account: the version stays, so nobody's open form is refused for it."""
    session().execute(sa.update(User).where(User.id == user.id).values(**values))


def in_words(moment: datetime) -> str:
    return clock.office_time(moment).strftime("%Y-%m-%d %H:%M")


def sign_out(actor: Actor, session_id: int, username: str, now: datetime) -> None:
    """退出: the session ends on the server, whatever the browser does with its cookie."""
    sessions.end(session_id, now)
    history.record(KIND, actor.user_id, "sign_out", actor, org_id=actor.org_id, name=username)
