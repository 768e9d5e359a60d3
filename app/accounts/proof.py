"""How the person of this session has proved who he is: what a session still lacks, and what a signature may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import current_app, has_request_context
from flask_login import current_user

from app import clock
from app.domain.actors import Channel, Role
from app.domain.one_time_codes import HIGHEST_LEVEL, roles_with_factor
from app.domain.trust_kinds import SignMethod

REAUTH_AT_LEVEL_3 = 10  # minutes
CERTIFICATE = "数字证书"  # with what the second factor was given, beside the words of SignMethod


class FactorWanted(StrEnum):
    """What stands between a signed-in person and the pages."""

    CODE = "请输入动态口令"
    ENROL = "请先绑定动态口令"


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one session: has its person a second factor, when was it given, when did he last say who he is, and with what."""

    has_factor: bool
    factor_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    by_code: bool = True  # 动态口令 is bound
    by_certificate: bool = False  # 数字证书 is bound, and certificates count here


def factor_roles() -> frozenset[Role]:
    """岗位 whose people must have a second factor in this installation."""
    named = current_app.config["TOTP_ROLES"]
    return roles_with_factor(current_app.config["SECURITY_LEVEL"], None if named is None else [one for one in named.split(",") if one])


def wanted(roles: frozenset[Role], proof: Proof) -> FactorWanted | None:
    """What this session lacks before it can be used."""
    if proof.has_factor:
        return FactorWanted.CODE if proof.factor_at is None else None
    return FactorWanted.ENROL if roles & factor_roles() else None


def reauth_minutes() -> int:
    """再次确认身份: after so many minutes a decision asks again; 0 never."""
    minutes: int = current_app.config["REAUTH_MINUTES"]
    if minutes >= 0:
        return minutes
    return REAUTH_AT_LEVEL_3 if current_app.config["SECURITY_LEVEL"] >= HIGHEST_LEVEL else 0


def is_fresh(proof: Proof, now: datetime) -> bool:
    """Has the person said who he is recently enough to decide?"""
    minutes = reauth_minutes()
    return not minutes or (proof.confirmed_at is not None and now - proof.confirmed_at <= timedelta(minutes=minutes))


def must_confirm(channel: Channel) -> bool:
    """Is this a page whose person has to say again who he is? Commands and jobs have been asked before they began."""
    if channel is not Channel.PAGE or not has_request_context() or not current_user.is_authenticated:
        return False
    return not is_fresh(current_user.proof, clock.now())


def method(channel: Channel) -> SignMethod:
    """How the signer's identity was established, as the signature says it."""
    if channel is Channel.COMMAND or not has_request_context():
        return SignMethod.SESSION if channel is Channel.JOB else SignMethod.COMMAND
    proof: Proof | None = getattr(current_user, "proof", None)
    if proof is None or not reauth_minutes() or not is_fresh(proof, clock.now()) or proof.confirmed_by is None:
        return SignMethod.SESSION
    return SignMethod(proof.confirmed_by)
