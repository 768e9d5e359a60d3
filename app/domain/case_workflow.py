"""The arrows of 核查处置: of the case, its clocks and its documents."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.arrows import Arrow, Table
from app.domain.case_states import (
    CaseState,
    CaseStep,
    ClockChangeState,
    ClockChangeStep,
    DelegationState,
    DelegationStep,
    DocumentState,
    DocumentStep,
    ListingState,
    ListingStep,
    ObjectionState,
    ObjectionStep,
    PenaltyState,
    PenaltyStep,
    RetestState,
    RetestStep,
    RippleTaskState,
    RippleTaskStep,
    TransferState,
    TransferStep,
)
from app.domain.permission_names import Permission

_C, _c = CaseState, CaseStep
CASE: Table = {
    (None, _c.OPEN): Arrow(_C.OPEN, Permission.RESULT_ENTER),
    (_C.OPEN, _c.CLAIM): Arrow(_C.HANDLING, Permission.CASE_CLAIM),
    (_C.OPEN, _c.ASSIGN): Arrow(_C.HANDLING, Permission.CASE_ASSIGN),
    (_C.HANDLING, _c.REASSIGN): Arrow(_C.HANDLING, Permission.CASE_ASSIGN, comment_required=True),
    (_C.HANDLING, _c.RECORD): Arrow(_C.HANDLING, Permission.CASE_HANDLE),
    (_C.HANDLING, _c.SUBMIT): Arrow(_C.AWAITING, Permission.CASE_HANDLE),
    (_C.AWAITING, _c.RECALL): Arrow(_C.HANDLING, Permission.CASE_RECALL),
    (_C.AWAITING, _c.APPROVE): Arrow(_C.CLOSED, Permission.CASE_APPROVE),
    (_C.AWAITING, _c.RETURN): Arrow(_C.HANDLING, Permission.CASE_APPROVE, comment_required=True),
    # 重大事项: what the settings call major goes on from the head of the section to the leader of the bureau.
    (_C.AWAITING, _c.FORWARD): Arrow(_C.LEADING, Permission.CASE_APPROVE, comment_required=True),
    (_C.LEADING, _c.APPROVE): Arrow(_C.CLOSED, Permission.CASE_LEAD),
    (_C.LEADING, _c.RETURN): Arrow(_C.HANDLING, Permission.CASE_LEAD, comment_required=True),
    # A result that is undone, corrected or voided takes its case along; what was recorded stays readable.
    (_C.OPEN, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.HANDLING, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.AWAITING, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.LEADING, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.CLOSED, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.CANCELLED, _c.REOPEN): Arrow(_C.OPEN, Permission.RESULT_ENTER),
}

_L, _l = ClockChangeState, ClockChangeStep
CLOCK_CHANGE: Table = {
    (None, _l.ASK): Arrow(_L.ASKED, Permission.CLOCK_ASK, comment_required=True),
    (_L.ASKED, _l.APPROVE): Arrow(_L.APPROVED, Permission.CLOCK_DECIDE),
    (_L.ASKED, _l.DECLINE): Arrow(_L.DECLINED, Permission.CLOCK_DECIDE, comment_required=True),
    # An open-ended pause (中止) ends on a day that is known only later.
    (_L.APPROVED, _l.RESUME): Arrow(_L.APPROVED, Permission.CLOCK_ASK, comment_required=True),
    (_L.ASKED, _l.VOID): Arrow(_L.VOIDED, Permission.CLOCK_ASK, comment_required=True),
    (_L.APPROVED, _l.VOID): Arrow(_L.VOIDED, Permission.CLOCK_DECIDE, comment_required=True),
}

_O, _o = DocumentState, DocumentStep
OFFICIAL_DOCUMENT: Table = {
    (None, _o.DRAFT): Arrow(_O.DRAFTED, Permission.DOCUMENT_MAKE),
    (_O.DRAFTED, _o.EDIT): Arrow(_O.DRAFTED, Permission.DOCUMENT_MAKE),
    (_O.DRAFTED, _o.ISSUE): Arrow(_O.ISSUED, Permission.DOCUMENT_MAKE),
    (_O.ISSUED, _o.ATTEMPT): Arrow(_O.ISSUED, Permission.DOCUMENT_DELIVER),
    (_O.ISSUED, _o.DELIVER): Arrow(_O.DELIVERED, Permission.DOCUMENT_DELIVER),
    (_O.DELIVERED, _o.CORRECT_DELIVERY): Arrow(_O.DELIVERED, Permission.DOCUMENT_DELIVER, comment_required=True),
    (_O.DRAFTED, _o.VOID): Arrow(_O.VOIDED, Permission.DOCUMENT_MAKE, comment_required=True),
    (_O.ISSUED, _o.VOID): Arrow(_O.VOIDED, Permission.DOCUMENT_VOID, comment_required=True),
    (_O.DELIVERED, _o.VOID): Arrow(_O.VOIDED, Permission.DOCUMENT_VOID, comment_required=True),
}

_T, _t = RetestState, RetestStep
RETEST: Table = {
    (None, _t.APPLY): Arrow(_T.APPLIED, Permission.RETEST_HANDLE),
    (_T.APPLIED, _t.EDIT): Arrow(_T.APPLIED, Permission.RETEST_HANDLE),
    (_T.APPLIED, _t.ACCEPT): Arrow(_T.ACCEPTED, Permission.RETEST_DECIDE),
    (_T.APPLIED, _t.DECLINE): Arrow(_T.DECLINED, Permission.RETEST_DECIDE, comment_required=True),
    (_T.ACCEPTED, _t.DESIGNATE): Arrow(_T.DESIGNATED, Permission.RETEST_HANDLE),
    # The laboratory that was drawn cannot take it on (办法 32¶3): another is drawn.
    (_T.DESIGNATED, _t.REDESIGNATE): Arrow(_T.ACCEPTED, Permission.RETEST_HANDLE, comment_required=True),
    (_T.DESIGNATED, _t.HAND_OVER): Arrow(_T.HANDED, Permission.RETEST_HANDLE),
    (_T.HANDED, _t.ARRIVE): Arrow(_T.HANDED, Permission.RETEST_HANDLE),
    (_T.HANDED, _t.CONCLUDE): Arrow(_T.CONCLUDED, Permission.RETEST_CONCLUDE),
    (_T.CONCLUDED, _t.TELL): Arrow(_T.TOLD, Permission.RETEST_HANDLE),
    (_T.CONCLUDED, _t.PAY): Arrow(_T.CONCLUDED, Permission.RETEST_HANDLE),
    (_T.TOLD, _t.PAY): Arrow(_T.TOLD, Permission.RETEST_HANDLE),
    # The backup sample proves useless, or the applicant does not pay in advance (条例 42).
    (_T.ACCEPTED, _t.TERMINATE): Arrow(_T.TERMINATED, Permission.RETEST_DECIDE, comment_required=True),
    (_T.DESIGNATED, _t.TERMINATE): Arrow(_T.TERMINATED, Permission.RETEST_DECIDE, comment_required=True),
    (_T.HANDED, _t.TERMINATE): Arrow(_T.TERMINATED, Permission.RETEST_DECIDE, comment_required=True),
    (_T.APPLIED, _t.WITHDRAW): Arrow(_T.WITHDRAWN, Permission.RETEST_HANDLE, comment_required=True),
    (_T.ACCEPTED, _t.WITHDRAW): Arrow(_T.WITHDRAWN, Permission.RETEST_HANDLE, comment_required=True),
    (_T.DESIGNATED, _t.WITHDRAW): Arrow(_T.WITHDRAWN, Permission.RETEST_HANDLE, comment_required=True),
}

_J, _j = ObjectionState, ObjectionStep
OBJECTION: Table = {
    (None, _j.APPLY): Arrow(_J.APPLIED, Permission.OBJECTION_HANDLE),
    (_J.APPLIED, _j.EDIT): Arrow(_J.APPLIED, Permission.OBJECTION_HANDLE),
    (_J.APPLIED, _j.ASK_CORRECTION): Arrow(_J.CORRECTING, Permission.OBJECTION_HANDLE, comment_required=True),
    (_J.CORRECTING, _j.SUPPLEMENT): Arrow(_J.APPLIED, Permission.OBJECTION_HANDLE),
    (_J.APPLIED, _j.ACCEPT): Arrow(_J.ACCEPTED, Permission.OBJECTION_DECIDE),
    (_J.APPLIED, _j.DECLINE): Arrow(_J.DECLINED, Permission.OBJECTION_DECIDE, comment_required=True),
    (_J.CORRECTING, _j.DECLINE): Arrow(_J.DECLINED, Permission.OBJECTION_DECIDE, comment_required=True),
    (_J.ACCEPTED, _j.RECORD): Arrow(_J.ACCEPTED, Permission.OBJECTION_HANDLE),
    (_J.ACCEPTED, _j.DECIDE): Arrow(_J.DECIDED, Permission.OBJECTION_DECIDE, comment_required=True),
    (_J.DECIDED, _j.TELL): Arrow(_J.TOLD, Permission.OBJECTION_HANDLE),
    (_J.APPLIED, _j.WITHDRAW): Arrow(_J.WITHDRAWN, Permission.OBJECTION_HANDLE, comment_required=True),
    (_J.CORRECTING, _j.WITHDRAW): Arrow(_J.WITHDRAWN, Permission.OBJECTION_HANDLE, comment_required=True),
    (_J.ACCEPTED, _j.WITHDRAW): Arrow(_J.WITHDRAWN, Permission.OBJECTION_HANDLE, comment_required=True),
}

_W, _w = RippleTaskState, RippleTaskStep
RIPPLE_TASK: Table = {
    (None, _w.OPEN): Arrow(_W.OPEN, Permission.RIPPLE_HANDLE),
    (_W.OPEN, _w.FINISH): Arrow(_W.DONE, Permission.RIPPLE_HANDLE),
    (_W.OPEN, _w.WAIVE): Arrow(_W.WAIVED, Permission.RIPPLE_HANDLE, comment_required=True),
    (_W.DONE, _w.REOPEN): Arrow(_W.OPEN, Permission.RIPPLE_HANDLE, comment_required=True),
    (_W.WAIVED, _w.REOPEN): Arrow(_W.OPEN, Permission.RIPPLE_HANDLE, comment_required=True),
}

_X, _x = TransferState, TransferStep
CASE_TRANSFER: Table = {
    (None, _x.SEND): Arrow(_X.SENT, Permission.TRANSFER_SEND),
    (_X.SENT, _x.RECEIPT): Arrow(_X.RECEIVED, Permission.TRANSFER_ANSWER),
    (_X.SENT, _x.URGE): Arrow(_X.SENT, Permission.TRANSFER_SEND),
    (_X.RECEIVED, _x.URGE): Arrow(_X.RECEIVED, Permission.TRANSFER_SEND),
    (_X.SENT, _x.REPLY): Arrow(_X.REPLIED, Permission.TRANSFER_ANSWER),
    (_X.RECEIVED, _x.REPLY): Arrow(_X.REPLIED, Permission.TRANSFER_ANSWER),
    (_X.REPLIED, _x.CORRECT): Arrow(_X.REPLIED, Permission.TRANSFER_ANSWER, comment_required=True),
    # 通报 that asks for no answer ends with its receipt.
    (_X.RECEIVED, _x.CLOSE): Arrow(_X.CLOSED, Permission.TRANSFER_SEND),
    (_X.REPLIED, _x.CLOSE): Arrow(_X.CLOSED, Permission.TRANSFER_SEND),
    (_X.SENT, _x.VOID): Arrow(_X.VOIDED, Permission.TRANSFER_SEND, comment_required=True),
}

_Y, _y = PenaltyState, PenaltyStep
PENALTY: Table = {
    (None, _y.FILE): Arrow(_Y.FILED, Permission.PENALTY_HANDLE),
    (_Y.FILED, _y.RECORD): Arrow(_Y.FILED, Permission.PENALTY_HANDLE),
    (_Y.FILED, _y.PROPOSE): Arrow(_Y.PROPOSED, Permission.PENALTY_HANDLE),
    (_Y.PROPOSED, _y.RECALL): Arrow(_Y.FILED, Permission.PENALTY_RECALL),
    (_Y.PROPOSED, _y.RETURN): Arrow(_Y.FILED, Permission.PENALTY_REVIEW, comment_required=True),
    (_Y.PROPOSED, _y.DECIDE): Arrow(_Y.DECIDED, Permission.PENALTY_REVIEW),
    # 行政处罚法 58: legal review before a major decision; 57: the leader of the bureau decides.
    (_Y.PROPOSED, _y.FORWARD): Arrow(_Y.LEGAL, Permission.PENALTY_REVIEW),
    (_Y.PROPOSED, _y.FORWARD_LEADER): Arrow(_Y.LEADING, Permission.PENALTY_REVIEW),
    (_Y.LEGAL, _y.CLEAR_LEGAL): Arrow(_Y.LEADING, Permission.PENALTY_LEGAL, comment_required=True),
    (_Y.LEGAL, _y.RETURN): Arrow(_Y.FILED, Permission.PENALTY_LEGAL, comment_required=True),
    (_Y.LEADING, _y.DECIDE): Arrow(_Y.DECIDED, Permission.PENALTY_LEAD),
    (_Y.LEADING, _y.RETURN): Arrow(_Y.FILED, Permission.PENALTY_LEAD, comment_required=True),
    (_Y.DECIDED, _y.CORRECT): Arrow(_Y.DECIDED, Permission.PENALTY_HANDLE, comment_required=True),
    (_Y.DECIDED, _y.EXECUTE): Arrow(_Y.EXECUTED, Permission.PENALTY_HANDLE),
    (_Y.DECIDED, _y.CLOSE): Arrow(_Y.CLOSED, Permission.PENALTY_HANDLE),  # nothing to execute: 不予处罚, 警告
    (_Y.EXECUTED, _y.CLOSE): Arrow(_Y.CLOSED, Permission.PENALTY_HANDLE),
    (_Y.FILED, _y.REVOKE): Arrow(_Y.REVOKED, Permission.PENALTY_REVOKE, comment_required=True),
    (_Y.DECIDED, _y.REVOKE): Arrow(_Y.REVOKED, Permission.PENALTY_REVOKE, comment_required=True),
    (_Y.EXECUTED, _y.REVOKE): Arrow(_Y.REVOKED, Permission.PENALTY_REVOKE, comment_required=True),
    (_Y.CLOSED, _y.REVOKE): Arrow(_Y.REVOKED, Permission.PENALTY_REVOKE, comment_required=True),
}

_Z, _z = ListingState, ListingStep
CREDIT_LISTING: Table = {
    (None, _z.PROPOSE): Arrow(_Z.PROPOSED, Permission.LISTING_PROPOSE, comment_required=True),
    (_Z.PROPOSED, _z.LIST): Arrow(_Z.LISTED, Permission.LISTING_DECIDE),
    (_Z.PROPOSED, _z.DECLINE): Arrow(_Z.DECLINED, Permission.LISTING_DECIDE, comment_required=True),
    (_Z.LISTED, _z.REMOVE): Arrow(_Z.REMOVED, Permission.LISTING_DECIDE, comment_required=True),
}

_G, _g = DelegationState, DelegationStep
DELEGATION: Table = {
    (None, _g.GRANT): Arrow(_G.GRANTED, Permission.DELEGATION_GRANT, comment_required=True),
    (_G.GRANTED, _g.REVOKE): Arrow(_G.REVOKED, Permission.DELEGATION_REVOKE, comment_required=True),
}

FOLLOWING: Mapping[str, Table] = {
    "retest": RETEST,
    "objection": OBJECTION,
    "ripple_task": RIPPLE_TASK,
    "case_transfer": CASE_TRANSFER,
    "penalty": PENALTY,
    "credit_listing": CREDIT_LISTING,
    "delegation": DELEGATION,
}
