"""Every step of every workflow, as one table of arrows. Only ``app.history`` follows them.

A pair (state, step) that is not in the table is a refusal. ``requires`` names what the step cannot do without; the
permission is asked again when the arrow is followed, so that a page that forgot to ask changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.arrows import Arrow, Table
from app.domain.case_workflow import (
    CASE,
    CLOCK_CHANGE,
    FOLLOWING,
    OFFICIAL_DOCUMENT,
)
from app.domain.permission_names import Permission
from app.domain.reporting_workflow import REPORTING
from app.domain.states import (
    AssignmentState,
    AssignmentStep,
    BackupState,
    BackupStep,
    BatchState,
    BatchStep,
    CaseState,
    CaseStep,
    ClockChangeState,
    ClockChangeStep,
    DecisionState,
    DecisionStep,
    DelegationState,
    DelegationStep,
    DocumentState,
    DocumentStep,
    DrawingState,
    DrawingStep,
    ExemptionState,
    ExemptionStep,
    ListingState,
    ListingStep,
    ObjectionState,
    ObjectionStep,
    PenaltyState,
    PenaltyStep,
    PlanState,
    PlanStep,
    RapidState,
    RapidStep,
    RetestState,
    RetestStep,
    ReturnState,
    ReturnStep,
    ReviewState,
    ReviewStep,
    RippleTaskState,
    RippleTaskStep,
    SampleState,
    SampleStep,
    State,
    Step,
    TransferState,
    TransferStep,
    UrgentState,
    UrgentStep,
)
from app.domain.supervision_workflow import SUPERVISION
from app.domain.trust_workflow import TRUST

__all__ = [
    "TABLES",
    "Arrow",
    "AssignmentState",
    "AssignmentStep",
    "BackupState",
    "BackupStep",
    "BatchState",
    "BatchStep",
    "CaseState",
    "CaseStep",
    "ClockChangeState",
    "ClockChangeStep",
    "DecisionState",
    "DecisionStep",
    "DelegationState",
    "DelegationStep",
    "DocumentState",
    "DocumentStep",
    "DrawingState",
    "DrawingStep",
    "ExemptionState",
    "ExemptionStep",
    "ListingState",
    "ListingStep",
    "ObjectionState",
    "ObjectionStep",
    "PenaltyState",
    "PenaltyStep",
    "PlanState",
    "PlanStep",
    "RapidState",
    "RapidStep",
    "RetestState",
    "RetestStep",
    "ReturnState",
    "ReturnStep",
    "ReviewState",
    "ReviewStep",
    "RippleTaskState",
    "RippleTaskStep",
    "SampleState",
    "SampleStep",
    "State",
    "Step",
    "TransferState",
    "TransferStep",
    "UrgentState",
    "UrgentStep",
    "arrow",
    "steps_from",
]


_S, _s = SampleState, SampleStep
SAMPLE: Table = {
    (None, _s.REGISTER): Arrow(_S.REGISTERED, Permission.SAMPLE_CREATE),
    (None, _s.REFUSE): Arrow(_S.REFUSED, Permission.SAMPLE_CREATE, comment_required=True),
    (None, _s.MISS): Arrow(_S.NOT_FOUND, Permission.SAMPLE_CREATE, comment_required=True),
    (_S.REGISTERED, _s.CORRECT): Arrow(_S.REGISTERED, Permission.SAMPLE_CORRECT, comment_required=True),
    (_S.REPORTED, _s.CORRECT): Arrow(_S.REPORTED, Permission.SAMPLE_CORRECT, comment_required=True),
    (_S.REGISTERED, _s.REPORT): Arrow(_S.REPORTED, Permission.RESULT_ENTER),
    (_S.REPORTED, _s.AMEND): Arrow(_S.REPORTED, Permission.RESULT_ENTER),
    (_S.REPORTED, _s.WITHDRAW): Arrow(_S.REGISTERED, Permission.RESULT_UNDO),
    (_S.REGISTERED, _s.VOID): Arrow(_S.VOIDED, Permission.SAMPLE_VOID, comment_required=True),
    (_S.REPORTED, _s.VOID): Arrow(_S.VOIDED, Permission.SAMPLE_VOID, comment_required=True),
    (_S.REFUSED, _s.VOID): Arrow(_S.VOIDED, Permission.SAMPLE_VOID, comment_required=True),
    (_S.NOT_FOUND, _s.VOID): Arrow(_S.VOIDED, Permission.SAMPLE_VOID, comment_required=True),
    (_S.VOIDED, _s.REVIVE): Arrow(_S.REGISTERED, Permission.SAMPLE_VOID),
    # 退修: the sheet is wrong; no report is taken in until it has been corrected.
    (_S.REGISTERED, _s.RETURN): Arrow(_S.RETURNED, Permission.SAMPLE_RETURN, comment_required=True),
    (_S.RETURNED, _s.CORRECT): Arrow(_S.REGISTERED, Permission.SAMPLE_CORRECT, comment_required=True),
    (_S.RETURNED, _s.VOID): Arrow(_S.VOIDED, Permission.SAMPLE_VOID, comment_required=True),
    # 拒收 (art. 22): the sample is no batch; the sheet stays as evidence.
    (_S.REGISTERED, _s.REJECT): Arrow(_S.REJECTED, Permission.SAMPLE_RECEIVE, comment_required=True),
    (_S.REJECTED, _s.VOID): Arrow(_S.VOIDED, Permission.SAMPLE_VOID, comment_required=True),
}

_B, _b = BatchState, BatchStep
IMPORT_BATCH: Table = {
    (None, _b.STAGE): Arrow(_B.STAGED, Permission.IMPORT_STAGE),
    (_B.STAGED, _b.CONFIRM): Arrow(_B.CONFIRMED, Permission.IMPORT_STAGE),
    (_B.STAGED, _b.DISCARD): Arrow(_B.DISCARDED, Permission.IMPORT_STAGE),
    (_B.CONFIRMED, _b.UNDO): Arrow(_B.UNDONE, Permission.RESULT_UNDO, comment_required=True),
    (_B.UNDONE, _b.REVIVE): Arrow(_B.CONFIRMED, Permission.IMPORT_STAGE),
}

_P, _p = PlanState, PlanStep
SAMPLING_PLAN: Table = {
    (None, _p.DRAFT): Arrow(_P.DRAFT, Permission.PLAN_CREATE),
    (_P.DRAFT, _p.EDIT): Arrow(_P.DRAFT, Permission.PLAN_EDIT),
    (_P.AMENDING, _p.EDIT): Arrow(_P.AMENDING, Permission.PLAN_EDIT, comment_required=True),
    (_P.DRAFT, _p.SUBMIT): Arrow(_P.SUBMITTED, Permission.PLAN_EDIT),
    (_P.AMENDING, _p.SUBMIT): Arrow(_P.SUBMITTED, Permission.PLAN_EDIT, comment_required=True),
    (_P.SUBMITTED, _p.RECALL): Arrow(_P.AMENDING, Permission.PLAN_EDIT),
    (_P.SUBMITTED, _p.RETURN): Arrow(_P.AMENDING, Permission.PLAN_APPROVE, comment_required=True),
    (_P.SUBMITTED, _p.APPROVE): Arrow(_P.APPROVED, Permission.PLAN_APPROVE),
    (_P.APPROVED, _p.ISSUE): Arrow(_P.ISSUED, Permission.PLAN_ISSUE),
    # A changed plan needs approval again; until it is issued anew the former edition stays in force.
    (_P.ISSUED, _p.AMEND): Arrow(_P.AMENDING, Permission.PLAN_EDIT, comment_required=True),
    (_P.ISSUED, _p.CLOSE): Arrow(_P.CLOSED, Permission.PLAN_ISSUE, comment_required=True),
    (_P.DRAFT, _p.VOID): Arrow(_P.VOIDED, Permission.PLAN_EDIT, comment_required=True),
    # A draft that was sent back; the operation refuses it once the plan has been issued.
    (_P.AMENDING, _p.VOID): Arrow(_P.VOIDED, Permission.PLAN_EDIT, comment_required=True),
}

_A, _a = AssignmentState, AssignmentStep
ASSIGNMENT: Table = {
    (None, _a.ASSIGN): Arrow(_A.ASSIGNED, Permission.ASSIGNMENT_MAKE),
    (_A.ASSIGNED, _a.ACCEPT): Arrow(_A.ACCEPTED, Permission.ASSIGNMENT_ANSWER),
    (_A.ASSIGNED, _a.DECLINE): Arrow(_A.DECLINED, Permission.ASSIGNMENT_ANSWER, comment_required=True),
    (_A.ASSIGNED, _a.RESCHEDULE): Arrow(_A.ASSIGNED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.ACCEPTED, _a.RESCHEDULE): Arrow(_A.ACCEPTED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.ASSIGNED, _a.REASSIGN): Arrow(_A.ASSIGNED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.DECLINED, _a.REASSIGN): Arrow(_A.ASSIGNED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.ACCEPTED, _a.REASSIGN): Arrow(_A.ASSIGNED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.ACCEPTED, _a.FINISH): Arrow(_A.FINISHED, Permission.ASSIGNMENT_ANSWER),
    (_A.ASSIGNED, _a.CANCEL): Arrow(_A.CANCELLED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.ACCEPTED, _a.CANCEL): Arrow(_A.CANCELLED, Permission.ASSIGNMENT_EDIT, comment_required=True),
    (_A.DECLINED, _a.CANCEL): Arrow(_A.CANCELLED, Permission.ASSIGNMENT_EDIT, comment_required=True),
}

_D, _d = DrawingState, DrawingStep
DRAWING: Table = {
    (None, _d.COMMIT): Arrow(_D.COMMITTED, Permission.DRAWING_MAKE),
    (_D.COMMITTED, _d.DRAW): Arrow(_D.DRAWN, Permission.DRAWING_REVEAL),
    (_D.COMMITTED, _d.VOID): Arrow(_D.VOIDED, Permission.DRAWING_REVEAL, comment_required=True),
}

_E, _e = ExemptionState, ExemptionStep
EXEMPTION: Table = {
    (None, _e.ASK): Arrow(_E.ASKED, Permission.EXEMPTION_ASK),
    (_E.ASKED, _e.APPROVE): Arrow(_E.APPROVED, Permission.EXEMPTION_DECIDE, comment_required=True),
    (_E.ASKED, _e.DECLINE): Arrow(_E.DECLINED, Permission.EXEMPTION_DECIDE, comment_required=True),
    (_E.APPROVED, _e.REVOKE): Arrow(_E.REVOKED, Permission.EXEMPTION_DECIDE, comment_required=True),
}

_K, _k = BackupState, BackupStep
BACKUP: Table = {
    (None, _k.STORE): Arrow(_K.KEPT, Permission.BACKUP_HANDLE),
    (_K.KEPT, _k.MOVE): Arrow(_K.KEPT, Permission.BACKUP_HANDLE, comment_required=True),
    (_K.KEPT, _k.DISCARD): Arrow(_K.DISCARDED, Permission.BACKUP_HANDLE),
}

_Q, _q = RapidState, RapidStep
RAPID_TEST: Table = {
    (None, _q.RECORD): Arrow(_Q.RECORDED, Permission.RAPID_RECORD),
    (_Q.RECORDED, _q.CORRECT): Arrow(_Q.RECORDED, Permission.RAPID_EDIT, comment_required=True),
    (_Q.RECORDED, _q.SEND): Arrow(_Q.SENT, Permission.RAPID_EDIT),
    (_Q.RECORDED, _q.VOID): Arrow(_Q.VOIDED, Permission.RAPID_EDIT, comment_required=True),
}

_V, _v = ReviewState, ReviewStep
# 填报 → 校核 → 批准. With one level of review the check is left out; the operation asks the setting.
RESULT_REVIEW: Table = {
    (None, _v.SUBMIT): Arrow(_V.SUBMITTED, Permission.RESULT_ENTER),
    (_V.SUBMITTED, _v.CHECK): Arrow(_V.CHECKED, Permission.RESULT_CHECK),
    (_V.SUBMITTED, _v.APPROVE): Arrow(_V.APPROVED, Permission.RESULT_APPROVE),
    (_V.CHECKED, _v.APPROVE): Arrow(_V.APPROVED, Permission.RESULT_APPROVE),
    (_V.SUBMITTED, _v.RETURN): Arrow(_V.RETURNED, Permission.RESULT_CHECK, comment_required=True),
    (_V.CHECKED, _v.RETURN): Arrow(_V.RETURNED, Permission.RESULT_APPROVE, comment_required=True),
    (_V.RETURNED, _v.SUBMIT): Arrow(_V.SUBMITTED, Permission.RESULT_ENTER),
    (_V.SUBMITTED, _v.WITHDRAW): Arrow(_V.WITHDRAWN, Permission.RESULT_WITHDRAW),
    (_V.RETURNED, _v.WITHDRAW): Arrow(_V.WITHDRAWN, Permission.RESULT_WITHDRAW),
}

_N, _n = DecisionState, DecisionStep
VERDICT_DECISION: Table = {
    (None, _n.PROPOSE): Arrow(_N.PROPOSED, Permission.VERDICT_PROPOSE, comment_required=True),
    (_N.PROPOSED, _n.DECIDE): Arrow(_N.DECIDED, Permission.VERDICT_DECIDE, comment_required=True),
    (_N.PROPOSED, _n.DECLINE): Arrow(_N.DECLINED, Permission.VERDICT_DECIDE, comment_required=True),
    (_N.PROPOSED, _n.WITHDRAW): Arrow(_N.WITHDRAWN, Permission.VERDICT_WITHDRAW),
    # The report it was about is no longer in force: corrected, undone or voided.
    (_N.PROPOSED, _n.LAPSE): Arrow(_N.LAPSED, Permission.RESULT_ENTER, comment_required=True),
    (_N.DECIDED, _n.LAPSE): Arrow(_N.LAPSED, Permission.RESULT_ENTER, comment_required=True),
}

_U, _u = UrgentState, UrgentStep
URGENT_REPORT: Table = {
    (None, _u.OPEN): Arrow(_U.OPEN, Permission.RESULT_ENTER),
    (_U.OPEN, _u.REPORT): Arrow(_U.REPORTED, Permission.URGENT_REPORT),
    (_U.REPORTED, _u.CORRECT): Arrow(_U.REPORTED, Permission.URGENT_REPORT, comment_required=True),
    # What turns out wrong later is corrected too, and then acknowledged again.
    (_U.ACKNOWLEDGED, _u.CORRECT): Arrow(_U.REPORTED, Permission.URGENT_REPORT, comment_required=True),
    (_U.REPORTED, _u.ACKNOWLEDGE): Arrow(_U.ACKNOWLEDGED, Permission.URGENT_ACKNOWLEDGE),
    (_U.OPEN, _u.CANCEL): Arrow(_U.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_U.REPORTED, _u.CANCEL): Arrow(_U.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_U.ACKNOWLEDGED, _u.CANCEL): Arrow(_U.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_U.CANCELLED, _u.REOPEN): Arrow(_U.OPEN, Permission.RESULT_ENTER),
}

TABLES: Mapping[str, Table] = {
    "sample": SAMPLE,
    "import_batch": IMPORT_BATCH,
    "disposal_case": CASE,
    "sampling_plan": SAMPLING_PLAN,
    "sampling_assignment": ASSIGNMENT,
    "drawing": DRAWING,
    "rule_exemption": EXEMPTION,
    "backup_sample": BACKUP,
    "rapid_test": RAPID_TEST,
    "result_review": RESULT_REVIEW,
    "verdict_decision": VERDICT_DECISION,
    "urgent_report": URGENT_REPORT,
    "clock_change": CLOCK_CHANGE,
    "official_document": OFFICIAL_DOCUMENT,
    **FOLLOWING,
    **SUPERVISION,
    **REPORTING,
    **TRUST,
}


def arrow(kind: str, state: State | None, step: Step) -> Arrow | None:
    """The arrow for this step of this kind of record, or None when the step is not lawful now."""
    return TABLES[kind].get((state, step))


def steps_from(kind: str, state: State | None) -> list[Step]:
    """The lawful steps of a record in this state, in the table's order."""
    return [step for (source, step) in TABLES[kind] if source == state]
