"""States and steps (状态、步骤) of 核查处置 and of everything that belongs to it."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """核查处置状态."""

    OPEN = "open"  # 待领取
    HANDLING = "handling"  # 办理中
    AWAITING = "awaiting"  # 待审核
    LEADING = "leading"  # 待局领导审批
    CLOSED = "closed"  # 审核完毕
    CANCELLED = "cancelled"  # 已撤销


class CaseStep(StrEnum):
    """核查处置步骤."""

    OPEN = "open"
    CLAIM = "claim"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    RECORD = "record"
    SUBMIT = "submit"
    RECALL = "recall"
    FORWARD = "forward"
    APPROVE = "approve"
    RETURN = "return"
    CANCEL = "cancel"
    REOPEN = "reopen"


class ClockChangeState(StrEnum):
    """延长、中止期限状态."""

    ASKED = "asked"  # 待审批
    APPROVED = "approved"  # 已批准
    DECLINED = "declined"  # 不予批准
    VOIDED = "voided"  # 已作废


class ClockChangeStep(StrEnum):
    """延长、中止期限步骤."""

    ASK = "ask"
    APPROVE = "approve"
    DECLINE = "decline"
    RESUME = "resume"
    VOID = "void"


class DocumentState(StrEnum):
    """执法文书状态."""

    DRAFTED = "drafted"  # 草稿
    ISSUED = "issued"  # 已制发
    DELIVERED = "delivered"  # 已送达
    VOIDED = "voided"  # 已作废


class DocumentStep(StrEnum):
    """执法文书步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    ISSUE = "issue"
    ATTEMPT = "attempt"
    DELIVER = "deliver"
    CORRECT_DELIVERY = "correct_delivery"
    VOID = "void"


class RetestState(StrEnum):
    """复检状态."""

    APPLIED = "applied"  # 待受理
    DECLINED = "declined"  # 不予受理
    ACCEPTED = "accepted"  # 已受理，待确定复检机构
    DESIGNATED = "designated"  # 已确定复检机构，待移交备份样品
    HANDED = "handed"  # 复检中
    CONCLUDED = "concluded"  # 已出复检结论
    TOLD = "told"  # 已通知复检结论
    TERMINATED = "terminated"  # 已终止
    WITHDRAWN = "withdrawn"  # 申请人已撤回


class RetestStep(StrEnum):
    """复检步骤."""

    APPLY = "apply"
    EDIT = "edit"
    ACCEPT = "accept"
    DECLINE = "decline"
    DESIGNATE = "designate"
    REDESIGNATE = "redesignate"
    HAND_OVER = "hand_over"
    ARRIVE = "arrive"
    CONCLUDE = "conclude"
    TELL = "tell"
    PAY = "pay"
    TERMINATE = "terminate"
    WITHDRAW = "withdraw"


class ObjectionState(StrEnum):
    """异议状态."""

    APPLIED = "applied"  # 待受理
    CORRECTING = "correcting"  # 待补正
    DECLINED = "declined"  # 不予受理
    ACCEPTED = "accepted"  # 审核中
    DECIDED = "decided"  # 已作出审核结论
    TOLD = "told"  # 已通知审核结论
    WITHDRAWN = "withdrawn"  # 申请人已撤回


class ObjectionStep(StrEnum):
    """异议步骤."""

    APPLY = "apply"
    EDIT = "edit"
    ASK_CORRECTION = "ask_correction"
    SUPPLEMENT = "supplement"
    ACCEPT = "accept"
    DECLINE = "decline"
    RECORD = "record"
    DECIDE = "decide"
    TELL = "tell"
    WITHDRAW = "withdraw"


class RippleTaskState(StrEnum):
    """波及事项状态."""

    OPEN = "open"  # 待处理
    DONE = "done"  # 已处理
    WAIVED = "waived"  # 无需处理


class RippleTaskStep(StrEnum):
    """波及事项步骤."""

    OPEN = "open"
    FINISH = "finish"
    WAIVE = "waive"
    REOPEN = "reopen"


class TransferState(StrEnum):
    """移送、协查、通报状态."""

    SENT = "sent"  # 已发出
    RECEIVED = "received"  # 对方已签收
    REPLIED = "replied"  # 已回复
    CLOSED = "closed"  # 已办结
    VOIDED = "voided"  # 已作废


class TransferStep(StrEnum):
    """移送、协查、通报步骤."""

    SEND = "send"
    RECEIPT = "receipt"
    URGE = "urge"
    REPLY = "reply"
    CORRECT = "correct"
    CLOSE = "close"
    VOID = "void"


class PenaltyState(StrEnum):
    """行政处罚案件状态."""

    FILED = "filed"  # 已立案，调查中
    PROPOSED = "proposed"  # 待部门负责人审核
    LEGAL = "legal"  # 待法制审核
    LEADING = "leading"  # 待局领导审批
    DECIDED = "decided"  # 已作出决定
    EXECUTED = "executed"  # 已执行
    CLOSED = "closed"  # 已结案
    REVOKED = "revoked"  # 已撤销


class PenaltyStep(StrEnum):
    """行政处罚案件步骤."""

    FILE = "file"
    RECORD = "record"
    PROPOSE = "propose"
    RECALL = "recall"
    FORWARD = "forward"
    FORWARD_LEADER = "forward_leader"
    CLEAR_LEGAL = "clear_legal"
    RETURN = "return"
    DECIDE = "decide"
    CORRECT = "correct"
    EXECUTE = "execute"
    CLOSE = "close"
    REVOKE = "revoke"


class ListingState(StrEnum):
    """严重违法失信名单状态."""

    PROPOSED = "proposed"  # 待审批
    LISTED = "listed"  # 已列入
    DECLINED = "declined"  # 不予列入
    REMOVED = "removed"  # 已移出


class ListingStep(StrEnum):
    """严重违法失信名单步骤."""

    PROPOSE = "propose"
    LIST = "list"
    DECLINE = "decline"
    REMOVE = "remove"


class DelegationState(StrEnum):
    """审批委托状态; the dates say when it is in force."""

    GRANTED = "granted"  # 已委托
    REVOKED = "revoked"  # 已收回


class DelegationStep(StrEnum):
    """审批委托步骤."""

    GRANT = "grant"
    REVOKE = "revoke"
