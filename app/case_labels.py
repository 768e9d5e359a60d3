"""Words on screen of 核查处置: its states and steps."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from app.domain.case_states import (
    CaseState,
    CaseStep,
    ClockChangeState,
    ClockChangeStep,
    DocumentState,
    DocumentStep,
)

CASE_WORDS: Sequence[tuple[Enum, str]] = (
    (CaseState.OPEN, "待领取"),
    (CaseState.HANDLING, "办理中"),
    (CaseState.AWAITING, "待审核"),
    (CaseState.CLOSED, "审核完毕"),
    (CaseState.CANCELLED, "已撤销"),
    (CaseStep.OPEN, "立案启动"),
    (CaseStep.CLAIM, "领取任务"),
    (CaseStep.RECORD, "登记办理情况"),
    (CaseStep.SUBMIT, "提交审核"),
    (CaseStep.RECALL, "撤回送审"),
    (CaseStep.APPROVE, "审核通过"),
    (CaseStep.RETURN, "退回"),
    (CaseStep.CANCEL, "撤销案件"),
    (CaseStep.REOPEN, "恢复案件"),
    (ClockChangeState.ASKED, "待审批"),
    (ClockChangeState.APPROVED, "已批准"),
    (ClockChangeState.DECLINED, "不予批准"),
    (ClockChangeState.VOIDED, "已作废"),
    (DocumentState.DRAFTED, "草稿"),
    (DocumentState.ISSUED, "已制发"),
    (DocumentState.DELIVERED, "已送达"),
    (DocumentState.VOIDED, "已作废"),
    (ClockChangeStep.ASK, "申请延长或中止"),
    (ClockChangeStep.APPROVE, "批准延长或中止"),
    (ClockChangeStep.DECLINE, "不予批准"),
    (ClockChangeStep.RESUME, "恢复计时"),
    (ClockChangeStep.VOID, "作废延长或中止"),
    (DocumentStep.DRAFT, "起草文书"),
    (DocumentStep.EDIT, "修改文书"),
    (DocumentStep.ISSUE, "制发文书"),
    (DocumentStep.ATTEMPT, "登记送达经过"),
    (DocumentStep.DELIVER, "登记送达"),
    (DocumentStep.CORRECT_DELIVERY, "更正送达登记"),
    (DocumentStep.VOID, "作废文书"),
)
