"""A small register whose yearly inspections are scheduled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.checklists.models import Checklist
from app.db import session, transaction
from app.domain.supervision_kinds import Grade, GradeCause, InspectionNature, InspectionResult
from app.domain.supervision_states import GradeState, InspectionState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.grading.models import RiskGrade
from app.inspections.models import Inspection
from app.schedules.models import InspectionDuty

SELLER, CATERER, PRODUCER = "食品销售者", "餐饮服务提供者", "食品生产企业"


def build_firm(org_id: int, name: str, kind: str = SELLER, subkind: str = "/", station_id: int | None = None) -> Enterprise:
    made = Enterprise(
        org_id=org_id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), initials="x", station_id=station_id,
        kinds=[EnterpriseKind(kind=kind, subkind=subkind)],
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def build_grade(firm: Enterprise, kind: str, grade: Grade, since: date = date(2026, 1, 1)) -> RiskGrade:
    """A grade in force, as if it had been decided; the one before it ends the day before."""
    former = sa.update(RiskGrade).where(RiskGrade.enterprise_id == firm.id, RiskGrade.kind == kind, RiskGrade.effective_to.is_(None))
    session().execute(former.values(effective_to=date.fromordinal(since.toordinal() - 1), state=GradeState.REPLACED))
    number = f"G{session().scalar(sa.select(sa.func.count(RiskGrade.id)))}"
    made = RiskGrade(**grade_columns(firm, kind, grade, since, number))
    session().add(made)
    session().flush()
    return made


def build_inspection(
    office: Any, firm: Enterprise, kind: str, on: date, nature: InspectionNature = InspectionNature.ROUTINE,
    result: InspectionResult = InspectionResult.MEETS,
) -> Inspection:  # fmt: skip
    """A finished inspection."""
    serial = session().scalar(sa.select(sa.func.count(Inspection.id)))
    made = Inspection(
        org_id=firm.org_id, number=f"检〔2026〕{900 + (serial or 0)}号", enterprise_id=firm.id, enterprise_name=firm.name, kind=kind,
        nature=nature, checklist_id=session().scalars(sa.select(Checklist.id).limit(1)).one(), planned_on=on, inspected_on=on,
        lead_id=office.people["county:抽样员"].id, second_id=office.people["county:办案人"].id, state=InspectionState.FINISHED,
        result=result, finished_on=on, finished_at=datetime.combine(on, datetime.min.time()), publish_due_on=date(2026, 12, 31),
        created_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def grade_columns(firm: Enterprise, kind: str, grade: Grade, since: date, number: str) -> dict[str, Any]:
    return {
        "org_id": firm.org_id, "number": number, "enterprise_id": firm.id, "kind": kind, "year": since.year, "grade": grade,
        "cause": GradeCause.YEARLY, "effective_from": since, "state": GradeState.CONFIRMED, "rule_code": "x", "rule_sha256": "0" * 64,
        "facts": {}, "created_at": clock.now(),
    }  # fmt: skip


def duties(firm: Enterprise, *, cancelled: bool = False) -> list[InspectionDuty]:
    """Its duties, the earliest due first."""
    session().expire_all()
    statement = sa.select(InspectionDuty).where(InspectionDuty.enterprise_id == firm.id)
    statement = statement if cancelled else statement.where(InspectionDuty.cancelled_at.is_(None))
    return list(session().scalars(statement.order_by(InspectionDuty.due_on, InspectionDuty.ordinal)))


def dues(firm: Enterprise) -> list[str]:
    return [f"{one.due_on:%m-%d}{'*' if one.inspection_id else ''}" for one in duties(firm)]


@pytest.fixture
def firms(office: Any) -> dict[str, Enterprise]:
    """甲 graded C, 乙 graded A of a station, 丙 not graded, a caterer 丁 with a central kitchen; 戊 has closed."""
    county, station = office.orgs["county"].id, office.orgs["station"].id
    with transaction():
        found = {
            "甲": build_firm(county, "甲超市"), "乙": build_firm(county, "乙超市", station_id=station), "丙": build_firm(county, "丙商店"),
            "丁": build_firm(county, "丁餐饮", CATERER, "中央厨房"), "戊": build_firm(county, "戊商店"),
        }  # fmt: skip
        found["戊"].status = EnterpriseStatus.CLOSED
        build_grade(found["甲"], SELLER, Grade.C)
        build_grade(found["乙"], SELLER, Grade.A)
    return found


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))
