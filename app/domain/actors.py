"""Who acts: roles (角色) and the actor (操作人) that every permission is asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """岗位角色. The last three are the separated administrators of GB/T 22239 (三员分立)."""

    SAMPLER = "抽样员"
    HANDLER = "办案人"
    REVIEWER = "审核人"
    LEADER = "局领导"
    LEGAL = "法制审核员"
    STATISTICIAN = "统计员"
    LABORATORY = "承检机构"
    SYSTEM_ADMIN = "系统管理员"
    SECURITY_ADMIN = "安全管理员"
    AUDIT_ADMIN = "审计管理员"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
BUREAU_STAFF = frozenset({Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.LEGAL, Role.STATISTICIAN})


class Channel(StrEnum):
    """操作渠道 of a history entry."""

    PAGE = "page"
    COMMAND = "command"
    API = "api"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Actor:
    """操作人: a signed-in person, or the local operator of the command line.

    ``reach`` holds the ids of the actor's organisation and of every organisation below it. ``user_id`` is None for the
    command line's local operator, whose ``account`` is the operating-system account. ``principals`` are the people whose
    approvals he makes today under a delegation (审批委托); they have none of their own, so nothing is passed on twice.
    """

    user_id: int | None
    name: str
    roles: frozenset[Role]
    org_id: int
    org_path: str
    reach: frozenset[int] = field(default_factory=frozenset, repr=False)
    account: str = ""
    principals: tuple[Actor, ...] = field(default=(), repr=False)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


def conflicting(roles: frozenset[Role]) -> str | None:
    """Why these roles may not be held by one account (三员互斥), or None."""
    administrators = roles & ADMINISTRATORS
    if len(administrators) > 1:
        return "系统管理员、安全管理员、审计管理员互斥，一个账号只能担任其中一个"
    if administrators and roles - ADMINISTRATORS:
        return "管理员账号不得兼任业务角色，请另建账号"
    if Role.LABORATORY in roles and len(roles) > 1:
        return "承检机构账号不得兼任监管部门的角色，请另建账号"
    return None
