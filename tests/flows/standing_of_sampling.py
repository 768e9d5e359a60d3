"""Plans, tasks, draws, exemptions, samples and their results in a given state. Everything runs inside a transaction."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import current_app
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.assignments import operations as assignments
from app.custody.models import BackupSample, CustodyEvent
from app.db import session
from app.decisions.models import VerdictDecision
from app.domain.indicators import Period
from app.domain.result_kinds import DecisionKind
from app.domain.samples import Supervision, Verdict
from app.domain.sampling_kinds import CustodyKind, ExemptionKind, RapidResult
from app.domain.workflow import (
    AssignmentState,
    BackupState,
    BatchState,
    DecisionState,
    DrawingState,
    ExemptionState,
    PlanState,
    RapidState,
    ReturnState,
    ReviewState,
    SampleState,
    UrgentState,
)
from app.exemptions.models import RuleExemption
from app.exports import operations as returns
from app.exports.models import ReturnCheck
from app.indicators import frames
from app.indicators import queries as indicators
from app.plans import operations as plans
from app.rapid_tests.models import RapidTest
from app.reference_data.books import region_book
from app.results import entry, staging
from app.results import operations as results
from app.results.models import ResultRow
from app.results.staging import Options
from app.reviews import operations as reviews
from app.sampling.models import Sample, SampleReturn
from app.urgent.models import UrgentReport
from tests.assignments.conftest import add_sampler, build_sheet, draft_for
from tests.disposal.conftest import build_batch
from tests.drawings.conftest import add_shop, freeze_as
from tests.flows.standing_of_cases import DAY, HANDLER, REVIEWER, SAMPLER, add, person
from tests.plans.conftest import header
from tests.results.material import as_csv, lab_row
from tests.results.test_report_entry import item
from tests.sampling.conftest import SHEET

CLERK, SECOND = "county:统计员", "county:另一审核人"


def sampling_plan(office: Any, state: PlanState) -> Any:
    made = plans.create(header(), office.actor(CLERK), clock.now())
    if state is PlanState.DRAFT:
        return made
    made.submitted_by_id, made.submitted_at = person(office, CLERK), clock.now()
    if state in (PlanState.APPROVED, PlanState.ISSUED, PlanState.CLOSED):
        made.approved_by_id, made.approved_at = person(office, REVIEWER), clock.now()
    if state in (PlanState.ISSUED, PlanState.CLOSED):
        made.edition, made.issued_at = 1, clock.now()
    made.state = state
    return made


def sampling_assignment(office: Any, state: AssignmentState) -> Any:
    team = [office.people[SAMPLER], add_sampler(office.orgs["county"], "county-sampler2", "蓟州第二抽样员")]
    made = assignments.assign(draft_for(office, team), office.actor(CLERK), clock.now())
    made.state = state
    return made


def drawing(office: Any, state: DrawingState) -> Any:
    for number in range(1, 5):
        add_shop(office, f"示例超市{number}")
    made = freeze_as(office.actor(CLERK))
    made.state = state
    return made


def rule_exemption(office: Any, state: ExemptionState) -> RuleExemption:
    return add(
        RuleExemption(
            org_id=office.orgs["county"].id, number="豁〔2026〕1号", kind=ExemptionKind.CAP, rule_code="C-UNIT", subject_key="甲店",
            subject_name="甲店", reason="节日专项", state=state, valid_from=DAY, valid_to=date(2026, 12, 20), asked_at=clock.now(),
            asked_by_id=person(office, SAMPLER), decided_by_id=None if state is ExemptionState.ASKED else person(office, REVIEWER),
        )
    )


def backup_sample(office: Any, state: BackupState) -> BackupSample:
    """Its term is over."""
    sample = build_batch(office, supervision=Supervision.PASS, sampled_on=date(2025, 1, 5), reported_on=date(2025, 1, 25))
    return add(
        BackupSample(
            org_id=sample.org_id, sample_id=sample.id, laboratory_org_id=sample.laboratory_org_id, state=state, place="样品库 3 号柜",
            stored_on=date(2025, 1, 6), quantity="0.5kg", discarded_on=DAY if state is BackupState.DISCARDED else None,
        )
    )


def rapid_test(office: Any, state: RapidState) -> RapidTest:
    """Positive, and the sample that was taken because of it."""
    build_sheet(office, "XC26120119460010009", product_name="韭菜", sampled_on=date(2026, 11, 19))
    return add(
        RapidTest(
            org_id=office.orgs["county"].id, number="快〔2026〕1号", state=state, tested_on=date(2026, 11, 18), sampled_name="文昌农贸市场",
            product_name="韭菜", item="克百威", device="速测仪", reagent="检测卡", reagent_batch="B01", result=RapidResult.POSITIVE,
            testers="张三、李四", created_at=clock.now(), told_at=clock.now(),
        )
    )


def monthly_return(office: Any, state: ReturnState) -> Any:
    actor, book = office.actor(CLERK), region_book()
    plan = indicators.plans()[0]
    made = returns.make(returns.Wish(frames.area_by_code(book, "120119"), plan, Period(2026, month=10)), actor, clock.now())
    checks = {one.code: one for one in session().scalars(sa.select(ReturnCheck).where(ReturnCheck.return_id == made.id))}
    asked = checks["T-05"]
    asked.passed, asked.message, asked.explanation = False, "2026年10月未判定 1 批，请说明原因", "已催检验机构"
    checks["T-06"].explanation = "10月没有安排抽检"
    if state is not ReturnState.DRAFT:
        made.checked_by_id, made.checked_at = person(office, CLERK), clock.now()
    if state in (ReturnState.APPROVED, ReturnState.SEALED, ReturnState.SENT):
        made.approved_by_id, made.approved_at = person(office, REVIEWER), clock.now()
    if state in (ReturnState.SEALED, ReturnState.SENT):
        made.number, made.sealed_at = "抽检月报〔2026〕1号", clock.now()
    made.state = state
    return made


def verdict_decision(office: Any, state: DecisionState) -> VerdictDecision:
    sample = build_batch(office)
    row = session().scalars(sa.select(ResultRow).where(ResultRow.sample_id == sample.id).order_by(ResultRow.id)).first()
    assert row is not None
    decided = person(office, REVIEWER) if state in (DecisionState.DECIDED, DecisionState.DECLINED) else None
    return add(
        VerdictDecision(
            org_id=sample.org_id, sample_id=sample.id, report_id=row.report_id, result_row_id=row.id, item=row.item,
            kind=DecisionKind.OVERRIDE, our_verdict=row.our_verdict, lab_verdict=row.lab_verdict, before=row.verdict, before_pending=False,
            proposed=Verdict.PASS, reason="检验机构来电更正", state=state, proposed_at=clock.now(), proposed_by_id=person(office, HANDLER),
            decided_by_id=decided,
        )
    )


def urgent_report(office: Any, state: UrgentState) -> UrgentReport:
    sample, now = build_batch(office), clock.now()
    acknowledged = state is UrgentState.ACKNOWLEDGED
    return add(
        UrgentReport(
            org_id=sample.org_id, sample_id=sample.id, laboratory_org_id=sample.laboratory_org_id, number="限〔2026〕1号", state=state,
            items="灭蝇胺", trigger="超过限量 10 倍", confirmed_at=now, due_at=now, created_at=now,
            reported_at=now if state in (UrgentState.REPORTED, UrgentState.ACKNOWLEDGED) else None,
            acknowledged_at=now if acknowledged else None,
        )
    )


def result_review(office: Any, state: ReviewState) -> Any:
    """A typed report, under two levels of review unless the setting says otherwise."""
    if current_app.config["RESULTS_REVIEW"] == "direct":
        current_app.config["RESULTS_REVIEW"] = "two"
    sample, actor = build_sheet(office, "XC26120119460010001", sampled_on=date(2026, 11, 2)), office.actor(CLERK)
    entered = entry.Entered("BG1", date(2026, 11, 20), None, None, [item("毒死蜱", "0.32", "")])
    outcome = entry.to_write(entry.prepare_entry(actor, sample, entered), None)
    assert outcome is not None
    made = reviews.submit_entry(sample, entered, outcome, actor, clock.now())
    if state in (ReviewState.CHECKED, ReviewState.APPROVED):
        made.checked_by_id, made.checked_at = person(office, REVIEWER), clock.now()
    if state is ReviewState.APPROVED:
        made.approved_by_id, made.approved_at = person(office, SECOND), clock.now()
    made.state = state
    return made


def import_batch(office: Any, state: BatchState) -> Any:
    """A file about two items of one sample."""
    number, actor = "XC26120119460010001", office.actor(CLERK)
    build_sheet(office, number, product_name="菠菜", sampled_on=date(2026, 11, 2))
    content = as_csv([lab_row(number, "毒死蜱", "0.1"), lab_row(number, "铅", "0.1")])
    name, sha256 = uploads.keep(FileStorage(BytesIO(content), "a.csv"))
    options = Options(reported_on=date(2026, 11, 12))
    made = results.stage(actor, name, sha256, staging.prepare_file(actor, sha256, name, options), clock.now()).batch
    if state is BatchState.DISCARDED:
        results.discard(made, actor)
    if state in (BatchState.CONFIRMED, BatchState.UNDONE):
        results.confirm(made, staging.prepare_file(actor, sha256, name, options), actor, clock.now())
        session().flush()
    if state is BatchState.UNDONE:
        results.undo(made, actor, clock.now(), "导错文件")
    return made


def sample(office: Any, state: SampleState) -> Sample:
    if state is SampleState.REPORTED:
        return build_batch(office)
    made = build_sheet(
        office, SHEET["number"], laboratory_org_id=office.orgs["lab"].id, state=state, sampled_on=date(2026, 11, 2)
    )
    at = {"org_id": made.org_id, "sample_id": made.id, "person": "李四", "recorded_at": clock.now()}
    for day, kind in ((2, CustodyKind.SEALED), (3, CustodyKind.HANDED_OVER)):
        add(CustodyEvent(**at, kind=kind, slot=kind.value, happened_at=datetime(2026, 11, day, 8), carrier="抽样人员携带"))
    if state is SampleState.RETURNED:
        add(SampleReturn(org_id=made.org_id, sample_id=made.id, reason="保质期有误", returned_at=clock.now()))
    if state in (SampleState.REFUSED, SampleState.NOT_FOUND):
        made.outcome_reason = "拒绝抽样"
    return made
