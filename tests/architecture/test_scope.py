"""``scope()`` is the SQL twin of the permission table: the same rows, for every role in every organisation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock, history, scope
from app.accounts.models import AccountGrant, ApprovalSignature, User
from app.alerts.models import SecurityAlert
from app.announcements.models import ExternalFinding
from app.api.models import ApiKey
from app.archives.models import ArchiveElement
from app.assignments.models import SamplingAssignment
from app.attachments.models import Attachment
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.checklists.models import Checklist, ChecklistItem
from app.custody.models import BackupSample, CustodyEvent, SamplePhoto, SampleSignature
from app.db import session, transaction
from app.decisions.models import VerdictDecision
from app.delegations.models import Delegation
from app.desk.models import BulkAction, SavedView
from app.disposal.models import (
    CaseAnswer,
    CaseApproval,
    CaseFollowUp,
    CaseMode,
    CasePublication,
    CaseQuantity,
    CaseUrging,
    DisposalCase,
    Party,
)
from app.domain.actors import Actor
from app.domain.case_kinds import (
    ApprovalAnswer,
    ApprovalLevel,
    ClockChangeKind,
    ObjectionKind,
    PublicationKind,
    QuantityKind,
    RippleCause,
    RippleTaskKind,
    Side,
    TransferBody,
    TransferChannel,
    TransferKind,
    UrgingLevel,
)
from app.domain.case_states import (
    ClockChangeState,
    DelegationState,
    DocumentState,
    ListingState,
    ObjectionState,
    PenaltyState,
    RetestState,
    RippleTaskState,
    TransferState,
)
from app.domain.permissions import Permission, may_ever, permits
from app.domain.reporting_kinds import EvaluationKind, MessageKind, PublicList, PublicNature, ReturnPeriod, WarningKind
from app.domain.reporting_states import EvaluationState, PublicationState, TemplateState, WarningState
from app.domain.result_kinds import DecisionKind, ListKind
from app.domain.samples import Confidence, Domain, Level, Monitoring, Purpose, Supervision, Verdict
from app.domain.sampling_kinds import (
    CustodyKind,
    DrawKind,
    ExemptionKind,
    PhotoKind,
    RapidResult,
    SignatureForm,
    Signer,
)
from app.domain.supervision_kinds import (
    CodeScheme,
    FindingAnswer,
    GradeCause,
    IncidentDomain,
    InspectionNature,
    RandomOutcome,
    RiskComponent,
    RiskEventKind,
)
from app.domain.supervision_states import (
    GradeState,
    IncidentState,
    InspectionState,
    MergeState,
    ProgrammeState,
    RectificationState,
    RiskEventState,
    RiskRunState,
    RuleSetState,
    SelfReportState,
)
from app.domain.trust_kinds import AlertKind, ChangeKind, GrantKind, SignMethod
from app.domain.trust_states import AlertState, ChangeState, GrantState
from app.domain.workflow import (
    AssignmentState,
    BackupState,
    BatchState,
    CaseState,
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
from app.dossiers.models import Dossier
from app.downloads.models import ListExport
from app.drawings.models import Drawing
from app.enterprises.models import (
    Enterprise,
    EnterpriseCategory,
    EnterpriseFormerName,
    EnterpriseLicence,
    EnterpriseStatus,
)
from app.evaluations.models import PlanEvaluation
from app.exemptions.models import RuleExemption
from app.exports.models import MonthlyReturn, ReturnCheck, ReturnFigure
from app.gaps.models import LabCapacity
from app.grading.models import (
    RiskEvent,
    RiskGrade,
    RiskPoint,
    RiskProfile,
    RiskRun,
)
from app.grading_rules.models import RiskRuleSet
from app.incidents.models import Incident
from app.indicators.models import Plan, ReportedValue
from app.inspections.models import Inspection, InspectionFinding
from app.jobs import Job, JobStatus
from app.layouts.models import LayoutMapping
from app.legal_clocks.models import ClockChange, LegalClock
from app.listings.models import CreditListing
from app.merges.models import EnterpriseMerge
from app.messages.models import Message
from app.notices.models import AmendmentNotice
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.planning.models import SamplingTask
from app.plans.models import PlanItemSet, PlanQuota, SamplingPlan
from app.publications.models import Publication, PublicationItem
from app.random_inspections.models import (
    Inspector,
    RandomFinding,
    RandomMember,
    RandomPartner,
    RandomProgramme,
    RandomTarget,
)
from app.rapid_tests.models import RapidTest
from app.rectifications.models import RectificationOrder
from app.reference_changes.models import ReferenceChange
from app.reference_data.models import FoodCategory, Region
from app.results.models import ImportBatch, ImportConflict, OverturnedVerdict, ResultReport, ResultRow
from app.retests.models import Retest, RetestItem, RetestLaboratory
from app.return_templates.models import ReturnTemplate
from app.reviews.models import ResultReturn, ResultReview
from app.ripples.models import Ripple, RippleTask
from app.risk_warnings.models import PublicWarning, WarningSource
from app.sampling.models import BatchFact, Sample, SampleReturn
from app.schedules.models import InspectionDuty
from app.self_reports.models import SelfReport
from app.transfers.models import CaseTransfer
from app.turnaround.models import ReportAgreement
from app.urgent.models import UrgentReport
from tests.conftest import Office

NOW = clock.now()
DAY = date(2026, 11, 2)

# What each model is read under. A permission about no single record is narrowed to the reader's organisation and below.
READ_UNDER: dict[type[Any], Permission] = {
    Sample: Permission.SAMPLE_READ,
    ResultReport: Permission.SAMPLE_READ,
    ResultRow: Permission.SAMPLE_READ,
    OverturnedVerdict: Permission.SAMPLE_READ,
    Enterprise: Permission.ENTERPRISE_READ,
    DisposalCase: Permission.CASE_READ,
    ImportBatch: Permission.IMPORT_READ,
    Attachment: Permission.ATTACHMENT_READ,
    User: Permission.USER_READ,
    Job: Permission.JOB_READ,
    BatchFact: Permission.INDICATOR_READ,
    ReportedValue: Permission.INDICATOR_READ,
    SamplingTask: Permission.TASK_READ,
    MonthlyReturn: Permission.RETURN_READ,
    ReturnFigure: Permission.RETURN_READ,
    ReturnCheck: Permission.RETURN_READ,
    ReturnTemplate: Permission.RETURN_TEMPLATE_READ,
    ListExport: Permission.DOWNLOAD_READ,
    Message: Permission.MESSAGE_READ,
    SavedView: Permission.VIEW_EDIT,
    BulkAction: Permission.BULK_READ,
    AccountGrant: Permission.GRANT_READ,
    SecurityAlert: Permission.ALERT_READ,
    ApprovalSignature: Permission.SIGNATURE_READ,
    ReferenceChange: Permission.CHANGE_READ,
    Publication: Permission.PUBLICATION_READ,
    PublicationItem: Permission.PUBLICATION_READ,
    PublicWarning: Permission.WARNING_READ,
    WarningSource: Permission.WARNING_READ,
    PlanEvaluation: Permission.EVALUATION_READ,
    Organisation: Permission.ORGANISATION_READ,
    HistoryEntry: Permission.AUDIT_READ,
    SamplingPlan: Permission.PLAN_READ,
    PlanQuota: Permission.PLAN_READ,
    PlanItemSet: Permission.PLAN_READ,
    SamplingAssignment: Permission.ASSIGNMENT_READ,
    BackupSample: Permission.BACKUP_READ,
    Drawing: Permission.DRAWING_READ,
    RuleExemption: Permission.EXEMPTION_READ,
    RapidTest: Permission.RAPID_READ,
    LabCapacity: Permission.PLAN_READ,
    CustodyEvent: Permission.SAMPLE_READ,
    SamplePhoto: Permission.SAMPLE_READ,
    SampleSignature: Permission.SAMPLE_READ,
    SampleReturn: Permission.SAMPLE_READ,
    ResultReview: Permission.RESULT_REVIEW_READ,
    ResultReturn: Permission.RESULT_REVIEW_READ,
    VerdictDecision: Permission.VERDICT_READ,
    UrgentReport: Permission.URGENT_READ,
    ReportAgreement: Permission.RESULT_REVIEW_READ,
    ExternalFinding: Permission.FINDING_READ,
    LayoutMapping: Permission.LAYOUT_READ,
    ImportConflict: Permission.IMPORT_READ,
    AmendmentNotice: Permission.NOTICE_READ,
    ApiKey: Permission.API_KEY_EDIT,
    LegalClock: Permission.CLOCK_READ,
    ClockChange: Permission.CLOCK_READ,
    OfficialDocument: Permission.DOCUMENT_READ,
    CaseQuantity: Permission.CASE_READ,
    CaseAnswer: Permission.CASE_READ,
    CasePublication: Permission.CASE_READ,
    CaseFollowUp: Permission.CASE_READ,
    CaseApproval: Permission.CASE_READ,
    CaseUrging: Permission.CASE_READ,
    Retest: Permission.RETEST_READ,
    RetestItem: Permission.RETEST_READ,
    RetestLaboratory: Permission.REFERENCE_READ,
    Objection: Permission.OBJECTION_READ,
    Ripple: Permission.RIPPLE_READ,
    RippleTask: Permission.RIPPLE_READ,
    CaseTransfer: Permission.TRANSFER_READ,
    Penalty: Permission.PENALTY_READ,
    CreditListing: Permission.LISTING_READ,
    Delegation: Permission.DELEGATION_READ,
    Dossier: Permission.CASE_READ,
    RiskRuleSet: Permission.RISK_RULE_READ,
    RiskEvent: Permission.RISK_READ,
    RiskGrade: Permission.RISK_READ,
    RiskPoint: Permission.RISK_READ,
    RiskProfile: Permission.RISK_READ,
    RiskRun: Permission.RISK_READ,
    Inspection: Permission.INSPECTION_READ,
    InspectionFinding: Permission.INSPECTION_READ,
    InspectionDuty: Permission.SCHEDULE_READ,
    RectificationOrder: Permission.RECTIFY_READ,
    SelfReport: Permission.SELF_REPORT_READ,
    Incident: Permission.INCIDENT_READ,
    EnterpriseMerge: Permission.ENTERPRISE_READ,
    ArchiveElement: Permission.ENTERPRISE_READ,
    Inspector: Permission.RANDOM_READ,
    RandomFinding: Permission.RANDOM_READ,
    RandomMember: Permission.RANDOM_READ,
    RandomPartner: Permission.RANDOM_READ,
    RandomProgramme: Permission.RANDOM_READ,
    RandomTarget: Permission.RANDOM_READ,
    EnterpriseCategory: Permission.ENTERPRISE_READ,
    EnterpriseFormerName: Permission.ENTERPRISE_READ,
    EnterpriseLicence: Permission.ENTERPRISE_READ,
}
OF_A_SAMPLE = (ResultReport, ResultRow, OverturnedVerdict, CustodyEvent, SamplePhoto, SampleSignature, SampleReturn)


def add(row: Any) -> Any:
    session().add(row)
    session().flush()
    return row


def sample(number: str, org: int, organiser: int | None, laboratory: int | None) -> Sample:
    made = add(
        Sample(
            org_id=org, organiser_org_id=organiser, laboratory_org_id=laboratory, number=number, state=SampleState.REPORTED,
            purpose=Purpose.SUPERVISION, domain=Domain.FOOD, product_name="米", search_text=number, created_at=NOW, sampled_on=DAY,
        )
    )
    report = add(ResultReport(org_id=org, sample_id=made.id, report_no=number, reported_on=DAY, recorded_at=NOW))
    row = add(
        ResultRow(
            org_id=org, report_id=report.id, sample_id=made.id, ordinal=1, item="铅", item_written="铅", limit_source="own",
            lab_verdict=Verdict.PASS, our_verdict=Verdict.PASS, verdict=Verdict.PASS,
        )
    )
    add(
        BatchFact(
            org_id=org, sample_id=made.id, sample_number=number, version=1, supervision=Supervision.PASS,
            monitoring=Monitoring.NONE, basis="初检", purpose=Purpose.SUPERVISION, domain=Domain.FOOD, reported_on=DAY,
            month=202611, has_residue=False, recorded_at=NOW,
        )
    )
    of_a_sample(made)
    of_its_results(made, report, row)
    return made


def of_its_results(made: Sample, report: ResultReport, row: ResultRow) -> None:
    """A submission, a return, a decision and an urgent report of one sample."""
    mine = {"org_id": made.org_id, "sample_id": made.id}
    tested = {**mine, "laboratory_org_id": made.laboratory_org_id}
    submitted = {"title": made.number, "levels": 1, "content_sha256": "0" * 64, "state": ReviewState.SUBMITTED, "submitted_at": NOW}
    add(ResultReview(**tested, **submitted))
    add(ResultReturn(**tested, report_id=report.id, reason="有误", returned_at=NOW))
    verdicts = {"our_verdict": Verdict.PASS, "before": Verdict.PASS, "before_pending": False, "proposed": Verdict.FAIL}
    add(
        VerdictDecision(
            **mine, **verdicts, report_id=report.id, result_row_id=row.id, item="铅", kind=DecisionKind.OVERRIDE, reason="x",
            state=DecisionState.PROPOSED, proposed_at=NOW,
        )
    )
    overturned = {"before": Verdict.FAIL, "before_pending": False, "after": Verdict.PASS, "basis": "复检", "reason": "x"}
    add(OverturnedVerdict(**mine, **overturned, report_id=report.id, result_row_id=row.id, item="铅", overturned_at=NOW))
    add(
        UrgentReport(
            **tested, number=f"U{made.number}", state=UrgentState.OPEN, items="铅", trigger="x", confirmed_at=NOW, due_at=NOW,
            created_at=NOW,
        )
    )


def of_a_sample(made: Sample) -> None:
    """Custody, backup, photograph, signature and return of one sample."""
    mine = {"org_id": made.org_id, "sample_id": made.id}
    add(CustodyEvent(**mine, kind=CustodyKind.TAKEN, slot="抽取", happened_at=NOW, person="甲", recorded_at=NOW))
    kept = {"state": BackupState.KEPT, "place": "备样库", "stored_on": DAY}
    add(BackupSample(**mine, laboratory_org_id=made.laboratory_org_id, **kept))
    image = {"subject_kind": "sample_photo", "sha256": "0" * 64, "filename": "x.jpg", "mime": "image/jpeg", "size": 1, "created_at": NOW}
    picture = add(Attachment(org_id=made.org_id, **image))
    add(SamplePhoto(**mine, attachment_id=picture.id, kind=PhotoKind.SAMPLE, recorded_at=NOW))
    signed = {"sheet_version": 1, "sheet_sha256": "0" * 64, "signed_at": NOW, "recorded_at": NOW, "attachment_id": picture.id}
    add(SampleSignature(**mine, signer=Signer.SAMPLED, form=SignatureForm.DRAWN, name="乙", **signed))
    add(SampleReturn(**mine, reason="保质期有误", returned_at=NOW))


def case(of: Sample, org: int, party: Party) -> None:
    add(
        DisposalCase(
            org_id=org, sample_id=of.id, number=f"{of.number}-{party.value}", party=party, mode=CaseMode.DISPOSE, state=CaseState.OPEN,
            opened_at=NOW, received_on=DAY, due_on=DAY,
        )
    )


def of_disposal(org: int, sample_id: int) -> None:
    """A case of its own kind and everything that belongs to one."""
    made = add(
        DisposalCase(
            org_id=org, sample_id=sample_id, number=f"C{org}", party=Party.CATERING, mode=CaseMode.DISPOSE, state=CaseState.OPEN,
            opened_at=NOW, received_on=DAY, due_on=DAY,
        )
    )
    ours = {"org_id": org}
    of_case = {**ours, "case_id": made.id}
    add(CaseQuantity(**of_case, kind=QuantityKind.MADE, amount=1, unit="袋"))
    add(CaseAnswer(**of_case, question="x", answer=True, answered_at=NOW))
    add(CasePublication(**of_case, kind=PublicationKind.PRODUCT, published_on=DAY, recorded_at=NOW))
    add(CaseFollowUp(**of_case, sample_id=sample_id, linked_at=NOW))
    clock_of = {"subject_kind": "disposal_case", "subject_id": made.id, "subject_name": "x", "code": "x", "name": "x", "duty_of": "x"}
    dated = {"started_on": DAY, "start_event": "x", "due_on": DAY, "why": "x", "article": "x", "provisional": False}
    running = add(LegalClock(**of_case, **clock_of, **dated, recorded_at=NOW))
    asked = {"document_no": "x", "reason": "x", "asked_at": NOW, "state": ClockChangeState.ASKED}
    add(ClockChange(**ours, clock_id=running.id, kind=ClockChangeKind.EXTENSION, amount=1, **asked))
    paper = {"kind": "检验结果通知书", "side": Side.SAMPLED, "recipient": "x", "fields": {}, "state": DocumentState.DRAFTED}
    add(OfficialDocument(**of_case, **paper, created_at=NOW))
    after_a_case(org, sample_id, of_case)


def after_a_case(org: int, sample_id: int, of_case: dict[str, Any]) -> None:
    """Retest, objection, ripples, transfers to a neighbour, penalty, dossier."""
    ours, both = {"org_id": org}, {**of_case, "sample_id": sample_id}
    add(CaseApproval(**of_case, level=ApprovalLevel.SECTION, answer=ApprovalAnswer.RETURNED, decided_at=NOW))
    add(CaseUrging(**of_case, level=UrgingLevel.REMIND, reason="x", due_on=DAY, urged_at=NOW))
    applied = {"number": f"A{org}", "side": Side.SAMPLED, "applicant": "x", "applied_on": DAY, "received_on": DAY, "asked_at": NOW}
    listed = {"code": f"R{org}", "name": "x", "valid_from": DAY, "source": "x", "recorded_at": NOW}
    add(RetestLaboratory(**ours, **listed))
    retest = add(Retest(**ours, **applied, sample_id=sample_id, reason="x", state=RetestState.APPLIED))
    add(RetestItem(**ours, retest_id=retest.id, item="x", wanted=True, feasible=True))
    add(Objection(**ours, **applied, sample_id=sample_id, kind=ObjectionKind.METHOD, content="x", state=ObjectionState.APPLIED))
    ripple = add(Ripple(**ours, sample_id=sample_id, cause=RippleCause.RETEST, before="x", after="x", created_at=NOW))
    task = {"kind": RippleTaskKind.CASE, "subject_name": "x", "what": "x", "automatic": False, "state": RippleTaskState.OPEN}
    add(RippleTask(**ours, ripple_id=ripple.id, **task))
    sent = {"kind": TransferKind.ASSIST, "body": TransferBody.BUREAU, "channel": TransferChannel.SYSTEM, "subject": "x", "sent_on": DAY}
    for number, to in enumerate((None, org - 1 or None)):
        add(
            CaseTransfer(
                **both, **sent, number=f"{org}-{number}", to_org_id=to, to_name="x", state=TransferState.SENT, created_at=NOW,
            )
        )
    filed = {"number": f"P{org}", "party_name": "x", "found_on": DAY, "filed_on": DAY, "created_at": NOW}
    add(Penalty(**both, **filed, state=PenaltyState.FILED))
    firm = add(Enterprise(org_id=org, name=f"失信{org}", status=EnterpriseStatus.ACTIVE, created_at=NOW))
    proposed = {"number": f"L{org}", "enterprise_name": "x", "ground": "x", "state": ListingState.PROPOSED, "proposed_at": NOW}
    add(CreditListing(**ours, **proposed, enterprise_id=firm.id))
    two = session().scalars(sa.select(User.id).order_by(User.id).limit(2)).all()
    away = {"from_user_id": two[0], "to_user_id": two[1], "from_on": DAY, "to_on": DAY, "reason": "x", "granted_at": NOW}
    add(Delegation(**ours, **away, number=f"G{org}", state=DelegationState.GRANTED))
    sums = {f"{name}_sha256": "0" * 64 for name in ("pdf", "zip", "manifest")}
    add(
        Dossier(
            **of_case, **sums, edition=1, case_version=1, pages=1, pdf_size=1, zip_size=1, manifest=[], chain_head="0" * 64, made_at=NOW,
        )
    )


def of_supervision(org: int, region: int) -> None:
    """An enterprise with its papers, grades, inspections, draws, reports and incidents."""
    ours = {"org_id": org}
    firm = add(Enterprise(org_id=org, name=f"监管{org}", status=EnterpriseStatus.ACTIVE, created_at=NOW))
    other = add(
        Enterprise(
            org_id=org, name=f"重复{org}", status=EnterpriseStatus.MERGED, created_at=NOW, merged_into_id=firm.id
        )
    )
    of_firm = {**ours, "enterprise_id": firm.id}
    add(EnterpriseLicence(**of_firm, kind="食品生产许可证", recorded_at=NOW))
    add(EnterpriseCategory(**of_firm, scheme=CodeScheme.LICENCE_CLASS, code="0101", name="小麦粉"))
    add(EnterpriseFormerName(**of_firm, name="旧名", recorded_at=NOW))
    add(ArchiveElement(**of_firm, code="products", value="x", seen_on=DAY, recorded_at=NOW))
    merged = {"merged_name": "x", "merged_status": "在产", "reason": "x", "moved": {}, "merged_at": NOW}
    add(
        EnterpriseMerge(
            **ours, **merged, number=f"H{org}", kept_id=firm.id, merged_id=other.id, state=MergeState.MERGED
        )
    )
    of_grades(org, firm.id)
    of_inspections(org, firm, region)
    owed = {"kind": "食品生产企业", "period": "2026", "due_on": DAY, "created_at": NOW}
    add(SelfReport(**of_firm, **owed, state=SelfReportState.DUE))
    happened = {
        "domain": IncidentDomain.FOOD,
        "title": "x",
        "occurred_on": DAY,
        "reported_on": DAY,
        "description": "x",
        "created_at": NOW,
    }
    add(Incident(**ours, **happened, number=f"S{org}", state=IncidentState.REPORTED))


def of_grades(org: int, firm: int) -> None:
    ours, of_firm = {"org_id": org}, {"org_id": org, "enterprise_id": firm}
    rules = {"rule_code": "x", "rule_sha256": "0" * 64}
    dated = {
        "title": "x",
        "kinds": "食品销售者",
        "source": "x",
        "valid_from": DAY,
        "content": {},
        "content_sha256": "0" * 64,
    }
    add(RiskRuleSet(**ours, **dated, code="x", edition=1, state=RuleSetState.DRAFT, created_at=NOW))
    add(RiskProfile(**of_firm, kind="食品销售者", facts={}, seen_on=DAY, recorded_at=NOW))
    happened = {
        "kind": RiskEventKind.INCIDENT,
        "occurred_on": DAY,
        "steps": 1,
        "source": "x",
        "automatic": False,
        "recorded_at": NOW,
    }
    add(RiskEvent(**of_firm, **happened, number=f"F{org}", state=RiskEventState.RECORDED))
    previewed = {"year": 2027, "kind": "食品销售者", "from_on": DAY, "to_on": DAY, "counts": {}, "created_at": NOW}
    add(RiskRun(**ours, **rules, **previewed, number=f"N{org}", state=RiskRunState.PREVIEWED))
    scored = {"kind": "食品销售者", "year": 2026, "cause": GradeCause.NEW, "facts": {}, "created_at": NOW}
    made = add(RiskGrade(**of_firm, **rules, **scored, number=f"G{org}", state=GradeState.DRAFT))
    add(RiskPoint(**ours, grade_id=made.id, ordinal=1, component=RiskComponent.STATIC, code="x", title="x", points=1))


def of_inspections(org: int, firm: Enterprise, region: int) -> None:
    ours, of_firm = {"org_id": org}, {"org_id": org, "enterprise_id": firm.id}
    known = {"source": "x", "confidence": Confidence.UNVERIFIED, "recorded_at": NOW}
    listed = add(Checklist(**known, code="sale", edition=f"{org}", title="x", kinds="食品销售者"))
    item = add(ChecklistItem(checklist_id=listed.id, ordinal=1, number="1.1", group="x", text="x", key=True))
    planned = {
        "kind": "食品销售者",
        "nature": InspectionNature.ROUTINE,
        "enterprise_name": firm.name,
        "created_at": NOW,
    }
    made = add(
        Inspection(**of_firm, **planned, number=f"J{org}", checklist_id=listed.id, state=InspectionState.PLANNED)
    )
    add(InspectionFinding(**ours, inspection_id=made.id, item_id=item.id, answer=FindingAnswer.MEETS))
    due = {
        "kind": "食品销售者",
        "year": 2026,
        "ordinal": 1,
        "from_on": DAY,
        "due_on": DAY,
        "why": "x",
        "created_at": NOW,
    }
    add(InspectionDuty(**of_firm, **due))
    ordered = {
        "enterprise_name": firm.name,
        "requirement": "x",
        "at_once": False,
        "ordered_on": DAY,
        "due_on": DAY,
        "created_at": NOW,
    }
    add(
        RectificationOrder(
            **of_firm, **ordered, number=f"Z{org}", inspection_id=made.id, state=RectificationState.ORDERED
        )
    )
    one = add(Inspector(**ours, name="x", certificate_no=f"{org}", valid_from=DAY, recorded_at=NOW))
    drafted = {
        "title": "x",
        "year": 2026,
        "matter": "x",
        "filters": {},
        "from_on": DAY,
        "to_on": DAY,
        "created_at": NOW,
    }
    drawn = add(RandomProgramme(**ours, **drafted, number=f"R{org}", state=ProgrammeState.DRAFT))
    add(RandomPartner(**ours, programme_id=drawn.id, department="x", matter="x"))
    target = add(RandomTarget(**of_firm, programme_id=drawn.id, drawn_rank=1))
    add(RandomMember(**ours, target_id=target.id, inspector_id=one.id, ordinal=1))
    add(RandomFinding(**ours, target_id=target.id, department="x", outcome=RandomOutcome.CLEAR, recorded_at=NOW))


def one_of_each(org: int, user: int | None, region: int, plan: int) -> int:
    """A row of every other kind for one organisation."""
    name = f"{org}-{user}"
    add(Enterprise(org_id=org, name=name, status=EnterpriseStatus.ACTIVE, created_at=NOW))
    batch = add(
        ImportBatch(
            org_id=org, kind="results", layout="lab", state=BatchState.STAGED, filename=name, sha256="0" * 64, created_at=NOW,
            created_by_id=user,
        )
    )
    add(Attachment(org_id=org, subject_kind="sample", sha256="0" * 64, filename=name, mime="x", size=1, created_at=NOW, created_by_id=user))
    add(Job(org_id=org, kind="x", payload={}, status=JobStatus.DONE, created_at=NOW, created_by_id=user))
    add(SamplingTask(org_id=org, region_id=region, year=2026, level=Level.COUNTY, purpose=Purpose.SUPERVISION, batches=1, recorded_at=NOW))
    add(
        ReportedValue(org_id=org, plan_id=plan, no="1", region_id=region, year=2026, value=1, as_of=DAY, document="x", recorded_at=NOW)
    )
    add(
        MonthlyReturn(
            org_id=org, region_id=region, month=202611, state=ReturnState.DRAFT, as_of=NOW, sha256="0" * 64, chain_head="0" * 64,
            created_at=NOW,
        )
    )
    return int(batch.id)


def of_reporting(org: int, user: int | None, region: int, plan: int, sample_id: int) -> None:
    """A template, a return's sources, exports, messages, publications, warnings and an evaluation."""
    ours, by = {"org_id": org, "created_at": NOW}, {"created_by_id": user}
    of_file = {"filename": "x.xlsx", "sha256": "0" * 64, "period_kind": ReturnPeriod.MONTH}
    add(ReturnTemplate(**ours, **of_file, code="x", edition=1, title="x", state=TemplateState.DRAFT))
    of_period = {"region_id": region, "month": 202610, "as_of": NOW, "sha256": "0" * 64, "chain_head": "0" * 64}
    made = add(MonthlyReturn(**ours, **of_period, state=ReturnState.DRAFT))
    of_return = {"org_id": org, "return_id": made.id, "ordinal": 1}
    add(ReturnFigure(**of_return, sheet="x", name="x", definition="batch_count", definition_version=1, period="x", side="numerator"))
    add(ReturnCheck(**of_return, code="x", expression="x", blocking=True, passed=True, message="x", checked_at=NOW))
    add(ListExport(**ours, **by, list_code="sampling", title="x", conditions="x", query={}, columns=[]))
    if user is not None:
        add(Message(**ours, user_id=user, kind=MessageKind.NOTICE, key=f"{org}", title="x", show_at=NOW))
    listed = {"kind": PublicList.FAILED, "nature": PublicNature.FIRST, "title": "x", "state": PublicationState.DRAFT}
    shown = add(Publication(**ours, **listed, number=f"P{org}"))
    of_sample = {"org_id": org, "sample_id": sample_id, "sample_number": "x"}
    add(PublicationItem(**of_sample, publication_id=shown.id, ordinal=1, content={}, content_sha256="0" * 64, search="x"))
    warned = {"kind": WarningKind.TIP, "title": "x", "body": "x", "findings": {}, "state": WarningState.DRAFT}
    tip = add(PublicWarning(**ours, **warned, number=f"W{org}"))
    add(WarningSource(**of_sample, warning_id=tip.id))
    report = {"plan_id": plan, "region_id": region, "kind": EvaluationKind.YEARLY, "year": 2026, "title": "x", "sections": {}}
    add(PlanEvaluation(**ours, **report, number=f"E{org}", as_of=NOW, chain_head="0" * 64, state=EvaluationState.DRAFT))


def of_trust(org: int, user: int | None) -> None:
    """A grant that was asked, an alert, a change of the reference data, signatures, a saved view and a bulk action."""
    ours, by = {"org_id": org, "created_at": NOW}, {"created_by_id": user}
    somebody = user or session().scalars(sa.select(User.id).order_by(User.id).limit(1)).one()
    asked = {"kind": GrantKind.ROLES, "effective_on": DAY, "reason": "x", "state": GrantState.ASKED, "proposed_at": NOW}
    add(AccountGrant(org_id=org, number=f"Q{org}", user_id=somebody, **asked))
    seen = {"text": "x", "first_at": NOW, "last_at": NOW, "state": AlertState.OPEN}
    add(SecurityAlert(org_id=org, kind=AlertKind.LOCKED, key=f"{org}", **seen))
    changed = {"title": "x", "payload": {}, "effect": {}, "reason": "x", "state": ChangeState.PROPOSED, "proposed_at": NOW}
    change = add(ReferenceChange(org_id=org, number=f"B{org}", kind=ChangeKind.LIMIT, proposed_by_id=user, **changed))
    signed = {"step": "adopt", "meaning": "x", "record_sha256": "0" * 64, "record_version": 1, "method": SignMethod.SESSION}
    signed |= {"org_id": org, "name": "x", "signed_at": NOW, "subject_kind": "reference_change"}
    add(ApprovalSignature(subject_id=change.id, **signed))  # of somebody else, on the record of this person
    add(ApprovalSignature(subject_id=10**9 + org, user_id=user, **signed))  # his own
    add(SavedView(**ours, created_by_id=somebody, list_code="sampling", name=f"{org}"))
    add(BulkAction(**ours, **by, kind="x", title="x", asked=1, done=1, outcomes=[]))


def plans_and_work(org: int, region: int, category: int, laboratory: int | None) -> None:
    """A plan that was issued and one that was not, a task, a draw, an exemption and a rapid test."""
    for number, issued in enumerate((None, NOW)):
        made = add(
            SamplingPlan(
                org_id=org, region_id=region, year=2026, name=f"{number}", level=Level.COUNTY, purpose=Purpose.SUPERVISION, total=1,
                state=PlanState.ISSUED if issued else PlanState.DRAFT, created_at=NOW, issued_at=issued,
            )
        )
        add(PlanQuota(org_id=org, plan_id=made.id, cell="*", batches=1, recorded_at=NOW))
        add(PlanItemSet(org_id=org, plan_id=made.id, category_id=category, recorded_at=NOW))
    add(
        SamplingAssignment(
            org_id=org, number=f"T{org}", region_id=region, batches=1, from_on=DAY, to_on=DAY, laboratory_org_id=laboratory,
            state=AssignmentState.ASSIGNED, created_at=NOW,
        )
    )
    add(
        Drawing(
            org_id=org, number=f"D{org}", kind=DrawKind.ENTERPRISE, subject="x", state=DrawingState.COMMITTED, take=1, pool_text="{}",
            method="x",
            pool_sha256="0" * 64, commitment="0" * 64, secret="0" * 64, committed_at=NOW,
        )
    )
    add(
        RuleExemption(
            org_id=org, number=f"E{org}", kind=ExemptionKind.CAP, rule_code="x", subject_key="x", subject_name="x", reason="x",
            state=ExemptionState.ASKED, valid_from=DAY, valid_to=DAY, asked_at=NOW,
        )
    )
    add(LabCapacity(org_id=org, laboratory_org_id=org, per_week=1, valid_from=DAY, source="x", recorded_at=NOW))
    add(
        RapidTest(
            org_id=org, number=f"K{org}", state=RapidState.RECORDED, tested_on=DAY, sampled_name="x", product_name="x", item="x",
            device="x", reagent="x", reagent_batch="x", result=RapidResult.NEGATIVE, testers="x", created_at=NOW,
        )
    )


def of_laboratories(org: int, user: int | None, batch: int, laboratory: int | None) -> None:
    """What bureaus and laboratories keep about their exchange: an agreement, a layout, a conflict, a list, a notice, a key."""
    agreed = {"laboratory_org_id": laboratory or org, "working_days": 15, "valid_from": DAY, "document_no": "x"}
    add(ReportAgreement(org_id=org, **agreed, recorded_at=NOW))
    add(LayoutMapping(org_id=org, name="x", header_sha256="0" * 64, headers=[], columns={}, created_at=NOW))
    add(ImportConflict(org_id=org, import_batch_id=batch, number="x", report_no="x", item="x", field="x", recorded_at=NOW))
    add(
        ExternalFinding(
            org_id=org, import_batch_id=batch, line=1, row_sha256="0" * 64, ordinal=1, list_kind=ListKind.FAIL, cells={},
            search_text="x", recorded_at=NOW,
        )
    )
    add(AmendmentNotice(org_id=org, from_org_id=org, kind="x", title="x", text="x", created_at=NOW))
    if user is not None:
        add(
            ApiKey(
                org_id=org, user_id=user, name="x", prefix=f"K{org}", secret_sha256="0" * 64, scopes=[], per_minute=60, created_at=NOW,
            )
        )


@pytest.fixture
def mixed(office: Office) -> Office:
    """Samples of every bureau × organiser × laboratory, cases away from home, and a row of every other kind everywhere."""
    ids = {key: org.id for key, org in office.orgs.items()}
    owners = ("root", "city", "county", "station", "other")
    organisers, laboratories = (None, "city", "county", "other"), (None, "lab", "otherlab")
    someone = {key: f"{key}:承检机构" if "lab" in key else f"{key}:抽样员" for key in ids if key != "root"}
    actors = {key: office.actor(name) for key, name in someone.items()}
    session().rollback()
    with transaction():
        region = session().scalars(sa.select(Region.id).limit(1)).one()
        plan = add(Plan(code="p", name="p", region_id=region, from_year=2026, to_year=2030, source="x", recorded_at=NOW)).id
        taken: list[int] = []
        for number, (owner, organiser, laboratory) in enumerate(product(owners, organisers, laboratories)):
            made = sample(f"S{number}", ids[owner], ids.get(organiser or ""), ids.get(laboratory or ""))
            taken.append(made.id)
            if number % 4 == 0:
                case(made, ids["other"], Party.PRODUCTION)
            if number % 5 == 0:
                case(made, ids["station"], Party.CIRCULATION)
        category = session().scalars(sa.select(FoodCategory.id).limit(1)).one()
        tested_by = dict(zip(ids, (None, ids["lab"], ids["otherlab"], ids["lab"], None, None, None), strict=True))
        for key, org in ids.items():
            plans_and_work(org, region, category, tested_by[key])
            users = [user.id for name, user in office.people.items() if name.startswith(f"{key}:")]
            batch = one_of_each(org, users[0] if users else None, region, plan)
            of_laboratories(org, users[0] if users else None, batch, tested_by[key])
            of_disposal(org, taken[-1])
            of_supervision(org, region)
            of_reporting(org, users[0] if users else None, region, plan, taken.pop())
            of_trust(org, users[0] if users else None)
            if key in actors:
                history.record("sample", 1, "export", actors[key], org_id=ids["other"])  # one of ours at work elsewhere
                history.record("sample", 1, "export", actors[key], org_id=org)
        history.record("user_account", None, "sign_in_failed", local_operator())
    return office


def everybody(office: Office) -> list[Actor]:
    found = [office.actor(name) for name in office.people] + [local_operator()]
    session().rollback()
    return found


ABOUT_A_RECORD = (
    Sample, Enterprise, DisposalCase, ImportBatch, Attachment, User, Job, SamplingPlan, SamplingAssignment, BackupSample, Drawing,
    RuleExemption, RapidTest, ResultReview, ResultReturn, VerdictDecision, UrgentReport, ReportAgreement, ExternalFinding, LayoutMapping,
    ImportConflict, AmendmentNotice, ApiKey, LegalClock, ClockChange, OfficialDocument, CaseQuantity,
    CaseAnswer, CasePublication, CaseFollowUp, CaseApproval, CaseUrging, Retest, RetestItem, Objection, Ripple, RippleTask,
    CaseTransfer, Penalty, CreditListing, Delegation, Dossier,
    RiskRuleSet, RiskEvent, RiskGrade, RiskProfile, RiskRun, Inspection, InspectionDuty, RectificationOrder,
    SelfReport, Incident, EnterpriseMerge, ArchiveElement, Inspector, RandomFinding, RandomMember, RandomPartner,
    RandomProgramme, RandomTarget, ReturnFigure, ReturnCheck, ReturnTemplate, ListExport, Message, Publication, PublicationItem,
    PublicWarning, WarningSource, PlanEvaluation, EnterpriseCategory, EnterpriseFormerName, EnterpriseLicence,
    SavedView, BulkAction, AccountGrant, SecurityAlert, ReferenceChange, ApprovalSignature,
)  # fmt: skip


def allowed(actor: Actor, row: Any) -> bool:
    """What the permission table says about one row."""
    permission = READ_UNDER[type(row)]
    if isinstance(row, OF_A_SAMPLE):
        return permits(actor, permission, subject_of(row))
    if isinstance(row, RetestLaboratory):
        return may_ever(actor, permission) and (row.org_id in actor.reach or str(row.org_id) in actor.org_path.split("/"))
    if isinstance(row, HistoryEntry):
        return may_ever(actor, permission) and audited(actor, row)
    if isinstance(row, Organisation):
        return may_ever(actor, permission) and row.id in actor.reach
    if isinstance(row, (PlanQuota, PlanItemSet)):
        return permits(actor, permission, session().get_one(SamplingPlan, row.plan_id))
    about_a_record = isinstance(row, ABOUT_A_RECORD)
    return permits(actor, permission, row) if about_a_record else may_ever(actor, permission) and row.org_id in actor.reach


def subject_of(row: Any) -> Sample:
    return session().scalars(sa.select(Sample).where(Sample.id == row.sample_id).options(selectinload(Sample.cases))).one()


def audited(actor: Actor, entry: HistoryEntry) -> bool:
    """The topmost auditor reads all; others what concerns their records or their people."""
    root = actor.org_path.strip("/").isdigit()
    return root or entry.org_id in actor.reach or PEOPLE.get(entry.actor_id or 0) in actor.reach


PEOPLE: dict[int, int] = {}


def rows_of(model: type[Any]) -> list[Any]:
    options: list[Callable[..., Any]] = [selectinload(Sample.cases)] if model is Sample else []
    return list(session().scalars(sa.select(model).options(*options).order_by(model.id)))


def test_every_scoped_model_is_compared():
    assert set(READ_UNDER) == set(scope.RULES)


def test_scope_lists_what_the_table_permits(mixed: Office):
    PEOPLE.update({user.id: user.org_id for user in mixed.people.values()})
    actors = everybody(mixed)
    compared = 0
    for model in READ_UNDER:
        rows = rows_of(model)
        assert len(rows) >= 6, model
        for actor in actors:
            listed = set(session().scalars(scope.scope(sa.select(model.id), model, actor)))
            expected = {row.id for row in rows if allowed(actor, row)}
            assert listed == expected, f"{model.__name__} for {actor.name} {sorted(actor.roles)} at {actor.org_path}"
            compared += len(rows)
    assert compared > 5000


SEEN_WHOLE = frozenset({ReferenceChange})  # what every office works by is no secret of one


def test_the_comparison_is_about_something(mixed: Office):
    """For every model somebody sees a part, and somebody nothing: a comparison of empty sets would prove nothing."""
    actors = everybody(mixed)
    for model in READ_UNDER:
        everything = len(rows_of(model))
        seen = {len(set(session().scalars(scope.scope(sa.select(model.id), model, actor)))) for actor in actors}
        assert 0 in seen or model is HistoryEntry, model
        assert model in SEEN_WHOLE or any(0 < count < everything for count in seen), model


def test_another_bureau_is_out_of_sight(mixed: Office):
    """P7: a user never sees another organisation's record."""
    for role in ("抽样员", "办案人", "审核人", "局领导", "统计员"):
        actor = mixed.actor(f"other:{role}")
        strangers = session().scalars(
            scope.scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.org_id != mixed.orgs["other"].id)
        ).all()
        assert strangers == []
