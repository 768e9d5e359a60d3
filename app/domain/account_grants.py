"""授权申请: what may be asked for an account, and when what is asked takes effect.

Source: GB/T 22239-2019 8.1.4.2 (最小权限, 管理权限分离: 系统管理员申请, 安全管理员审批) and 8.1.8.2 (人员离岗, 及时终止访问权限): what
only takes rights away and is to take effect today does so at once, and is confirmed afterwards; what gives rights waits for approval.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.actors import Role
from app.domain.trust_kinds import GrantKind

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as it is: its organisation, whether it is in use, its roles."""

    org_id: int
    active: bool
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: roles afterwards (None: 停用), the organisation it moves to, and from when."""

    kind: GrantKind
    roles: frozenset[Role] | None
    effective_on: date
    to_org_id: int | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why not, at which field; ``now`` says that it is the account that does not allow it, not what was typed."""

    sentence: str
    field: str | None = None
    now: bool = False


def words_of(roles: frozenset[Role] | None) -> str | None:
    """Roles in the order of the role list, as they are stored."""
    return "、".join(role.value for role in Role if role in roles) or None if roles is not None else None


def roles_of(words: str | None) -> frozenset[Role]:
    return frozenset(Role(word) for word in words.split("、")) if words else frozenset()


def only_takes_away(before: frozenset[Role], wanted: Wanted) -> bool:
    """停用, or fewer roles in the same place."""
    if wanted.kind is GrantKind.LEAVE:
        return True
    return wanted.kind is GrantKind.ROLES and wanted.roles is not None and wanted.roles < before


def at_once(before: frozenset[Role], wanted: Wanted, today: date) -> bool:
    """Does it take effect now, to be confirmed afterwards?"""
    return only_takes_away(before, wanted) and wanted.effective_on <= today


def complaint(standing: Standing, wanted: Wanted, today: date) -> Complaint | None:
    """Why this cannot be asked for this account today, or None."""
    if wanted.effective_on < today:
        return Complaint(f"生效日期不能早于今天（{today}），请修改", "effective_on")
    if wanted.effective_on - today > FARTHEST:
        return Complaint(f"生效日期最晚为 {today + FARTHEST}，更晚的请届时再申请", "effective_on")
    return _of_state(standing, wanted) or _of_change(standing, wanted)


def _of_state(standing: Standing, wanted: Wanted) -> Complaint | None:
    if wanted.kind in (GrantKind.NEW, GrantKind.RETURN):
        return Complaint("该账号已是启用状态，如需调整岗位请选择“岗位授权”", now=True) if standing.active else None
    if not standing.active:
        return Complaint("该账号已停用或尚未启用，请先申请“重新启用”", now=True)
    return None


def _of_change(standing: Standing, wanted: Wanted) -> Complaint | None:
    if wanted.kind is GrantKind.LEAVE:
        return None
    if not wanted.roles:
        return Complaint("请至少选择一个岗位角色；不再需要该账号的请选择“离职停用”", "roles")
    if wanted.kind is GrantKind.ROLES and wanted.roles == standing.roles:
        return Complaint("岗位角色没有变化，请勾选需要增加的角色或去掉需要收回的角色", "roles")
    if wanted.kind is GrantKind.TRANSFER and wanted.to_org_id in (None, standing.org_id):
        return Complaint("请选择调入的单位（不能是现在的单位）", "to_org_id")
    return None
