"""安全告警: its pages, and one in any state."""

from __future__ import annotations

from typing import Any

from app import clock
from app.alerts import operations
from app.domain.alerts import Finding
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState, AlertStep
from tests.flows.door import Door, said

DOORS = {"security_alert": {AlertStep.HANDLE: Door("/alerts/{id}/handle", said(opinion="经核实为本人操作"), comment="opinion")}}
INSIDE = {("security_alert", AlertStep.RAISE): "tests/alerts: found in the history"}


def alert(office: Any, state: AlertState) -> Any:
    found = Finding(AlertKind.DENIED, "denied:1", "短时间多次越权访问")
    made = operations.tell(found, clock.now(), org_id=office.orgs["county"].id)
    if state is AlertState.HANDLED:
        operations.handle(made, office.actor("county:安全管理员"), "已核实", clock.now())
    return made


MAKE = {"security_alert": alert}
