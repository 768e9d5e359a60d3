"""SQL twin of the read permissions: which rows this actor may list.

Every list, search, drill-down and export starts from ``scope()``. A test compares it, for every role and organisation, with
``domain.permissions`` row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from app.accounts.models import OFFICERS, AccountGrant, ApprovalSignature, User, UserCertificate
from app.alerts.models import SecurityAlert
from app.announcements.models import ExternalFinding
from app.api.models import ApiKey
from app.archives.models import ArchiveElement
from app.assignments.models import SamplingAssignment
from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.custody.models import BackupSample, CustodyEvent, SamplePhoto, SampleSignature
from app.db import Base
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
from app.domain.actors import Actor, Role
from app.domain.signing import SIGNED_KINDS
from app.dossiers.models import Dossier
from app.downloads.models import ListExport
from app.drawings.models import Drawing
from app.enterprises.models import (
    Enterprise,
    EnterpriseCategory,
    EnterpriseFormerName,
    EnterpriseLicence,
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
from app.scope_clauses import (
    NOBODY,
    Clause,
    below,
    for_roles,
    for_staff,
    for_staff_or_laboratory,
    handed_down,
    of_importers,
    ours_or_tested,
    own,
    staff,
)
from app.self_reports.models import SelfReport
from app.transfers.models import CaseTransfer
from app.turnaround.models import ReportAgreement
from app.urgent.models import UrgentReport

__all__ = ["NOBODY", "RULES", "Clause", "below", "scope", "visible"]


def _sample(actor: Actor) -> Clause:
    clauses: list[Clause] = []
    if staff(actor) and actor.org_path.strip("/").isdecimal():
        return sa.true()  # the topmost office sees all; asking each row would cost a sort of the whole table
    if staff(actor):
        ours = sa.select(DisposalCase.sample_id).where(below(actor, DisposalCase.org_id))
        clauses += [below(actor, Sample.org_id), below(actor, Sample.organiser_org_id), Sample.id.in_(ours)]
    if actor.has(Role.LABORATORY):
        clauses.append(below(actor, Sample.laboratory_org_id))
    return sa.or_(NOBODY, *clauses)


def _reference_change(actor: Actor) -> Clause:
    """Changes of the installation's reference data are no secret of one office."""
    return sa.true() if staff(actor) or actor.has(Role.SYSTEM_ADMIN) else NOBODY


def _organisation(actor: Actor) -> Clause:
    return below(actor, Organisation.id) if actor.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN) else NOBODY


def _history(actor: Actor) -> Clause:
    """An auditor reads what was done to the records of, or by the people of, his organisation and those below it.

    What belongs to no organisation (a sign-in under an unknown name) is read by the auditor of the topmost one.
    """
    if not actor.has(Role.AUDIT_ADMIN):
        return NOBODY
    if actor.org_path.count("/") == 2:  # "/1/": the root
        return sa.true()
    people = sa.select(User.id).where(below(actor, User.org_id))
    return sa.or_(below(actor, HistoryEntry.org_id), HistoryEntry.actor_id.in_(people))


def _signature(actor: Actor) -> Clause:
    """An auditor reads those of his reach, everybody else his own and those on the records that are his to answer for."""
    clauses: list[Clause] = []
    one = ApprovalSignature
    if actor.has(Role.AUDIT_ADMIN):
        clauses.append(below(actor, one.org_id))
    if staff(actor) and actor.user_id is not None:
        clauses += [one.user_id == actor.user_id, one.for_user_id == actor.user_id]
        on_record = [sa.and_(one.subject_kind == kind, one.subject_id.in_(ids)) for kind, ids in _records_of(actor.user_id)]
        clauses.append(sa.and_(below(actor, one.org_id), sa.or_(*on_record)))
    return sa.or_(NOBODY, *clauses)


def _records_of(user_id: int) -> Iterator[tuple[str, sa.Select[Any]]]:
    """By kind that is signed, the records that this person handles, submitted, proposed or drew up."""
    for kind in sorted(SIGNED_KINDS):
        table = Base.metadata.tables[kind]
        yield kind, sa.select(table.c.id).where(sa.or_(*(table.c[name] == user_id for name in OFFICERS if name in table.c)))


def _of_sample(column: Any) -> Callable[[Actor], Clause]:
    return lambda actor: column.in_(sa.select(Sample.id).where(_sample(actor)))


def _fact(actor: Actor) -> Clause:
    """Figures count the batches of the reader's own organisation and those below it."""
    return below(actor, BatchFact.org_id) if staff(actor) else NOBODY


def _plan(actor: Actor) -> Clause:
    """Our own and those below; of the organisations above, what has been issued."""
    if not staff(actor):
        return NOBODY
    above = [int(part) for part in actor.org_path.split("/") if part]
    return sa.or_(
        below(actor, SamplingPlan.org_id), sa.and_(SamplingPlan.org_id.in_(above), SamplingPlan.issued_at.is_not(None))
    )


def _of_plan(column: Any) -> Callable[[Actor], Clause]:
    return lambda actor: column.in_(sa.select(SamplingPlan.id).where(_plan(actor)))


def _transfer(actor: Actor) -> Clause:
    """What we have sent and what was sent to us."""
    return sa.or_(below(actor, CaseTransfer.org_id), below(actor, CaseTransfer.to_org_id)) if staff(actor) else NOBODY


def _delegation(actor: Actor) -> Clause:
    return below(actor, Delegation.org_id) if actor.has(Role.REVIEWER, Role.LEADER, Role.LEGAL) else NOBODY


def _retest_laboratory(actor: Actor) -> Clause:
    """The lists of our own organisation, of those below and of those above."""
    if not (staff(actor) or actor.has(Role.SYSTEM_ADMIN)):
        return NOBODY
    above = [int(part) for part in actor.org_path.split("/") if part]
    return sa.or_(below(actor, RetestLaboratory.org_id), RetestLaboratory.org_id.in_(above))


RULES: Mapping[type[Any], Callable[[Actor], Clause]] = {
    Sample: _sample,
    ResultReport: _of_sample(ResultReport.sample_id),
    ResultRow: _of_sample(ResultRow.sample_id),
    OverturnedVerdict: _of_sample(OverturnedVerdict.sample_id),
    BatchFact: _fact,
    Enterprise: for_staff(Enterprise),
    DisposalCase: for_staff(DisposalCase),
    SamplingTask: for_staff(SamplingTask),
    ReportedValue: for_staff(ReportedValue),
    MonthlyReturn: for_staff(MonthlyReturn),
    ImportBatch: of_importers(ImportBatch),
    Attachment: for_staff_or_laboratory(Attachment),
    User: for_roles(User, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    Organisation: _organisation,
    Job: own(Job.created_by_id),
    HistoryEntry: _history,
    ApprovalSignature: _signature,
    SamplingPlan: _plan,
    PlanQuota: _of_plan(PlanQuota.plan_id),
    PlanItemSet: _of_plan(PlanItemSet.plan_id),
    SamplingAssignment: ours_or_tested(SamplingAssignment),
    BackupSample: ours_or_tested(BackupSample),
    Drawing: for_staff(Drawing),
    RuleExemption: for_staff(RuleExemption),
    RapidTest: for_staff(RapidTest),
    LabCapacity: for_staff(LabCapacity),
    CustodyEvent: _of_sample(CustodyEvent.sample_id),
    SamplePhoto: _of_sample(SamplePhoto.sample_id),
    SampleSignature: _of_sample(SampleSignature.sample_id),
    SampleReturn: _of_sample(SampleReturn.sample_id),
    ResultReview: ours_or_tested(ResultReview),
    ResultReturn: ours_or_tested(ResultReturn),
    VerdictDecision: for_staff(VerdictDecision),
    UrgentReport: ours_or_tested(UrgentReport),
    ReportAgreement: ours_or_tested(ReportAgreement),
    ExternalFinding: for_staff(ExternalFinding),
    LayoutMapping: of_importers(LayoutMapping),
    ImportConflict: of_importers(ImportConflict),
    AmendmentNotice: for_staff_or_laboratory(AmendmentNotice),
    ApiKey: for_roles(ApiKey, Role.SYSTEM_ADMIN),
    LegalClock: for_staff(LegalClock),
    ClockChange: for_staff(ClockChange),
    OfficialDocument: for_staff(OfficialDocument),
    CaseQuantity: for_staff(CaseQuantity),
    CaseAnswer: for_staff(CaseAnswer),
    CasePublication: for_staff(CasePublication),
    CaseFollowUp: for_staff(CaseFollowUp),
    CaseApproval: for_staff(CaseApproval),
    CaseUrging: for_staff(CaseUrging),
    Retest: for_staff(Retest),
    RetestItem: for_staff(RetestItem),
    RetestLaboratory: _retest_laboratory,
    Objection: for_staff(Objection),
    Ripple: for_staff(Ripple),
    RippleTask: for_staff(RippleTask),
    CaseTransfer: _transfer,
    Penalty: for_staff(Penalty),
    CreditListing: for_staff(CreditListing),
    Delegation: _delegation,
    Dossier: for_staff(Dossier),
    RiskRuleSet: handed_down(RiskRuleSet),
    ReturnTemplate: handed_down(ReturnTemplate),
    ListExport: own(ListExport.created_by_id),
    Message: own(Message.user_id),
    SavedView: own(SavedView.created_by_id),
    BulkAction: own(BulkAction.created_by_id),
    AccountGrant: for_roles(AccountGrant, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    UserCertificate: for_roles(UserCertificate, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    SecurityAlert: for_roles(SecurityAlert, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
    ReferenceChange: _reference_change,
    **{
        model: for_staff(model)
        for model in (
            EnterpriseCategory, EnterpriseFormerName, EnterpriseLicence, ArchiveElement, EnterpriseMerge, RiskEvent,
            RiskGrade, RiskPoint, RiskProfile, RiskRun, Inspection, InspectionFinding, InspectionDuty,
            RectificationOrder, Inspector, RandomFinding, RandomMember, RandomPartner, RandomProgramme, RandomTarget,
            SelfReport, Incident, ReturnFigure, ReturnCheck, Publication, PublicationItem, PublicWarning, WarningSource,
            PlanEvaluation,
        )
    },
}  # fmt: skip


def visible(model: type[Any], actor: Actor) -> Clause:
    """The condition under which a row of ``model`` is visible to the actor."""
    return RULES[model](actor)


def scope(statement: sa.Select[Any], model: type[Any], actor: Actor) -> sa.Select[Any]:
    """The statement narrowed to what the actor may see."""
    return statement.where(visible(model, actor))
