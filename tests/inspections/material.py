"""Inspections of a shop of the county, as far as tests need them. Everything runs inside a transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.inspections import InspectionRecord
from app.domain.supervision_kinds import (
    CompanySignature,
    FindingAnswer,
    InspectionMeasure,
    InspectionNature,
    InspectionResult,
)
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.inspections import operations, queries, recording
from app.inspections.models import Inspection
from app.inspections.recording import Answer

MET: Answer = (FindingAnswer.MEETS, None)
FAILED: Answer = (FindingAnswer.FAILS, "现场发现问题")
CLEAN = InspectionRecord(
    inspected_on=clock.today(), result=InspectionResult.MEETS, measure=InspectionMeasure.NONE, opinion="检查未发现问题。",
    company_signature=CompanySignature.SIGNED, company_person="王五", place="文昌街 1 号",
)  # fmt: skip
POOR = replace(
    CLEAN, result=InspectionResult.FAILS, measure=InspectionMeasure.RECTIFY, opinion="对不符合项目责令限期改正。"
)


def firm(office: Any, name: str = "好又多超市", kind: str = "食品销售者", org: str = "county", **columns: Any) -> Enterprise:
    made = Enterprise(
        org_id=office.orgs[org].id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), address="文昌街 1 号",
        kinds=[EnterpriseKind(kind=kind, subkind="/")], **columns,
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def planned(office: Any, enterprise: Enterprise | None = None, kind: str = "食品销售者") -> Inspection:
    lead, second = office.actor("county:抽样员"), office.actor("county:办案人")
    return operations.plan(
        enterprise or firm(office), kind, InspectionNature.ROUTINE, lead, clock.now(), planned_on=clock.today(), lead_id=lead.user_id,
        second_id=second.user_id,
    )  # fmt: skip


def reread(actor: Actor, inspection_id: int) -> Inspection:
    found = queries.inspection(actor, inspection_id)
    assert found is not None
    return found


def recorded(
    inspection_id: int, lead: Actor, second: Actor, *, record: InspectionRecord = CLEAN, failing: tuple[str, ...] = (), signed: bool = True
) -> Inspection:
    """Begun today, every item met but those of these numbers, and signed by both."""
    at = clock.now()
    operations.start(reread(lead, inspection_id), lead, at)
    found = reread(lead, inspection_id)
    answers = {item.id: FAILED if item.number in failing else MET for item, _ in queries.answered(found)}
    recording.record(found, record, answers, lead, seen=found.version)
    for one in (lead, second) if signed else ():
        session().flush()
        recording.sign(found, one, at, seen=found.version)
    session().flush()
    return found
