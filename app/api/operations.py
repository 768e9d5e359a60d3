"""Keys, changed: issued, revoked, counted; calls remembered and forgotten."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app import history
from app.accounts.models import User
from app.api import queries
from app.api.bodies import Submission
from app.api.models import ApiCall, ApiKey
from app.db import session
from app.domain.actors import Actor
from app.domain.api_keys import FASTEST, HOLDERS, ApiScope, holder_complaint
from app.errors import NotAllowedNow, NotLikeThis
from app.labels import label

KIND = ApiKey.__tablename__
LOWER, LETTERS = string.ascii_lowercase + string.digits, string.ascii_letters + string.digits
MINUTE = timedelta(minutes=1)
KEEP_DAYS = 30  # how long a repeated submission is still recognised
NEVER = "长期有效"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the administrator grants."""

    name: str
    scopes: Collection[ApiScope]
    per_minute: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key and its secret, which exists nowhere else."""

    key: ApiKey
    written: str


def hash_of(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()


def issue(holder: User, wanted: Wanted, actor: Actor, at: datetime, today: date) -> Issued:
    """签发: a key that acts as this account.

    Raises NotLikeThis when the account may not hold one or what is granted makes no sense.
    """
    _refuse_holder(holder, at)
    _refuse_grant(wanted, today)
    if wanted.name in queries.names_in_use(holder.id, today):
        raise NotLikeThis(f"{holder.name}已有名为“{wanted.name}”的密钥，请换一个名称，或先吊销原密钥", field="name")
    prefix, secret = (_random(characters, length) for characters, length in ((LOWER, 10), (LETTERS, 40)))
    written = f"shian_{prefix}_{secret}"
    scopes = [scope.value for scope in ApiScope if scope in wanted.scopes]
    key = ApiKey(
        org_id=holder.org_id, user_id=holder.id, name=wanted.name, prefix=prefix, secret_sha256=hash_of(written), scopes=scopes,
        per_minute=wanted.per_minute, created_at=at, created_by_id=actor.user_id, expires_on=wanted.expires_on,
    )  # fmt: skip
    session().add(key)
    session().flush()
    granted = {
        "前缀": (None, prefix), "用户": (None, holder.username), "权限范围": (None, [label(ApiScope(one)) for one in scopes]),
        "每分钟请求数": (None, wanted.per_minute), "有效期至": (None, wanted.expires_on or NEVER),
    }  # fmt: skip
    history.record(KIND, key.id, "issue_key", actor, org_id=key.org_id, name=key.name, changes=granted)
    return Issued(key, written)


def _random(characters: str, length: int) -> str:
    return "".join(secrets.choice(characters) for _ in range(length))


def _refuse_holder(holder: User, at: datetime) -> None:
    if complaint := holder_complaint(holder, at):
        raise NotLikeThis(f"用户“{holder.username}”当前{complaint}，不能签发密钥", field="username")
    if holder.roles.isdisjoint(HOLDERS):
        words = "、".join(role.value for role in HOLDERS)
        raise NotLikeThis(f"用户“{holder.username}”没有{words}中的任何一个岗位角色，不能签发密钥", field="username")


def _refuse_grant(wanted: Wanted, today: date) -> None:
    if not wanted.name or len(wanted.name) > 100:
        raise NotLikeThis("请填写密钥名称，不超过 100 个字", field="name")
    if not wanted.scopes:
        raise NotLikeThis("请至少选择一项权限范围", field="scopes")
    if not 1 <= wanted.per_minute <= FASTEST:
        raise NotLikeThis(f"每分钟请求数应在 1 至 {FASTEST} 之间", field="per_minute")
    if wanted.expires_on is not None and wanted.expires_on < today:
        raise NotLikeThis("有效期早于今天，请核对", field="expires_on")


def revoke(key: ApiKey, actor: Actor, at: datetime, reason: str) -> None:
    """吊销: the key stops with the next request. Raises NotAllowedNow the second time."""
    if not reason.strip():
        raise NotLikeThis("请填写吊销原因", field="reason")
    statement = (
        sa.update(ApiKey)
        .where(ApiKey.id == key.id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by_id=actor.user_id)
    )
    if session().connection().execute(statement).rowcount != 1:
        raise NotAllowedNow("该密钥已经吊销，无须再次操作")
    session().expire(key, ["revoked_at", "revoked_by_id"])
    history.record(KIND, key.id, "revoke_key", actor, org_id=key.org_id, name=key.name, comment=reason)


# ---------------------------------------------------------------- requests

def spent(key: ApiKey, now: datetime) -> bool:
    """Was the limit of this minute reached when the key was read? Asked before any lock is: a flood costs others nothing."""
    return key.window_started_at == _minute(now) and key.window_count >= key.per_minute


def count(key: ApiKey, now: datetime) -> bool:
    """Count one request; False when the minute is spent.

    One statement decides, whatever the number of processes. A window that a wrong clock put into the future is no window.
    """
    minute, started = _minute(now), ApiKey.window_started_at
    anew = sa.or_(started.is_(None), started < minute, started > minute + MINUTE)
    statement = (
        sa.update(ApiKey)
        .where(ApiKey.id == key.id, sa.or_(anew, ApiKey.window_count < ApiKey.per_minute))
        .values(
            window_count=sa.case((anew, 1), else_=ApiKey.window_count + 1),
            window_started_at=sa.case((anew, minute), else_=started),
            last_used_at=now,
        )
    )
    return bool(session().connection().execute(statement).rowcount == 1)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def seconds_left(now: datetime) -> int:
    """Until the next minute is counted."""
    return 60 - now.second


def begin_call(key: ApiKey, submission: Submission, method: str, path: str, at: datetime) -> ApiCall:
    """Take the idempotency key, in the transaction of what is to be done once.

    Raises IntegrityError where another request has it; on PostgreSQL, after waiting until that one is done.
    """
    call = ApiCall(
        org_id=key.org_id, key_id=key.id, idempotency_key=submission.idempotency_key, request_sha256=submission.sha256,
        method=method, path=path, made_at=at,
    )  # fmt: skip
    session().add(call)
    session().flush()
    old = sa.and_(ApiCall.key_id == key.id, ApiCall.made_at < at - timedelta(days=KEEP_DAYS))
    session().connection().execute(sa.delete(ApiCall).where(old))
    return call


def forget_calls(before: datetime) -> int:
    """Drop what was remembered of submissions made before; what they wrote stays. Returns how many."""
    return int(session().connection().execute(sa.delete(ApiCall).where(ApiCall.made_at < before)).rowcount)
