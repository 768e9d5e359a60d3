"""Rates over the register and its records (分级、建档、检查、双随机、公示、自查报告、安全事故), each with exactly what it counts."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app import clock
from app.archives.models import ArchiveElement
from app.checklists.models import Checklist
from app.db import session, transaction
from app.domain.supervision_kinds import (
    Grade,
    GradeCause,
    IncidentDomain,
    InspectionNature,
    InspectionResult,
    RandomOutcome,
    Severity,
)
from app.domain.supervision_states import (
    GradeState,
    IncidentState,
    InspectionState,
    ProgrammeState,
    SelfReportState,
)
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.grading.models import RiskGrade
from app.incidents.models import Incident
from app.inspections.models import Inspection
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.reference.archive_elements import in_force
from app.reference_data.books import region_book
from app.self_reports.models import SelfReport
from tests.indicators.conftest import JIZHOU, defined, invoke

PRODUCER, WORKSHOP, DRUGS = "食品生产企业", "小作坊", "药品生产企业"
EARLY = datetime(2025, 6, 1)
Show = Callable[..., Any]


class Register:
    """Writes enterprises and what hangs on them."""

    def __init__(self, office: Any) -> None:
        self.office, self.org_id, self.made = office, office.orgs["county"].id, 0

    def add(self, row: Any) -> Any:
        session().add(row)
        session().flush()
        return row

    def firm(self, name: str, kind: str = PRODUCER, status: EnterpriseStatus = EnterpriseStatus.ACTIVE, **more: Any) -> Enterprise:
        values = {"org_id": self.org_id, "region_id": region_book().id(JIZHOU), "created_at": EARLY, "status": status}
        made: Enterprise = self.add(Enterprise(name=name, kinds=[EnterpriseKind(kind=kind)], **{**values, **more}))
        return made

    def grade(self, firm: Enterprise, **more: Any) -> RiskGrade:
        self.made += 1
        values = {
            "org_id": firm.org_id, "number": f"G{self.made}", "enterprise_id": firm.id, "kind": PRODUCER, "year": 2026,
            "cause": GradeCause.NEW, "rule_code": "x", "rule_sha256": "0" * 64, "facts": {},
            "grade": Grade.B, "state": GradeState.CONFIRMED, "created_at": EARLY,
            "effective_from": date(2026, 1, 1),
        }  # fmt: skip
        made: RiskGrade = self.add(RiskGrade(**{**values, **more}))
        return made

    def inspection(self, firm: Enterprise, finished_on: date, **more: Any) -> Inspection:
        self.made += 1
        listed = session().scalars(sa.select(Checklist).limit(1)).first()
        assert listed is not None
        lead, second = (self.office.people[f"county:{name}"].id for name in ("办案人", "抽样员"))
        values = {
            "org_id": firm.org_id, "number": f"检{self.made}", "enterprise_id": firm.id, "enterprise_name": firm.name, "kind": PRODUCER,
            "nature": InspectionNature.ROUTINE, "checklist_id": listed.id, "state": InspectionState.FINISHED, "inspected_on": finished_on,
            "finished_on": finished_on, "finished_at": clock.end_of_day(finished_on), "lead_id": lead, "second_id": second,
            "result": InspectionResult.MEETS, "created_at": EARLY,
        }  # fmt: skip
        made: Inspection = self.add(Inspection(**{**values, **more}))
        return made


@pytest.fixture
def register(office: Any) -> Register:
    return Register(office)


@pytest.fixture
def reader(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["county:统计员"])


def test_graded_are_those_with_a_grade_in_force_on_the_last_day(register: Register, show: Show, listed: Show) -> None:
    with transaction():
        one, two, three, four = (register.firm(name) for name in ("甲厂", "乙厂", "丙厂", "丁厂"))
        register.firm("停产厂", status=EnterpriseStatus.PAUSED)
        register.firm("合并厂", status=EnterpriseStatus.MERGED)
        register.firm("超市", kind="食品销售者")
        register.grade(one)
        register.grade(two, state=GradeState.REPLACED, effective_to=date(2026, 10, 31))  # ran out, nothing after it
        register.grade(three, kind="食品销售者")  # graded as something else
        register.grade(four, state=GradeState.PROPOSED)
    row = show("liupanshui")["22"]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 4, "25.00")
    assert listed("liupanshui", "22") == {"numerator": ["甲厂"], "denominator": sorted(["甲厂", "乙厂", "丙厂", "丁厂"])}
    assert show("liupanshui", month=10)["22"]["numerator"] == 2  # 乙厂 still had one then


def test_filed_are_those_whose_archive_has_every_required_element(register: Register, show: Show) -> None:
    required = [element.code for element in in_force(WORKSHOP, date(2026, 11, 20)) if element.required]
    assert len(required) > 5
    with transaction():
        whole, nearly = register.firm("全档坊", WORKSHOP), register.firm("缺档坊", WORKSHOP, EnterpriseStatus.PAUSED)
        register.firm("注销坊", WORKSHOP, EnterpriseStatus.CLOSED)
        for firm, codes in ((whole, required), (nearly, required[1:])):
            for code in codes:
                element = {"code": code, "value": "有", "seen_on": date(2026, 3, 1), "recorded_at": EARLY}
                register.add(ArchiveElement(org_id=firm.org_id, enterprise_id=firm.id, **element))
    row = show("liupanshui")["21"]
    assert (row["numerator"], row["denominator"]) == (1, 2)


def test_inspected_are_those_with_a_finished_inspection(register: Register, show: Show, listed: Show) -> None:
    with transaction():
        one, two, three, four = (register.firm(name, DRUGS) for name in ("药一", "药二", "药三", "药四"))
        register.inspection(one, date(2026, 3, 1))
        register.inspection(one, date(2026, 6, 1))  # counted once
        register.inspection(two, date(2025, 12, 31))
        register.inspection(three, date(2026, 3, 1), state=InspectionState.VOIDED, voided_at=clock.now())
        register.inspection(four, date(2026, 3, 1), result=InspectionResult.OBSTRUCTED)
    row = show("liupanshui")["29"]
    assert (row["numerator"], row["denominator"]) == (1, 4)
    assert listed("liupanshui", "29")["numerator"] == ["药一"]


def test_disclosed_in_time_of_those_whose_term_has_ended(register: Register, show: Show, listed: Show) -> None:
    day = date(2026, 10, 1)
    with transaction():
        firm = register.firm("甲厂")
        register.inspection(firm, day, publish_due_on=date(2026, 11, 5), published_on=date(2026, 11, 5))
        register.inspection(firm, day, publish_due_on=date(2026, 11, 5), published_on=date(2026, 11, 6))  # late
        register.inspection(firm, day, publish_due_on=date(2026, 11, 5))
        register.inspection(firm, day, publish_due_on=date(2026, 12, 5))  # still to end
        register.inspection(firm, day, publish_due_on=date(2026, 11, 5), not_public="涉及国家秘密")
        register.inspection(firm, day, publish_due_on=date(2026, 11, 5), state=InspectionState.VOIDED, voided_at=clock.now())
    row = show("liupanshui")["14"]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 3, "33.33")
    found = listed("liupanshui", "14")
    assert [number.split()[1] for number in found["denominator"]] == ["检1", "检2", "检3"]
    assert [number.split()[1] for number in found["numerator"]] == ["检1"]


def test_drawn_and_inspected_of_last_years_register(register: Register, show: Show) -> None:
    with transaction():
        one, two, three = (register.firm(name) for name in ("甲厂", "乙厂", "丙厂"))
        fresh = register.firm("今年新办", created_at=datetime(2026, 2, 1))
        for number, state in enumerate((ProgrammeState.DRAWN, ProgrammeState.VOIDED), 1):
            drafted = {"title": "x", "year": 2026, "matter": "x", "filters": {}, "created_at": EARLY}
            drafted |= {"from_on": EARLY.date(), "to_on": EARLY.date()}
            made = register.add(RandomProgramme(org_id=register.org_id, number=f"R{number}", state=state, **drafted))
            for rank, (firm, day) in enumerate(((one, date(2026, 5, 1)), (two, None), (fresh, date(2026, 5, 1))), 1):
                seen = {"inspected_on": day, "recorded_at": EARLY, "outcome": RandomOutcome.CLEAR} if day else {}
                target = {"programme_id": made.id, "enterprise_id": firm.id, "drawn_rank": rank}
                if state is ProgrammeState.DRAWN or firm is not one:
                    register.add(RandomTarget(org_id=register.org_id, **target, **seen))
            if state is ProgrammeState.VOIDED:
                target = {"programme_id": made.id, "enterprise_id": three.id, "drawn_rank": 9}
                target |= {"inspected_on": date(2026, 5, 1), "outcome": RandomOutcome.CLEAR}
                register.add(RandomTarget(org_id=register.org_id, **target))
    row = show("yili")["6"]
    assert (row["numerator"], row["denominator"]) == (1, 3)


def test_self_reports_received_of_those_due(register: Register, show: Show, reader: Any) -> None:
    defined("liupanshui", "22", "self_inspection_report_rate", "producer type = 食品生产企业", "改为由记录计算")
    with transaction():
        firms = [register.firm(name) for name in ("甲厂", "乙厂", "丙厂")]
        for firm, due, received, state in (
            (firms[0], date(2026, 7, 31), date(2026, 8, 20), SelfReportState.RECEIVED),
            (firms[1], date(2026, 7, 31), None, SelfReportState.DUE),
            (firms[2], date(2026, 7, 31), None, SelfReportState.WAIVED), (firms[0], date(2027, 1, 31), None, SelfReportState.DUE),
        ):  # fmt: skip
            owed = {"kind": PRODUCER, "period": f"{due:%Y%m}", "due_on": due, "received_on": received, "state": state, "created_at": EARLY}
            register.add(SelfReport(org_id=firm.org_id, enterprise_id=firm.id, **owed))
    row = show("liupanshui")["22"]
    assert (row["numerator"], row["denominator"]) == (1, 2)
    page = reader.get(f"/indicators/liupanshui/22/records/denominator?area={JIZHOU}&year=2026").text
    assert "甲厂" in page and "乙厂" in page and "丙厂" not in page and "/self-reports/" in page


def test_incidents_at_or_above_the_level(register: Register, show: Show, listed: Show) -> None:
    def incident(number: str, severity: Severity | None, proposed: Severity | None = None, **more: Any) -> None:
        state = IncidentState.RATED if severity else IncidentState.REPORTED
        values = {
            "org_id": register.org_id, "number": number, "domain": IncidentDomain.FOOD, "title": "x", "occurred_on": date(2026, 4, 1),
            "reported_on": date(2026, 4, 1), "region_id": region_book().id(JIZHOU), "description": "x", "created_at": EARLY, "state": state,
            "severity": severity, "proposed_severity": proposed,
        }  # fmt: skip
        register.add(Incident(**{**values, **more}))

    with transaction():
        incident("事1", Severity.GRAVE)
        incident("事2", None, Severity.GRAVEST)  # told, not rated yet
        incident("事3", Severity.LARGER, Severity.GRAVE)  # rated lower than first told
        incident("事4", Severity.GRAVE, domain=IncidentDomain.DRUG)
        incident("事5", Severity.GRAVE, occurred_on=date(2025, 4, 1))
        incident("事6", None, Severity.GRAVE, state=IncidentState.VOIDED, voided_at=clock.now())
    rows = show("jizhou")
    assert (rows["18"]["numerator"], rows["18"]["value"], rows["22"]["value"]) == (2, "2", "1")
    assert [number.split()[1] for number in listed("jizhou", "18")["numerator"]] == ["事1", "事2"]


def test_the_page_lists_the_missing_and_links_each(register: Register, reader: Any) -> None:
    with transaction():
        one, two = register.firm("甲厂"), register.firm("乙厂", credit_code="91120119MA0000000X")
        register.grade(one)
    address = f"/indicators/liupanshui/22/records/numerator?area={JIZHOU}&year=2026"
    table = reader.get(f"/indicators/liupanshui?area={JIZHOU}&year=2026").text
    assert "/indicators/liupanshui/22/records/numerator?" in table and "/indicators/liupanshui/22/records/denominator?" in table
    counted = reader.get(address).text
    assert f'href="/enterprises/{one.id}"' in counted and f'href="/enterprises/{two.id}"' not in counted
    every = reader.get(address.replace("numerator", "denominator")).text
    assert f'href="/enterprises/{one.id}"' in every and f'href="/enterprises/{two.id}"' in every
    page = reader.get(f"{address}&show=missing").text
    assert "未分级（1）" in page and "已分级（1）" in page
    assert f'href="/enterprises/{two.id}"' in page and f'href="/enterprises/{one.id}"' not in page
    assert f'href="/enterprises/{one.id}"' in reader.get(f"{address}&show=covered").text
    taken = reader.get(f"{address}&format=xlsx")
    rows = list(load_workbook(io.BytesIO(taken.data)).worksheets[0].values)
    assert [(row[0], row[-1]) for row in rows if row[0] in ("甲厂", "乙厂")] == [("乙厂", "未分级"), ("甲厂", "已分级")]


def test_a_filing_rate_without_a_kind_says_what_to_write(register: Register, app: Any) -> None:
    defined("liupanshui", "21", "filing_rate")
    row = next(row for row in invoke(app, "show", "liupanshui", JIZHOU) if row["no"] == "21")
    assert row["value"] is None or row["value"] == "—"


def test_recounted_plainly_they_are_the_same(register: Register, app: Any) -> None:
    with transaction():
        firm = register.firm("甲厂")
        register.inspection(firm, date(2026, 10, 1), publish_due_on=date(2026, 11, 5), published_on=date(2026, 11, 4))
    result = app.test_cli_runner().invoke(args=["indicators", "check"])
    assert result.exit_code == 0, result.output
