"""数字证书 as a second factor: asked for, approved, refused, withdrawn, revoked, and used at signing in. Never commits.

The system administrator asks, the security administrator approves, nobody for himself, as with every grant. A certificate cannot be
guessed, so a wrong one does not lock the account; it is written into the history with the words of the refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from app import clock, history
from app.accounts import certificate_queries as queries
from app.accounts import factors, sessions, sign_ins
from app.accounts.models import User, UserCertificate, UserSession
from app.accounts.presented import Certificate
from app.accounts.proof import CERTIFICATE
from app.accounts.sign_ins import KIND
from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import MessageKind
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis, Refused
from app.messages.models import Message
from app.messages.operations import When, message_row
from app.reference_data.books import calendar

LONGEST = 400  # characters of a reason
OFF = "本系统没有启用数字证书登录：请运维人员在 config.py 中设置 CLIENT_CERTIFICATES = True 并按安装说明配置 nginx"
STALE = "该绑定已被他人处理，请刷新后再操作"
NOT_SHOWN = "没有读到数字证书：请插好本人的 UKey（或在本机装好证书），关闭全部浏览器窗口，重新登录并在提示时选择证书"
ANOTHER = "您出示的数字证书（序列号 {}）没有绑定到您的账号：请换用本人的 UKey；尚未绑定的，请系统管理员提出、安全管理员批准"


@dataclass(frozen=True, slots=True)
class Binding:
    """What is asked: whose, which certificate, between which days, why."""

    user: User
    certificate: Certificate
    from_on: date
    until_on: date | None  # None: as long as the certificate itself
    reason: str


def ask(actor: Actor, wanted: Binding, now: datetime) -> UserCertificate:
    """提出绑定. Raises NotAllowed for oneself, NotAllowedNow where the certificate is somebody's already, NotLikeThis of wrong days."""
    if not current_app.config["CLIENT_CERTIFICATES"]:
        raise NotAllowedNow(OFF)
    user, shown = wanted.user, wanted.certificate
    if user.id == actor.user_id:
        raise NotAllowed("不能为本人申请绑定数字证书，请由另一名系统管理员提出")
    if not user.active:
        raise NotAllowedNow("该账号没有启用，不能绑定数字证书；请先启用账号")
    until = _days(wanted, clock.office_time(now).date())
    reason = _said(wanted.reason, "请填写申请理由和核实证书属于本人的方式")
    if (standing := queries.standing(shown.fingerprint)) is not None:
        whose = "该账号" if standing.user_id == user.id else "另一个账号"
        raise NotAllowedNow(f"这张证书（序列号 {shown.serial}）已绑定或正在申请绑定到{whose}：一张证书只能属于一个人，请先撤销原来的绑定")
    made = UserCertificate(
        org_id=user.org_id, user_id=user.id, fingerprint=shown.fingerprint, serial=shown.serial, subject=shown.subject, issuer=shown.issuer,
        from_on=wanted.from_on, until_on=until, reason=reason, proposed_by_id=actor.user_id, proposed_at=now,
    )  # fmt: skip
    session().add(made)
    session().flush()
    changes = {"证书序列号": (None, made.serial), "有效期": (None, f"{made.from_on} 至 {made.until_on}")}
    _record(actor, made, "ask_certificate", made.reason, changes)
    return made


def _days(wanted: Binding, today: date) -> date:
    begins, ends = (clock.office_time(moment).date() for moment in (wanted.certificate.begins, wanted.certificate.ends))
    until = wanted.until_on or ends
    if ends < today:
        raise NotLikeThis(f"这张证书已于 {ends} 过期，请向发证机构更换后再申请绑定", field="certificate")
    if wanted.from_on < begins or until > ends:
        raise NotLikeThis(f"绑定的有效期不能超出证书本身的有效期（{begins} 至 {ends}），请改短", field="until_on")
    if until < wanted.from_on or until < today:
        raise NotLikeThis("截止日期不能早于起始日期和今天，请核对", field="until_on")
    return until


def approve(made: UserCertificate, actor: Actor, now: datetime, *, seen: int) -> None:
    """批准: from now on the certificate opens, and the password alone does not."""
    _still_waiting(made, seen)
    if made.user_id == actor.user_id:
        raise NotAllowed("不能审批本人的数字证书，请由另一名安全管理员审批")
    if actor.user_id is None or made.proposed_by_id == actor.user_id:
        raise NotAllowed("提出和批准不能是同一人，请由安全管理员批准（命令行用 --as 指明）")
    made.decided_by_id, made.decided_at = actor.user_id, now
    session().flush()
    _record(actor, made, "bind_certificate", None, {"证书序列号": (None, made.serial)})


def refuse(made: UserCertificate, actor: Actor, reason: str | None, now: datetime, *, seen: int) -> None:
    """不予批准, with the reason."""
    _still_waiting(made, seen)
    _end(made, actor, reason, now, "refuse_certificate")


def withdraw(made: UserCertificate, actor: Actor, reason: str | None, now: datetime, *, seen: int) -> None:
    """撤回 by those who ask, before it is decided."""
    _still_waiting(made, seen)
    _end(made, actor, reason, now, "withdraw_certificate")


def revoke(made: UserCertificate, actor: Actor, reason: str | None, now: datetime, *, seen: int) -> None:
    """撤销: at once; the person is signed out everywhere, and told."""
    if made.version != seen or made.ended_at is not None:
        raise NotAllowedNow(STALE)
    if made.decided_at is None:
        raise NotAllowedNow("该绑定还没有批准，不用撤销：请点“不予批准”")
    _end(made, actor, reason, now, "revoke_certificate")
    sessions.end_all(made.user_id, now)
    told = f"证书序列号 {made.serial}，由{actor.name}撤销，原因：{made.end_reason}。如有疑问，请联系安全管理员。"
    row = message_row(
        made.user_id, made.org_id, MessageKind.NOTICE, f"certificate-{made.id}-{now.timestamp()}", "您的数字证书绑定已被撤销", told, None,
        When(now, calendar()), urgent=True,
    )  # fmt: skip
    session().add(Message(**row))


def _still_waiting(made: UserCertificate, seen: int) -> None:
    if made.version != seen or made.decided_at is not None or made.ended_at is not None:
        raise NotAllowedNow(STALE)


def _end(made: UserCertificate, actor: Actor, reason: str | None, now: datetime, step: str) -> None:
    made.ended_by_id, made.ended_at, made.end_reason = actor.user_id, now, _said(reason, "请填写原因")
    session().flush()
    _record(actor, made, step, made.end_reason, {"证书序列号": (made.serial, None)})


def _said(written: str | None, lacking: str) -> str:
    """A reason, whole: one that is too long is refused and not cut."""
    text = (written or "").strip()
    if not text:
        raise NotLikeThis(lacking, field="reason")
    if len(text) > LONGEST:
        raise NotLikeThis(f"理由或原因不得超过 {LONGEST} 个字，请精简", field="reason")
    return text


def _record(actor: Actor, made: UserCertificate, step: str, comment: str | None, changes: Mapping[str, tuple[object, object]]) -> None:
    name = session().scalar(sa.select(User.username).where(User.id == made.user_id))
    history.record(KIND, made.user_id, step, actor, org_id=made.org_id, name=name, comment=comment, changes=changes)


# ---------------------------------------------------------------- used at signing in


def give(actor: Actor, shown: Certificate | Refused | None, now: datetime, session_id: int) -> Refused | None:
    """登录第二步 with a certificate. What is returned is a refusal that has been written down and must be committed."""
    user = factors.person(actor.user_id)
    if user.locked_until is not None and now < user.locked_until:
        sessions.end_all(user.id, now)
        return NotAllowedNow(factors.LOCKED)
    bound = queries.of_person(user.id, shown.fingerprint) if isinstance(shown, Certificate) else None
    refusal = _refusal(shown, bound, clock.office_time(now).date())
    if refusal is not None:
        number = f"（序列号 {shown.serial}）" if isinstance(shown, Certificate) else ""
        comment = f"{refusal.sentence}{number if number not in refusal.sentence else ''}"[:400]
        history.record(KIND, user.id, "certificate_refused", actor, org_id=user.org_id, name=user.username, comment=comment)
        return refusal
    assert bound is not None
    session().execute(sa.update(UserSession).where(UserSession.id == session_id).values(factor_at=now, factor_by=CERTIFICATE))
    sign_ins.forget_failures(user, now)
    comment = f"序列号 {bound.serial}"
    history.record(KIND, user.id, "give_certificate", actor, org_id=user.org_id, name=user.username, comment=comment)
    return None


def _refusal(shown: Certificate | Refused | None, bound: UserCertificate | None, today: date) -> Refused | None:
    if not isinstance(shown, Certificate):
        return shown or NotLikeThis(NOT_SHOWN)
    if bound is None:
        return NotLikeThis(ANOTHER.format(shown.serial))
    if bound.ended_at is not None and bound.decided_at is not None:
        return NotLikeThis(f"该数字证书的绑定已于 {sign_ins.in_words(bound.ended_at)} 撤销：请换用其他方式登录，或请系统管理员重新申请绑定")
    if bound.decided_at is None:
        return NotLikeThis("该数字证书的绑定还没有批准：请安全管理员在“数字证书”页面批准后再登录")
    if not bound.from_on <= today <= bound.until_on:
        days = f"{bound.from_on} 至 {bound.until_on}"
        return NotLikeThis(f"该数字证书的绑定不在有效期内（{days}）：请系统管理员撤销后重新申请绑定，由安全管理员批准")
    return None
