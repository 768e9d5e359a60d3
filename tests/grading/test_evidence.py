"""What a grade is counted from: complete, each piece with its record, in a fixed number of statements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Flask

from app import clock
from app.db import session, transaction
from app.domain.samples import Domain, Level, Monitoring, Purpose, Supervision
from app.domain.supervision_kinds import (
    CodeScheme,
    FindingAnswer,
    Grade,
    GradeCause,
    InspectionNature,
    RiskComponent,
    RiskEventKind,
)
from app.domain.supervision_states import GradeState, RiskEventState
from app.domain.workflow import ListingState, SampleState
from app.enterprises.models import Enterprise, EnterpriseCategory
from app.grading.evidence import gather
from app.grading.grading import scored
from app.grading.in_force import grades_in_force
from app.grading.models import RiskEvent, RiskGrade
from app.listings.models import CreditListing
from app.reference.risk_rule_files import read_rule_sets
from app.sampling.models import BatchFact, Sample
from tests.grading.conftest import DAY, SALE, build_checklist, build_firm, build_inspection, build_profile
from tests.queries import counting

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def build_failed_sample(firm: Enterprise, level: Level = Level.PROVINCIAL, purpose: Purpose = Purpose.SUPERVISION) -> Sample:
    made = Sample(
        org_id=firm.org_id, number=f"S{firm.id}-{level.name}-{purpose.name}", state=SampleState.REPORTED, purpose=purpose,
        domain=Domain.FOOD, product_name="豇豆", search_text="豇豆", sampled_enterprise_id=firm.id, created_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    session().add(
        BatchFact(
            org_id=firm.org_id, sample_id=made.id, sample_number=made.number, version=1, supervision=Supervision.FAIL,
            monitoring=Monitoring.NONE, basis="初检", purpose=purpose, domain=Domain.FOOD, organiser_level=level, reported_on=DAY,
            month=202611, has_residue=False, recorded_at=clock.now(),
        )
    )  # fmt: skip
    return made


def build_event(firm: Enterprise, kind: RiskEventKind, source_id: int | None = None) -> RiskEvent:
    made = RiskEvent(
        org_id=firm.org_id, number=f"事件{firm.id}-{kind.name}", enterprise_id=firm.id, kind=kind, occurred_on=DAY, steps=1,
        source_kind="sample" if source_id else None, source_id=source_id, source="有文号", automatic=False,
        state=RiskEventState.RECORDED, recorded_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    return made


def test_every_piece_with_its_record_and_nothing_twice(office: Any, firm: Enterprise) -> None:
    with transaction():
        profile = build_profile(firm, {"area": 300})
        listed = build_checklist()
        fails, idle = FindingAnswer.FAILS, FindingAnswer.NOT_APPLICABLE
        build_inspection(office, firm, listed, {}, on=date(2026, 3, 1))
        looked = build_inspection(office, firm, listed, {"1.1": fails, "1.2": fails, "1.4": idle}, on=date(2026, 6, 1))
        build_inspection(office, firm, listed, {}, on=date(2026, 7, 1), nature=InspectionNature.RECHECK)
        build_inspection(office, firm, listed, {}, on=date(2025, 7, 1))
        told, untold = build_failed_sample(firm), build_failed_sample(firm, Level.NATIONAL)
        build_failed_sample(firm, Level.COUNTY)
        build_failed_sample(firm, purpose=Purpose.EVALUATION)
        event = build_event(firm, RiskEventKind.FAILED_SAMPLE, told.id)
        session().add(
            CreditListing(
                org_id=firm.org_id, number="失信1", enterprise_id=firm.id, enterprise_name=firm.name, ground="x",
                listed_on=date(2025, 5, 1), state=ListingState.LISTED, proposed_at=clock.now(),
            )
        )  # fmt: skip
    one = gather([firm.id], SALE, *YEAR)[firm.id]
    assert (one.facts, one.profile.id) == ({"area": 300}, profile.id)
    assert [row.inspected_on.month for row in one.inspections] == [7, 6, 3]
    counted = one.counted_inspection
    assert counted.rests.id == looked.id  # a 回头看 looks at what had failed only
    assert counted.answers == {
        (True, FindingAnswer.MEETS): 1, (True, fails): 1, (False, fails): 1, (False, idle): 1,
    }  # fmt: skip
    assert [(row.number, row.key, row.rests.id) for row in counted.failing] == [("1.1", True, looked.id), ("1.2", False, looked.id)]
    assert [(row.rests.table, row.rests.id, row.event_id) for row in one.happenings] == [
        ("risk_event", event.id, event.id), ("sample", untold.id, None),
    ]  # fmt: skip
    assert [row.rests.table for row in one.listings] == ["credit_listing"]
    early = gather([firm.id], SALE, *YEAR, as_of=clock.now() - timedelta(days=1))[firm.id]
    assert (early.facts, early.inspections, early.happenings) == ({}, [], [])
    assert gather([firm.id], "食品生产企业", *YEAR) == {}


def test_a_fixed_number_of_statements(office: Any, app: Flask) -> None:
    with transaction():
        listed = build_checklist()
        ids = []
        for number in range(60):
            firm = build_firm(office.orgs["county"].id, f"超市{number}")
            build_profile(firm, {"area": number})
            build_inspection(office, firm, listed, {"1.1": FindingAnswer.FAILS})
            ids.append(firm.id)
    with counting(app) as sent:
        assert len(gather(ids, SALE, *YEAR)) == 60
    assert sent.count == 10, sent


def test_the_grade_in_force_on_a_day(office: Any, firm: Enterprise) -> None:
    def build(number: int, state: GradeState, grade: Grade, start: date, end: date | None = None) -> None:
        session().add(
            RiskGrade(
                org_id=firm.org_id, number=f"G{number}", enterprise_id=firm.id, kind=SALE, year=start.year, cause=GradeCause.YEARLY,
                rule_code="x", rule_sha256="0" * 64, grade=grade, facts={}, state=state, effective_from=start, effective_to=end,
                created_at=clock.now(),
            )
        )  # fmt: skip

    with transaction():
        build(1, GradeState.REPLACED, Grade.A, date(2025, 1, 1), date(2025, 12, 31))
        build(2, GradeState.CONFIRMED, Grade.B, date(2026, 1, 1))
        build(3, GradeState.PROPOSED, Grade.D, date(2026, 6, 1))
    said = {day: grades_in_force([firm.id], day).get((firm.id, SALE)) for day in (date(2024, 1, 1), date(2025, 12, 31), date(2026, 7, 1))}
    assert [one.grade if one else None for one in said.values()] == [None, Grade.A, Grade.B]


def test_classes_of_the_register_and_bad_records_reach_the_score(firm: Enterprise, office: Any) -> None:
    """就高不就低 over the classes of the licence; 失信 and 处罚 by the words of the set's own table."""
    producer = "食品生产企业"
    draft = next(rules for rules in read_rule_sets() if rules.code == "production-2022")
    with transaction():
        made = build_firm(office.orgs["county"].id, "蓟州区糕点厂", producer)
        for code, name in (("0101", "小麦粉"), ("0401", "热加工熟肉制品")):
            session().add(
                EnterpriseCategory(org_id=made.org_id, enterprise_id=made.id, scheme=CodeScheme.LICENCE_CLASS, code=code, name=name)
            )
        session().add(
            CreditListing(
                org_id=made.org_id, number="失信1", enterprise_id=made.id, enterprise_name=made.name, ground="x",
                listed_on=date(2026, 5, 1), state=ListingState.LISTED, proposed_at=clock.now(),
            )
        )  # fmt: skip
    score = scored(gather([made.id], producer, *YEAR)[made.id], draft, 2027)
    (static,) = [line for line in score.lines if line.component is RiskComponent.STATIC]
    assert static.value.startswith("0401")
    assert (static.points, score.credit) == (34, 20)
    assert static.evidence is not None
    assert static.evidence.text == "0101 小麦粉、0401 热加工熟肉制品"
