"""States and steps (状态、步骤) of 报表模板、公示、风险交流和规划评估."""

from __future__ import annotations

from enum import StrEnum


class TemplateState(StrEnum):
    """报表模板状态."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审核
    ADOPTED = "adopted"  # 已启用
    RETIRED = "retired"  # 已停用
    VOIDED = "voided"  # 已作废


class TemplateStep(StrEnum):
    """报表模板步骤."""

    UPLOAD = "upload"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    ADOPT = "adopt"
    RETIRE = "retire"
    VOID = "void"


class PublicationState(StrEnum):
    """公示状态."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审批
    APPROVED = "approved"  # 待发布
    PUBLISHED = "published"  # 已公布
    WITHDRAWN = "withdrawn"  # 已撤回
    VOIDED = "voided"  # 已作废


class PublicationStep(StrEnum):
    """公示步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    VOID = "void"


class WarningState(StrEnum):
    """风险交流状态."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审批
    APPROVED = "approved"  # 待发布
    PUBLISHED = "published"  # 已发布
    WITHDRAWN = "withdrawn"  # 已撤回
    VOIDED = "voided"  # 已作废


class WarningStep(StrEnum):
    """风险交流步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    VOID = "void"


class EvaluationState(StrEnum):
    """规划评估状态."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审批
    APPROVED = "approved"  # 已审批
    ARCHIVED = "archived"  # 已归档
    VOIDED = "voided"  # 已作废


class EvaluationStep(StrEnum):
    """规划评估步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    RECOUNT = "recount"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    ARCHIVE = "archive"
    VOID = "void"


ReportingState = TemplateState | PublicationState | WarningState | EvaluationState
ReportingStep = TemplateStep | PublicationStep | WarningStep | EvaluationStep
