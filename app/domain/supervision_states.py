"""States and steps (状态、步骤) of 企业、风险分级和监督检查."""

from __future__ import annotations

from enum import StrEnum


class MergeState(StrEnum):
    """企业档案合并状态."""

    MERGED = "merged"  # 已合并
    UNDONE = "undone"  # 已撤销合并


class MergeStep(StrEnum):
    """企业档案合并步骤."""

    MERGE = "merge"
    UNDO = "undo"


class RuleSetState(StrEnum):
    """分级规则状态."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审核
    ADOPTED = "adopted"  # 已施行
    RETIRED = "retired"  # 已停用
    VOIDED = "voided"  # 已作废


class RuleSetStep(StrEnum):
    """分级规则步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    ADOPT = "adopt"
    RETIRE = "retire"
    VOID = "void"


class GradeState(StrEnum):
    """风险等级状态."""

    DRAFT = "draft"  # 评定中
    PROPOSED = "proposed"  # 待审核
    CONFIRMED = "confirmed"  # 有效
    REPLACED = "replaced"  # 已被替代
    VOIDED = "voided"  # 已作废


class GradeStep(StrEnum):
    """风险等级步骤."""

    SCORE = "score"
    RESCORE = "rescore"
    PROPOSE = "propose"
    RECALL = "recall"
    RETURN = "return"
    CONFIRM = "confirm"
    RAISE = "raise"  # by an event, without a person: 等级自动调整
    REPLACE = "replace"
    REVIVE = "revive"  # what had replaced it was voided
    VOID = "void"


class RiskEventState(StrEnum):
    """风险事件状态."""

    RECORDED = "recorded"  # 已登记
    VOIDED = "voided"  # 已作废


class RiskEventStep(StrEnum):
    """风险事件步骤."""

    RECORD = "record"
    VOID = "void"


class RiskRunState(StrEnum):
    """年度评定状态."""

    PREVIEWED = "previewed"  # 预览
    SUBMITTED = "submitted"  # 待审核
    CONFIRMED = "confirmed"  # 已确认
    DISCARDED = "discarded"  # 已放弃


class RiskRunStep(StrEnum):
    """年度评定步骤."""

    PREVIEW = "preview"
    SUBMIT = "submit"
    RETURN = "return"
    CONFIRM = "confirm"
    DISCARD = "discard"


class InspectionState(StrEnum):
    """监督检查状态."""

    PLANNED = "planned"  # 待检查
    RECORDING = "recording"  # 检查中
    FINISHED = "finished"  # 已完成
    VOIDED = "voided"  # 已作废


class InspectionStep(StrEnum):
    """监督检查步骤."""

    PLAN = "plan"
    EDIT = "edit"
    START = "start"
    RECORD = "record"
    FINISH = "finish"
    CORRECT = "correct"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"  # 撤回公示
    LINK = "link"  # 关联立案
    VOID = "void"


class RectificationState(StrEnum):
    """责令改正状态."""

    ORDERED = "ordered"  # 整改中
    REPORTED = "reported"  # 待复查
    PASSED = "passed"  # 复查合格
    FAILED = "failed"  # 复查不合格
    VOIDED = "voided"  # 已作废


class RectificationStep(StrEnum):
    """责令改正步骤."""

    ORDER = "order"
    EXTEND = "extend"
    REPORT = "report"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    ORDER_AGAIN = "order_again"
    LINK = "link"  # 关联立案
    VOID = "void"


class ProgrammeState(StrEnum):
    """双随机抽查任务状态."""

    DRAFT = "draft"  # 草稿
    FROZEN = "frozen"  # 名单已冻结
    DRAWN = "drawn"  # 已抽取
    FINISHED = "finished"  # 检查完毕
    PUBLISHED = "published"  # 结果已公示
    VOIDED = "voided"  # 已作废


class ProgrammeStep(StrEnum):
    """双随机抽查任务步骤."""

    DRAFT = "draft"
    EDIT = "edit"
    FREEZE = "freeze"
    DRAW = "draw"
    RECORD = "record"
    FINISH = "finish"
    PUBLISH = "publish"
    VOID = "void"


class SelfReportState(StrEnum):
    """企业自查报告状态."""

    DUE = "due"  # 应报
    RECEIVED = "received"  # 已收到
    WAIVED = "waived"  # 免报


class SelfReportStep(StrEnum):
    """企业自查报告步骤."""

    REQUIRE = "require"
    URGE = "urge"
    RECEIVE = "receive"
    CORRECT = "correct"
    WAIVE = "waive"
    REOPEN = "reopen"


class IncidentState(StrEnum):
    """安全事故状态."""

    REPORTED = "reported"  # 待核定
    RATED = "rated"  # 已核定级别
    CLOSED = "closed"  # 已结束
    VOIDED = "voided"  # 已作废


class IncidentStep(StrEnum):
    """安全事故步骤."""

    REPORT = "report"
    CORRECT = "correct"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    VOID = "void"


SupervisionState = (
    MergeState | RuleSetState | GradeState | RiskEventState | RiskRunState | InspectionState
    | RectificationState | ProgrammeState | SelfReportState | IncidentState
)
SupervisionStep = (
    MergeStep | RuleSetStep | GradeStep | RiskEventStep | RiskRunStep | InspectionStep
    | RectificationStep | ProgrammeStep | SelfReportStep | IncidentStep
)
