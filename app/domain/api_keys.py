"""接口密钥: how a key is written, what it may be used for, and when it still counts."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from app.domain.actors import Role

HOLDERS: Final = (Role.LABORATORY, Role.SAMPLER, Role.STATISTICIAN)  # whose work a program may do
KEY: Final = re.compile(r"shian_([a-z0-9]{10})_([A-Za-z0-9]{40})")
IDEMPOTENCY_KEY: Final = re.compile(r"[A-Za-z0-9._:-]{1,80}")
FASTEST: Final = 6000  # requests a minute


class ApiScope(StrEnum):
    """接口权限范围: a key does what its user may do, and of that no more than its scopes name."""

    SAMPLES_READ = "samples:read"
    RESULTS_READ = "results:read"
    RESULTS_WRITE = "results:write"
    FIGURES_READ = "figures:read"


class HasLife(Protocol):
    """A key as issued."""

    @property
    def expires_on(self) -> date | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...


class HasStanding(Protocol):
    """The account that a key acts as."""

    @property
    def active(self) -> bool: ...
    @property
    def locked_until(self) -> datetime | None: ...


def key_complaint(key: HasLife, today: date) -> str:
    """Why the key itself counts no more; "" if it does. Its last day is a whole day."""
    if key.revoked_at is not None:
        return "已吊销"
    return "已过期" if key.expires_on is not None and key.expires_on < today else ""


def holder_complaint(holder: HasStanding, now: datetime) -> str:
    """Why the account behind the key may not act at this moment; "" if it may."""
    if not holder.active:
        return "账号停用"
    return "账号锁定" if holder.locked_until is not None and holder.locked_until > now else ""
