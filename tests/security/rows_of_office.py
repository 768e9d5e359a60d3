"""A row of every kind of plans, imports, reports, lists and accounts for one owner."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import AccountGrant, ApprovalSignature, User, UserCertificate
from app.alerts.models import SecurityAlert
from app.announcements.models import ExternalFinding
from app.api.models import ApiKey
from app.assignments.models import SamplingAssignment
from app.attachments.models import Attachment
from app.db import session
from app.desk.models import BulkAction, SavedView
from app.domain.reporting_kinds import EvaluationKind, MessageKind, PublicList, PublicNature, ReturnPeriod, WarningKind
from app.domain.reporting_states import EvaluationState, PublicationState, TemplateState, WarningState
from app.domain.result_kinds import ListKind
from app.domain.samples import Level, Purpose
from app.domain.sampling_kinds import DrawKind, ExemptionKind, RapidResult
from app.domain.trust_kinds import AlertKind, ChangeKind, GrantKind, SignMethod
from app.domain.trust_states import AlertState, ChangeState, GrantState
from app.domain.workflow import (
    AssignmentState,
    BatchState,
    DrawingState,
    ExemptionState,
    PlanState,
    RapidState,
    ReturnState,
)
from app.downloads.models import ListExport
from app.drawings.models import Drawing
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.evaluations.models import PlanEvaluation
from app.exemptions.models import RuleExemption
from app.exports.models import MonthlyReturn, ReturnCheck, ReturnFigure
from app.gaps.models import LabCapacity
from app.indicators.models import ReportedValue
from app.jobs import Job, JobStatus
from app.layouts.models import LayoutMapping
from app.messages.models import Message
from app.notices.models import AmendmentNotice
from app.planning.models import SamplingTask
from app.plans.models import PlanItemSet, PlanQuota, SamplingPlan
from app.publications.models import Publication, PublicationItem
from app.rapid_tests.models import RapidTest
from app.reference_changes.models import ReferenceChange
from app.results.models import ImportBatch, ImportConflict
from app.return_templates.models import ReturnTemplate
from app.risk_warnings.models import PublicWarning, WarningSource
from app.turnaround.models import ReportAgreement
from tests.security.rows import DAY, NOW, add, day_of


def one_of_each(org: int, user: int | None, region: int, plan: int, tag: str = "") -> int:
    """A row of every other kind for one organisation."""
    name = f"{org}{tag}-{user}"
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


def of_reporting(org: int, user: int | None, region: int, plan: int, sample_id: int, tag: str = "") -> None:
    """A template, a return's sources, exports, messages, publications, warnings and an evaluation."""
    ours, by = {"org_id": org, "created_at": NOW}, {"created_by_id": user}
    of_file = {"filename": "x.xlsx", "sha256": "0" * 64, "period_kind": ReturnPeriod.MONTH}
    add(ReturnTemplate(**ours, **of_file, code="x", edition=1 + len(tag), title="x", state=TemplateState.DRAFT))
    of_period = {"region_id": region, "month": 202610, "as_of": NOW, "sha256": "0" * 64, "chain_head": "0" * 64}
    made = add(MonthlyReturn(**ours, **of_period, state=ReturnState.DRAFT))
    of_return = {"org_id": org, "return_id": made.id, "ordinal": 1}
    add(ReturnFigure(**of_return, sheet="x", name="x", definition="batch_count", definition_version=1, period="x", side="numerator"))
    add(ReturnCheck(**of_return, code="x", expression="x", blocking=True, passed=True, message="x", checked_at=NOW))
    add(ListExport(**ours, **by, list_code="sampling", title="x", conditions="x", query={}, columns=[]))
    if user is not None:
        add(Message(**ours, user_id=user, kind=MessageKind.NOTICE, key=f"{org}{tag}", title="x", show_at=NOW))
    listed = {"kind": PublicList.FAILED, "nature": PublicNature.FIRST, "title": "x", "state": PublicationState.DRAFT}
    shown = add(Publication(**ours, **listed, number=f"P{org}{tag}"))
    of_sample = {"org_id": org, "sample_id": sample_id, "sample_number": "x"}
    add(PublicationItem(**of_sample, publication_id=shown.id, ordinal=1, content={}, content_sha256="0" * 64, search="x"))
    warned = {"kind": WarningKind.TIP, "title": "x", "body": "x", "findings": {}, "state": WarningState.DRAFT}
    tip = add(PublicWarning(**ours, **warned, number=f"W{org}{tag}"))
    add(WarningSource(**of_sample, warning_id=tip.id))
    report = {"plan_id": plan, "region_id": region, "kind": EvaluationKind.YEARLY, "year": 2026, "title": "x", "sections": {}}
    add(PlanEvaluation(**ours, **report, number=f"E{org}{tag}", as_of=NOW, chain_head="0" * 64, state=EvaluationState.DRAFT))


def of_trust(org: int, user: int | None, tag: str = "") -> None:
    """A grant that was asked, an alert, a change of the reference data, signatures, a saved view and a bulk action."""
    ours, by = {"org_id": org, "created_at": NOW}, {"created_by_id": user}
    somebody = user or session().scalars(sa.select(User.id).order_by(User.id).limit(1)).one()
    asked = {"kind": GrantKind.ROLES, "effective_on": DAY, "reason": "x", "state": GrantState.ASKED, "proposed_at": NOW}
    add(AccountGrant(org_id=org, number=f"Q{org}{tag}", user_id=somebody, **asked))
    finger = f"{org}{tag}".rjust(64, "0")[-64:]
    held = {"fingerprint": finger, "serial": "x", "subject": "x", "issuer": "x", "from_on": DAY, "until_on": DAY, "reason": "x"}
    add(UserCertificate(org_id=org, user_id=somebody, **held, proposed_at=NOW))
    seen = {"text": "x", "first_at": NOW, "last_at": NOW, "state": AlertState.OPEN}
    add(SecurityAlert(org_id=org, kind=AlertKind.LOCKED, key=f"{org}{tag}", **seen))
    changed = {"title": "x", "payload": {}, "effect": {}, "reason": "x", "state": ChangeState.PROPOSED, "proposed_at": NOW}
    change = add(ReferenceChange(org_id=org, number=f"B{org}{tag}", kind=ChangeKind.LIMIT, proposed_by_id=user, **changed))
    signed = {"step": "adopt", "meaning": "x", "record_sha256": "0" * 64, "record_version": 1, "method": SignMethod.SESSION}
    signed |= {"org_id": org, "name": "x", "signed_at": NOW, "subject_kind": "reference_change"}
    add(ApprovalSignature(subject_id=change.id, **signed))  # of somebody else, on the record of this person
    add(ApprovalSignature(subject_id=10**9 + change.id, user_id=user, **signed))  # his own
    add(SavedView(**ours, created_by_id=somebody, list_code="sampling", name=f"{org}{tag}"))
    add(BulkAction(**ours, **by, kind="x", title="x", asked=1, done=1, outcomes=[]))


def plans_and_work(org: int, region: int, category: int, laboratory: int | None, tag: str = "") -> None:
    """A plan that was issued and one that was not, a task, a draw, an exemption and a rapid test."""
    for number, issued in enumerate((None, NOW)):
        made = add(
            SamplingPlan(
                org_id=org, region_id=region, year=2026, name=f"{number}{tag}", level=Level.COUNTY, purpose=Purpose.SUPERVISION, total=1,
                state=PlanState.ISSUED if issued else PlanState.DRAFT, created_at=NOW, issued_at=issued,
            )
        )
        add(PlanQuota(org_id=org, plan_id=made.id, cell="*", batches=1, recorded_at=NOW))
        add(PlanItemSet(org_id=org, plan_id=made.id, category_id=category, recorded_at=NOW))
    add(
        SamplingAssignment(
            org_id=org, number=f"T{org}{tag}", region_id=region, batches=1, from_on=DAY, to_on=DAY, laboratory_org_id=laboratory,
            state=AssignmentState.ASSIGNED, created_at=NOW,
        )
    )
    add(
        Drawing(
            org_id=org, number=f"D{org}{tag}", kind=DrawKind.ENTERPRISE, subject="x", state=DrawingState.COMMITTED, take=1, pool_text="{}",
            method="x",
            pool_sha256="0" * 64, commitment="0" * 64, secret="0" * 64, committed_at=NOW,
        )
    )
    add(
        RuleExemption(
            org_id=org, number=f"E{org}{tag}", kind=ExemptionKind.CAP, rule_code="x", subject_key="x", subject_name="x", reason="x",
            state=ExemptionState.ASKED, valid_from=DAY, valid_to=DAY, asked_at=NOW,
        )
    )
    add(LabCapacity(org_id=org, laboratory_org_id=org, per_week=1, valid_from=day_of(tag), source="x", recorded_at=NOW))
    add(
        RapidTest(
            org_id=org, number=f"K{org}{tag}", state=RapidState.RECORDED, tested_on=DAY, sampled_name="x", product_name="x", item="x",
            device="x", reagent="x", reagent_batch="x", result=RapidResult.NEGATIVE, testers="x", created_at=NOW,
        )
    )


def of_laboratories(org: int, user: int | None, batch: int, laboratory: int | None, tag: str = "") -> None:
    """What bureaus and laboratories keep about their exchange: an agreement, a layout, a conflict, a list, a notice, a key."""
    agreed = {"laboratory_org_id": laboratory or org, "working_days": 15, "valid_from": DAY, "document_no": "x"}
    add(ReportAgreement(org_id=org, **agreed, recorded_at=NOW))
    add(LayoutMapping(org_id=org, name="x", header_sha256="0" * 64, headers=[], columns={}, created_at=NOW))
    add(ImportConflict(org_id=org, import_batch_id=batch, number="x", report_no="x", item="x", field="x", recorded_at=NOW))
    add(
        ExternalFinding(
            org_id=org, import_batch_id=batch, line=1, row_sha256="0" * 64, ordinal=1 + len(tag), list_kind=ListKind.FAIL, cells={},
            search_text="x", recorded_at=NOW,
        )
    )
    add(AmendmentNotice(org_id=org, from_org_id=org, kind="x", title="x", text="x", created_at=NOW))
    if user is not None:
        add(
            ApiKey(
                org_id=org, user_id=user, name="x", prefix=f"K{org}{tag}", secret_sha256="0" * 64, scopes=[], per_minute=60, created_at=NOW,
            )
        )
