"""Every step of every workflow, as one table of arrows. Only ``app.history`` follows them.

A pair (state, step) that is not in the table is a refusal. ``requires`` names what the step cannot do without; the
permission is asked again when the arrow is followed, so that a page that forgot to ask changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.permissions import Permission


class SampleState(StrEnum):
    """样品状态."""

    REGISTERED = "registered"  # 已抽样
    REPORTED = "reported"  # 已出报告
    REFUSED = "refused"  # 企业拒检
    NOT_FOUND = "not_found"  # 未抽到样品
    VOIDED = "voided"  # 已作废


class SampleStep(StrEnum):
    """样品办理步骤."""

    REGISTER = "register"
    REPORT = "report"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    REFUSE = "refuse"
    MISS = "miss"
    VOID = "void"
    REVIVE = "revive"


class BatchState(StrEnum):
    """导入批次状态."""

    STAGED = "staged"  # 待确认
    CONFIRMED = "confirmed"  # 已导入
    UNDONE = "undone"  # 已撤销
    DISCARDED = "discarded"  # 已放弃


class BatchStep(StrEnum):
    """导入批次步骤."""

    STAGE = "stage"
    CONFIRM = "confirm"
    DISCARD = "discard"
    UNDO = "undo"
    REVIVE = "revive"


class CaseState(StrEnum):
    """核查处置状态."""

    OPEN = "open"  # 待领取
    HANDLING = "handling"  # 办理中
    AWAITING = "awaiting"  # 待审核
    CLOSED = "closed"  # 审核完毕
    CANCELLED = "cancelled"  # 已撤销


class CaseStep(StrEnum):
    """核查处置步骤."""

    OPEN = "open"
    CLAIM = "claim"
    RECORD = "record"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"
    CANCEL = "cancel"
    REOPEN = "reopen"


class ReturnState(StrEnum):
    """月报状态."""

    DRAFT = "draft"
    SEALED = "sealed"


class ReturnStep(StrEnum):
    """月报步骤."""

    DRAFT = "draft"
    SEAL = "seal"


State = SampleState | BatchState | CaseState | ReturnState
Step = SampleStep | BatchStep | CaseStep | ReturnStep


@dataclass(frozen=True, slots=True)
class Arrow:
    """One lawful step: where it leads, which permission it asks, and whether a comment (理由/意见) is required."""

    to: State
    permission: Permission
    comment_required: bool = False


Table = Mapping[tuple[State | None, Step], Arrow]

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
}

_B, _b = BatchState, BatchStep
IMPORT_BATCH: Table = {
    (None, _b.STAGE): Arrow(_B.STAGED, Permission.IMPORT_STAGE),
    (_B.STAGED, _b.CONFIRM): Arrow(_B.CONFIRMED, Permission.IMPORT_STAGE),
    (_B.STAGED, _b.DISCARD): Arrow(_B.DISCARDED, Permission.IMPORT_STAGE),
    (_B.CONFIRMED, _b.UNDO): Arrow(_B.UNDONE, Permission.RESULT_UNDO, comment_required=True),
    (_B.UNDONE, _b.REVIVE): Arrow(_B.CONFIRMED, Permission.IMPORT_STAGE),
}

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

_R, _r = ReturnState, ReturnStep
MONTHLY_RETURN: Table = {
    (None, _r.DRAFT): Arrow(_R.DRAFT, Permission.RETURN_MAKE),
    (_R.DRAFT, _r.SEAL): Arrow(_R.SEALED, Permission.RETURN_SEAL),
}

TABLES: Mapping[str, Table] = {
    "sample": SAMPLE,
    "import_batch": IMPORT_BATCH,
    "disposal_case": CASE,
    "monthly_return": MONTHLY_RETURN,
}


def arrow(kind: str, state: State | None, step: Step) -> Arrow | None:
    """The arrow for this step of this kind of record, or None when the step is not lawful now."""
    return TABLES[kind].get((state, step))


def steps_from(kind: str, state: State | None) -> list[Step]:
    """The lawful steps of a record in this state, in the table's order."""
    return [step for (source, step) in TABLES[kind] if source == state]
