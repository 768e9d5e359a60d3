"""授权申请: its pages, and one in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.accounts import applying, grant_queries, granting
from app.accounts.granting import Wish
from app.accounts.models import AccountGrant
from app.domain.actors import Role
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState, GrantStep
from tests.flows.door import WHY, Door

S, T = GrantState, GrantStep
DOORS = {
    "account_grant": {
        T.APPROVE: Door("/grants/{id}/approve", WHY),
        T.REFUSE: Door("/grants/{id}/refuse", WHY),
        T.WITHDRAW: Door("/grants/{id}/withdraw", WHY),
    }
}
MADE_BY = {("account_grant", T.ASK): ("accounts.ask_grant",)}
INSIDE = {("account_grant", T.APPLY): "批准时已到生效日期的随批准生效，其他的到期由后台任务或 flask users apply-due 生效"}
LATER = date(2026, 12, 1)


def asked(office: Any, roles: frozenset[Role] = frozenset({Role.SAMPLER, Role.STATISTICIAN}), on: date = LATER) -> AccountGrant:
    """One more role for the sampler of the county, from a later day."""
    wish = Wish(GrantKind.ROLES, roles, on, "岗位调整")
    user = grant_queries.account(office.people["county:抽样员"].id)
    return granting.ask(office.actor("county:系统管理员"), user, wish, clock.now())


def grant(office: Any, state: GrantState) -> AccountGrant:
    security, at = office.actor("county:安全管理员"), clock.now()
    made = asked(office)
    if state is S.REFUSED:
        granting.refuse(made, security, "岗位没有变动", at)
    if state is S.WITHDRAWN:
        granting.withdraw(made, office.actor("county:系统管理员"), "填错")
    if state in (S.APPROVED, S.EFFECTIVE):
        granting.approve(made, security, None, at)
    if state is S.EFFECTIVE:
        applying.apply(made, applying.by_itself(), at)
    return made


MAKE = {"account_grant": grant}
