"""What the permission table says about reading a row: under which permission each kind is read, and whether an actor reads this one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.accounts.models import AccountGrant, ApprovalSignature, User, UserCertificate
from app.alerts.models import SecurityAlert
from app.announcements.models import ExternalFinding
from app.api.models import ApiKey
from app.archives.models import ArchiveElement
from app.assignments.models import SamplingAssignment
from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.custody.models import BackupSample, CustodyEvent, SamplePhoto, SampleSignature
from app.db import session
from app.decisions.models import VerdictDecision
from app.delegations.models import Delegation
from app.desk.models import BulkAction, SavedView
from app.disposal.models import (
    CaseAnswer,
    CaseApproval,
    CaseFollowUp,
    CasePublication,
    CaseQuantity,
    CaseUrging,
    DisposalCase,
)
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever, permits
from app.dossiers.models import Dossier
from app.downloads.models import ListExport
from app.drawings.models import Drawing
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseFormerName, EnterpriseLicence
from app.evaluations.models import PlanEvaluation
from app.exemptions.models import RuleExemption
from app.exports.models import MonthlyReturn, ReturnCheck, ReturnFigure
from app.gaps.models import LabCapacity
from app.grading.models import RiskEvent, RiskGrade, RiskPoint, RiskProfile, RiskRun
from app.grading_rules.models import RiskRuleSet
from app.incidents.models import Incident
from app.indicators.models import ReportedValue
from app.inspections.models import Inspection, InspectionFinding
from app.jobs import Job
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
    UserCertificate: Permission.GRANT_READ,
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
    SavedView, BulkAction, AccountGrant, UserCertificate, SecurityAlert, ReferenceChange, ApprovalSignature,
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
