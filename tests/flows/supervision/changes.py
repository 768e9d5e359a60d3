"""基础数据变更: its pages, and one in any state, of the county that the scene plays in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.reference_acts import ChangeAct
from app.domain.trust_states import ChangeState, ChangeStep
from app.reference_changes import operations
from app.reference_changes.models import ReferenceChange
from app.reference_data.models import Region
from tests.flows.door import Door, said

OPINION = said(comment="已核对原文")
DOORS = {
    "reference_change": {
        ChangeStep.ADOPT: Door("/changes/{id}/adopt", OPINION),
        ChangeStep.REFUSE: Door("/changes/{id}/refuse", OPINION),
        ChangeStep.WITHDRAW: Door("/changes/{id}/withdraw", OPINION),
    }
}
MADE_BY = {("reference_change", ChangeStep.PROPOSE): ("reference_changes.new",)}


def reference_change(office: Any, state: ChangeState) -> ReferenceChange:
    """Proposed by the county's administrator, decided by one of its reviewers."""
    admin, reviewer, at = office.actor("county:系统管理员"), office.actor("county:审核人"), clock.now()
    region = session().scalars(sa.select(Region.id).where(Region.code == "120119")).one()
    values = {"subject": str(region), "year": 2025, "residents": 801_000, "source": "统计公报", "confidence": "已核"}
    made = operations.propose(operations.Wish(ChangeAct.POPULATION, values, "公报公布", "统计公报"), admin, at)
    made.org_id = office.orgs["county"].id  # as where the county runs the installation
    session().flush()
    if state is ChangeState.ADOPTED:
        operations.adopt(made, reviewer, "同意", at)
    if state is ChangeState.REFUSED:
        operations.refuse(made, reviewer, "未发布", at)
    if state is ChangeState.WITHDRAWN:
        operations.withdraw(made, admin, "填错", at)
    return made


MAKE = {"reference_change": reference_change}
