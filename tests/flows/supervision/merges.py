"""企业档案合并: its pages, and one in any state."""

from __future__ import annotations

from typing import Any

from app import clock
from app.db import session
from app.domain.supervision_states import MergeState, MergeStep
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.merges import operations
from app.merges.models import EnterpriseMerge
from tests.flows.door import WHY, Door

DOORS = {"enterprise_merge": {MergeStep.UNDO: Door("/merges/{id}/undo", WHY)}}
MADE_BY = {("enterprise_merge", MergeStep.MERGE): ("merges.preview",)}


def enterprise_merge(office: Any, state: MergeState) -> EnterpriseMerge:
    reviewer, at = office.actor("county:审核人"), clock.now()
    both = [
        Enterprise(
            org_id=office.orgs["county"].id, name=name, status=EnterpriseStatus.ACTIVE, created_at=at,
            kinds=[EnterpriseKind(kind="食品销售者")],
        )
        for name in ("甲粮油店", "甲粮油店（个体）")
    ]  # fmt: skip
    session().add_all(both)
    session().flush()
    made = operations.merge(both[0], both[1], "重复登记", reviewer, at)
    if state is MergeState.UNDONE:
        session().flush()
        operations.undo(made, "核实为两家", reviewer, at)
    return made


MAKE = {"enterprise_merge": enterprise_merge}
