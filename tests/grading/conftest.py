"""Enterprises with the records that a grade is counted from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from app import clock
from app.checklists.models import Checklist, ChecklistItem
from app.db import session, transaction
from app.domain.samples import Confidence
from app.domain.supervision_kinds import FindingAnswer, InspectionMeasure, InspectionNature, InspectionResult
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.grading.models import RiskProfile
from app.inspections.models import Inspection, InspectionFinding

SALE = "食品销售者"
DAY = date(2026, 11, 20)


def build_firm(org_id: int, name: str = "蓟州区好又多超市", kind: str = SALE, subkind: str = "/") -> Enterprise:
    made = Enterprise(org_id=org_id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), initials="jzqhydcs")
    made.kinds.append(EnterpriseKind(kind=kind, subkind=subkind))
    session().add(made)
    session().flush()
    return made


def build_profile(firm: Enterprise, facts: Mapping[str, Any], kind: str = SALE, seen_on: date = DAY) -> RiskProfile:
    made = RiskProfile(
        org_id=firm.org_id, enterprise_id=firm.id, kind=kind, facts=dict(facts), seen_on=seen_on, source="年度核实", recorded_at=clock.now()
    )
    session().add(made)
    session().flush()
    return made


def build_checklist(items: int = 4, kind: str = SALE) -> Checklist:
    """A list whose odd items are 重点项."""
    made = Checklist(
        code="sale-test", edition="1", title="检查要点表", kinds=kind, source="测试", confidence=Confidence.UNVERIFIED, valid_from=None,
        valid_to=None, recorded_at=clock.now(), superseded_at=None,
    )  # fmt: skip
    session().add(made)
    session().flush()
    for ordinal in range(1, items + 1):
        text = f"第{ordinal}项要求"
        session().add(
            ChecklistItem(checklist_id=made.id, ordinal=ordinal, number=f"1.{ordinal}", group="经营资质", text=text, key=ordinal % 2 == 1)
        )
    session().flush()
    return made


def build_inspection(
    office: Any, firm: Enterprise, checklist: Checklist, answers: Mapping[str, FindingAnswer], on: date = DAY,
    nature: InspectionNature = InspectionNature.ROUTINE, kind: str = SALE,
) -> Inspection:  # fmt: skip
    """Finished; ``answers`` by the number of the item, the others met."""
    people = [office.people[name].id for name in ("county:抽样员", "county:办案人")]
    made = Inspection(
        org_id=firm.org_id, number=f"检查{firm.id}-{on}-{nature.name}", enterprise_id=firm.id, enterprise_name=firm.name, kind=kind,
        nature=nature, checklist_id=checklist.id, inspected_on=on, lead_id=people[0], second_id=people[1],
        state=InspectionState.FINISHED, result=InspectionResult.MOSTLY_MEETS, measure=InspectionMeasure.RECTIFY, finished_on=on,
        finished_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    for item in session().query(ChecklistItem).filter_by(checklist_id=checklist.id):
        answer = answers.get(item.number, FindingAnswer.MEETS)
        session().add(InspectionFinding(org_id=firm.org_id, inspection_id=made.id, item_id=item.id, answer=answer))
    session().flush()
    return made


@pytest.fixture
def firm(office: Any) -> Enterprise:
    with transaction():
        return build_firm(office.orgs["county"].id)


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))
