"""动态口令: bind, give, renew, take away. A wrong code counts like a wrong password; a right one is good once.

What is returned instead of raised is a refusal whose failure has been counted and must be committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import field_encryption, history
from app.accounts import factor_queries as queries
from app.accounts import passwords, sessions, sign_ins
from app.accounts.models import RecoveryCode, SecondFactor, User, UserSession
from app.accounts.sign_ins import KIND, Evidence, Ground
from app.db import session
from app.domain import one_time_codes as codes
from app.domain.actors import Actor
from app.domain.reporting_kinds import MessageKind
from app.domain.trust_kinds import SignMethod
from app.errors import NotAllowedNow, NotLikeThis, Refused
from app.messages.models import Message
from app.messages.operations import When, message_row
from app.reference_data.books import calendar

PURPOSE = "second_factor.secret"
WRONG_CODE = "动态口令不正确或已用过：请核对手机时间是否准确，等下一个口令出现后再输入；连续输错 5 次账号将锁定并退出"
WRONG_PROOF = "密码或动态口令不正确，请重新填写；连续输错 5 次账号将锁定并退出"
LOCKED = "账号已锁定，请稍后再试，或联系安全管理员解锁"
ALREADY = "您已绑定动态口令；如需更换手机，请先解除绑定（岗位要求绑定的，解除后须立即重新绑定）"
NOT_BEGUN = "请先点击“开始绑定”，再输入手机上显示的口令"
NONE = "该账号没有绑定动态口令，无需重置"


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody typed to prove who he is; slow comparisons are made outside the transaction."""

    written: str
    recovery_id: int | None = None
    password: Evidence | None = None


def examine(user_id: int, username: str, written: str, *, password_too: bool) -> Shown:
    """Look at what was typed: a code, else a recovery code, or where it may be one the password."""
    if codes.is_code(written):
        return Shown(written)
    if password_too:
        return Shown(written, None, sign_ins.examine(username, written))
    tidied = codes.tidy(written)
    found = None
    if len(tidied) == codes.RECOVERY_LENGTH:
        found = next((one.id for one in queries.unused_codes(user_id) if passwords.matches(one.code_hash, tidied)), None)
    return Shown(written, found)


# ---------------------------------------------------------------- binding


def start_binding(actor: Actor, now: datetime) -> None:
    """开始绑定: a new secret, which counts only when a code of it has been given."""
    assert actor.user_id is not None
    factor = queries.factor_of(actor.user_id)
    if factor is not None and factor.confirmed_at is not None:
        raise NotAllowedNow(ALREADY)
    sealed = field_encryption.seal(codes.as_text(secrets.token_bytes(codes.SECRET_BYTES)), PURPOSE)
    if factor is None:
        session().add(SecondFactor(user_id=actor.user_id, secret=sealed, last_step=0, created_at=now))
    else:
        factor.secret, factor.created_at = sealed, now


def secret_of(factor: SecondFactor) -> bytes:
    return codes.from_text(field_encryption.unseal(factor.secret, PURPOSE))


def bind(actor: Actor, written: str, now: datetime, session_id: int) -> Sequence[str]:
    """确认绑定 with a code from the telephone. Returns the recovery codes, which are said this once. Other sessions of the person end."""
    user = person(actor.user_id)
    factor = queries.factor_of(user.id)
    if factor is None:
        raise NotAllowedNow(NOT_BEGUN)
    if factor.confirmed_at is not None:
        raise NotAllowedNow(ALREADY)
    period = codes.matching_period(secret_of(factor), written, now, factor.last_step)
    if period is None:
        raise NotLikeThis("口令不正确：请核对手机时间是否准确，输入手机上当前显示的 6 位数字", field="code")
    factor.confirmed_at, factor.last_step = now, period
    proved(session_id, SignMethod.TOTP, now, factor_too=True)
    sessions.end_all(user.id, now, but=session_id)
    history.record(KIND, user.id, "enrol_factor", actor, org_id=user.org_id, name=user.username)
    return _new_codes(user.id, now)


def _new_codes(user_id: int, now: datetime) -> Sequence[str]:
    session().execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    signs = ["".join(secrets.choice(codes.RECOVERY_SIGNS) for _ in range(codes.RECOVERY_LENGTH)) for _ in range(codes.RECOVERY_CODES)]
    session().add_all(RecoveryCode(user_id=user_id, code_hash=passwords.hash_password(one), created_at=now) for one in signs)
    return [codes.recovery_text(one) for one in signs]


# ---------------------------------------------------------------- giving


def give(actor: Actor, shown: Shown, now: datetime, session_id: int) -> Refused | None:
    """登录第二步: the code, or a recovery code. The session can be used from then on."""
    user = person(actor.user_id)
    method, refusal = _checked(user, shown, now, "动态口令错误")
    if method is None:
        return refusal
    proved(session_id, method, now, factor_too=True)
    sign_ins.forget_failures(user, now)
    if method is SignMethod.RECOVERY:
        left = len(queries.unused_codes(user.id))
        changes = {"剩余恢复码": (left + 1, left)}
        history.record(KIND, user.id, "use_recovery", actor, org_id=user.org_id, name=user.username, changes=changes)
    else:
        history.record(KIND, user.id, "give_factor", actor, org_id=user.org_id, name=user.username)
    return None


def confirm(actor: Actor, shown: Shown, now: datetime, session_id: int) -> SignMethod | Refused:
    """再次确认身份 before a decision, with the password or a code."""
    user = person(actor.user_id)
    method, refusal = _checked(user, shown, now, "再次确认身份时密码或动态口令错误", WRONG_PROOF)
    if method is None:
        return refusal
    proved(session_id, method, now)
    comment = f"以{method.value}确认"
    history.record(KIND, user.id, "confirm_identity", actor, org_id=user.org_id, name=user.username, comment=comment)
    return method


def renew_codes(actor: Actor, shown: Shown, now: datetime, session_id: int) -> Sequence[str] | Refused:
    """重新生成恢复码: the former ones end."""
    user = person(actor.user_id)
    method, refusal = _checked(user, shown, now, "更换恢复码时动态口令错误")
    if method is None:
        return refusal
    proved(session_id, method, now)
    history.record(KIND, user.id, "renew_recovery", actor, org_id=user.org_id, name=user.username)
    return _new_codes(user.id, now)


def remove(actor: Actor, shown: Shown, now: datetime, session_id: int) -> Refused | None:
    """解除绑定 by the person himself, with a code; whoever must have one is asked to bind anew at once."""
    user = person(actor.user_id)
    method, refusal = _checked(user, shown, now, "解除绑定时动态口令错误")
    if method is None:
        return refusal
    _drop(user.id)
    session().execute(sa.update(UserSession).where(UserSession.id == session_id).values(factor_at=None, factor_by=None))
    history.record(KIND, user.id, "remove_factor", actor, org_id=user.org_id, name=user.username)
    return None


def reset(actor: Actor, user: User, now: datetime, reason: str | None) -> None:
    """重置动态口令 of somebody who has lost telephone and recovery codes: signed out everywhere, he binds a new one, and is told."""
    if not queries.has_factor(user.id):
        raise NotAllowedNow(NONE)
    if not (reason or "").strip():
        raise NotLikeThis("请填写重置的原因和核实本人身份的方式", field="reason")
    _drop(user.id)
    sessions.end_all(user.id, now)
    history.record(KIND, user.id, "reset_factor", actor, org_id=user.org_id, name=user.username, comment=reason)
    told = f"由{actor.name}重置，原因：{(reason or '').strip()}。如非您本人要求，请立即联系安全管理员。"
    row = message_row(
        user.id, user.org_id, MessageKind.NOTICE, f"factor-{now.timestamp()}", "您的动态口令已被重置", told, None, When(now, calendar()),
        urgent=True,
    )  # fmt: skip
    session().add(Message(**row))


def _drop(user_id: int) -> None:
    session().execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session().execute(sa.delete(SecondFactor).where(SecondFactor.user_id == user_id))


# ---------------------------------------------------------------- checking


def person(user_id: int | None) -> User:
    """The account, locked until the end of the transaction: of several guesses at once each is counted."""
    session().execute(sa.select(User.id).where(User.id == user_id).with_for_update())
    user = sessions.load_user(User.id == user_id)
    if user is None or not user.active:
        raise NotAllowedNow("该账号已停用，请联系本单位系统管理员")
    return user


def _checked(
    user: User, shown: Shown, now: datetime, failure: str, sentence: str = WRONG_CODE
) -> tuple[SignMethod | None, Refused]:
    """With what the person proved who he is; else None, and the refusal of a failure that has been counted."""
    if user.locked_until is not None and now < user.locked_until:
        sessions.end_all(user.id, now)
        return None, NotAllowedNow(LOCKED)
    method = _method(user, shown, now)
    if method is None:
        sign_ins.count_failure(user, now)
        if sign_ins.note_failure(user, now, Ground("", failure, counts=True)):
            sessions.end_all(user.id, now)
    return method, NotLikeThis(sentence, field="code")


def _method(user: User, shown: Shown, now: datetime) -> SignMethod | None:
    if shown.password is not None:
        right = shown.password.user_id == user.id and shown.password.matched and shown.password.password_hash == user.password_hash
        return SignMethod.PASSWORD if right else None
    if shown.recovery_id is not None:
        where = (RecoveryCode.id == shown.recovery_id, RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
        return SignMethod.RECOVERY if _once(sa.update(RecoveryCode).where(*where).values(used_at=now)) else None
    return SignMethod.TOTP if _code_is_right(user, shown.written, now) else None


def _code_is_right(user: User, written: str, now: datetime) -> bool:
    factor = queries.factor_of(user.id)
    if factor is None or factor.confirmed_at is None:
        return False
    period = codes.matching_period(secret_of(factor), written, now, factor.last_step)
    if period is None:
        return False
    where = (SecondFactor.id == factor.id, SecondFactor.last_step < period)
    return _once(sa.update(SecondFactor).where(*where).values(last_step=period))


def _once(statement: sa.Update) -> bool:
    """Of two that use the same thing at the same moment one does."""
    return bool(session().connection().execute(statement).rowcount)


def proved(session_id: int, method: SignMethod, now: datetime, *, factor_too: bool = False) -> None:
    values = {"confirmed_at": now, "confirmed_by": method.value, **({"factor_at": now, "factor_by": method.value} if factor_too else {})}
    session().execute(sa.update(UserSession).where(UserSession.id == session_id).values(**values))
