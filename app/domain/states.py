"""States and steps (状态、步骤) of every record with a workflow; which step is lawful when is in ``domain.workflow``."""

from __future__ import annotations

from enum import StrEnum

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
from app.domain.reporting_states import ReportingState, ReportingStep
from app.domain.supervision_states import SupervisionState, SupervisionStep
from app.domain.trust_states import TrustState, TrustStep


class SampleState(StrEnum):
    """样品状态."""

    REGISTERED = "registered"  # 已抽样
    REPORTED = "reported"  # 已出报告
    REFUSED = "refused"  # 企业拒检
    NOT_FOUND = "not_found"  # 未抽到样品
    RETURNED = "returned"  # 退回修改
    REJECTED = "rejected"  # 检验机构拒收
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
    RETURN = "return"
    REJECT = "reject"


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


class ReturnState(StrEnum):
    """报表状态."""

    DRAFT = "draft"  # 草稿
    CHECKED = "checked"  # 已审核公式，待审批
    APPROVED = "approved"  # 已审批，待封存
    SEALED = "sealed"  # 已封存
    SENT = "sent"  # 已报送
    DISCARDED = "discarded"  # 已放弃


class ReturnStep(StrEnum):
    """报表步骤."""

    DRAFT = "draft"
    REMAKE = "remake"  # 重新生成
    EXPLAIN = "explain"  # 审核说明
    CHECK = "check"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    SEAL = "seal"
    SEAL_DIRECT = "seal_direct"  # by whoever runs the machine, without a second person: 命令行封存
    SEND = "send"
    DISCARD = "discard"


class PlanState(StrEnum):
    """抽检计划状态."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审核
    APPROVED = "approved"  # 已审核
    ISSUED = "issued"  # 已下达
    AMENDING = "amending"  # 调整中
    CLOSED = "closed"  # 已结束
    VOIDED = "voided"  # 已作废


class PlanStep(StrEnum):
    """抽检计划步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    ISSUE = "issue"
    AMEND = "amend"
    CLOSE = "close"
    VOID = "void"


class AssignmentState(StrEnum):
    """抽样任务单状态."""

    ASSIGNED = "assigned"  # 待接受
    ACCEPTED = "accepted"  # 执行中
    DECLINED = "declined"  # 已退回
    FINISHED = "finished"  # 已完成
    CANCELLED = "cancelled"  # 已取消


class AssignmentStep(StrEnum):
    """抽样任务单步骤."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    RESCHEDULE = "reschedule"
    REASSIGN = "reassign"
    FINISH = "finish"
    CANCEL = "cancel"


class DrawingState(StrEnum):
    """随机抽取状态."""

    COMMITTED = "committed"  # 名单已冻结
    DRAWN = "drawn"  # 已抽取
    VOIDED = "voided"  # 已作废


class DrawingStep(StrEnum):
    """随机抽取步骤."""

    COMMIT = "commit"
    DRAW = "draw"
    VOID = "void"


class ExemptionState(StrEnum):
    """豁免状态."""

    ASKED = "asked"  # 待审批
    APPROVED = "approved"  # 已批准
    DECLINED = "declined"  # 不予批准
    REVOKED = "revoked"  # 已收回


class ExemptionStep(StrEnum):
    """豁免步骤."""

    ASK = "ask"
    APPROVE = "approve"
    DECLINE = "decline"
    REVOKE = "revoke"


class BackupState(StrEnum):
    """备份样品状态."""

    KEPT = "kept"  # 保存中
    DISCARDED = "discarded"  # 已处置


class BackupStep(StrEnum):
    """备份样品步骤."""

    STORE = "store"
    MOVE = "move"
    DISCARD = "discard"


class RapidState(StrEnum):
    """快检记录状态."""

    RECORDED = "recorded"  # 已登记
    SENT = "sent"  # 已送检
    VOIDED = "voided"  # 已作废


class RapidStep(StrEnum):
    """快检记录步骤."""

    RECORD = "record"
    CORRECT = "correct"
    SEND = "send"
    VOID = "void"


class ReviewState(StrEnum):
    """结果审核状态."""

    SUBMITTED = "submitted"  # 待校核
    CHECKED = "checked"  # 待批准
    APPROVED = "approved"  # 已批准
    RETURNED = "returned"  # 已退回
    WITHDRAWN = "withdrawn"  # 已撤回


class ReviewStep(StrEnum):
    """结果审核步骤."""

    SUBMIT = "submit"
    CHECK = "check"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"


class DecisionState(StrEnum):
    """判定复核状态."""

    PROPOSED = "proposed"  # 待审定
    DECIDED = "decided"  # 已审定
    DECLINED = "declined"  # 不予采纳
    WITHDRAWN = "withdrawn"  # 已撤回
    LAPSED = "lapsed"  # 已失效


class DecisionStep(StrEnum):
    """判定复核步骤."""

    PROPOSE = "propose"
    DECIDE = "decide"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class UrgentState(StrEnum):
    """限时报告状态."""

    OPEN = "open"  # 待报告
    REPORTED = "reported"  # 已报告
    ACKNOWLEDGED = "acknowledged"  # 已签收
    CANCELLED = "cancelled"  # 已撤销


class UrgentStep(StrEnum):
    """限时报告步骤."""

    OPEN = "open"
    REPORT = "report"
    CORRECT = "correct"
    ACKNOWLEDGE = "acknowledge"
    CANCEL = "cancel"
    REOPEN = "reopen"


State = (
    SampleState | BatchState | CaseState | ReturnState | PlanState | AssignmentState | DrawingState | ExemptionState
    | BackupState | RapidState | ReviewState | DecisionState | UrgentState
    | ClockChangeState | DocumentState | RetestState | ObjectionState | RippleTaskState | TransferState | PenaltyState | ListingState
    | DelegationState | SupervisionState | ReportingState
    | TrustState
)  # fmt: skip
Step = (
    SampleStep | BatchStep | CaseStep | ReturnStep | PlanStep | AssignmentStep | DrawingStep | ExemptionStep | BackupStep
    | RapidStep | ReviewStep | DecisionStep | UrgentStep
    | ClockChangeStep | DocumentStep | RetestStep | ObjectionStep | RippleTaskStep | TransferStep | PenaltyStep | ListingStep
    | DelegationStep | SupervisionStep | ReportingStep
    | TrustStep
)  # fmt: skip
