"""企业自查报告: its pages, and one in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.supervision_states import SelfReportState, SelfReportStep
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.self_reports import operations
from app.self_reports.models import SelfReport
from tests.flows.door import WHY, Door, said

RECEIVED = said(received_on="2026-07-15", problems="2", rectified="1", summary="更正后的摘要", comment="情况属实")
DOORS = {
    "self_report": {
        SelfReportStep.URGE: Door("/self-reports/{id}/urge"),
        SelfReportStep.RECEIVE: Door("/self-reports/{id}/receive", said(received_on="2026-07-15")),
        SelfReportStep.CORRECT: Door("/self-reports/{id}/correct", RECEIVED),
        SelfReportStep.WAIVE: Door("/self-reports/{id}/waive", WHY),
        SelfReportStep.REOPEN: Door("/self-reports/{id}/reopen", WHY),
    }
}
MADE_BY = {("self_report", SelfReportStep.REQUIRE): ("self_reports.require",)}


def self_report(office: Any, state: SelfReportState) -> Any:
    kind, sampler, at = "食品生产企业", office.actor("county:抽样员"), clock.now()
    firm = Enterprise(
        org_id=office.orgs["county"].id, name="甲粮油厂", status=EnterpriseStatus.ACTIVE, created_at=at, kinds=[EnterpriseKind(kind=kind)]
    )
    session().add(firm)
    session().flush()
    operations.require(kind, "2026H1", sampler, at)
    made = session().scalars(sa.select(SelfReport).order_by(SelfReport.id.desc())).first()
    assert made is not None
    if state is SelfReportState.RECEIVED:
        operations.receive(made, operations.Received(date(2026, 7, 1)), sampler, at)
    if state is SelfReportState.WAIVED:
        operations.waive(made, office.actor("county:审核人"), "停业")
    return made


MAKE = {"self_report": self_report}
