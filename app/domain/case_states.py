"""States and steps (状态、步骤) of 核查处置 and of everything that belongs to it."""

from __future__ import annotations

from enum import StrEnum


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
