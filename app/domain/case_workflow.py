"""The arrows of 核查处置: of the case, its clocks and its documents."""

from __future__ import annotations

from app.domain.arrows import Arrow, Table
from app.domain.case_states import (
    CaseState,
    CaseStep,
    ClockChangeState,
    ClockChangeStep,
    DocumentState,
    DocumentStep,
)
from app.domain.permission_names import Permission

_C, _c = CaseState, CaseStep
CASE: Table = {
    (None, _c.OPEN): Arrow(_C.OPEN, Permission.RESULT_ENTER),
    (_C.OPEN, _c.CLAIM): Arrow(_C.HANDLING, Permission.CASE_CLAIM),
    (_C.HANDLING, _c.RECORD): Arrow(_C.HANDLING, Permission.CASE_HANDLE),
    (_C.HANDLING, _c.SUBMIT): Arrow(_C.AWAITING, Permission.CASE_HANDLE),
    (_C.AWAITING, _c.RECALL): Arrow(_C.HANDLING, Permission.CASE_RECALL),
    (_C.AWAITING, _c.APPROVE): Arrow(_C.CLOSED, Permission.CASE_APPROVE),
    (_C.AWAITING, _c.RETURN): Arrow(_C.HANDLING, Permission.CASE_APPROVE, comment_required=True),
    # A result that is undone, corrected or voided takes its case along; what was recorded stays readable.
    (_C.OPEN, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.HANDLING, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
    (_C.AWAITING, _c.CANCEL): Arrow(_C.CANCELLED, Permission.RESULT_ENTER, comment_required=True),
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
