"""Words on screen: the Chinese label of every enum member.

Official vocabularies are their own labels; states and steps, which are ours, are named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from app.case_labels import CASE_WORDS
from app.domain.actors import Channel
from app.domain.api_keys import ApiScope
from app.domain.permissions import NAMES as PERMISSIONS
from app.domain.progress import AXES, MEASURES
from app.domain.workflow import (
    AssignmentState,
    AssignmentStep,
    BackupState,
    BackupStep,
    BatchState,
    BatchStep,
    DecisionState,
    DecisionStep,
    DrawingState,
    DrawingStep,
    ExemptionState,
    ExemptionStep,
    PlanState,
    PlanStep,
    RapidState,
    RapidStep,
    ReviewState,
    ReviewStep,
    SampleState,
    SampleStep,
    UrgentState,
    UrgentStep,
)
from app.jobs import JobStatus
from app.operation_labels import OPERATION_RECORDED
from app.reporting_labels import REPORTING_WORDS
from app.supervision_labels import SUPERVISION_RECORDED, SUPERVISION_WORDS
from app.trust_labels import FACTOR_RECORDED, TRUST_RECORDED, TRUST_WORDS


class Words(Mapping[Enum, str]):
    """Words by member of a kind: members of two StrEnums with one value are equal, so a dict would keep one word for both."""

    def __init__(self, pairs: Iterable[tuple[Enum, str]]) -> None:
        self._words = {(type(member), member.value): (member, words) for member, words in pairs}

    def __getitem__(self, member: Enum) -> str:
        return self._words[type(member), member.value][1]

    def __iter__(self) -> Iterator[Enum]:
        return (member for member, _ in self._words.values())

    def __len__(self) -> int:
        return len(self._words)


LABELS: Mapping[Enum, str] = Words((
    *AXES.items(),
    *((measure, defined.name) for measure, defined in MEASURES.items()),
    (SampleState.REGISTERED, "已抽样"),
    (SampleState.REPORTED, "已出报告"),
    (SampleState.REFUSED, "企业拒检"),
    (SampleState.NOT_FOUND, "未抽到样品"),
    (SampleState.RETURNED, "退回修改"),
    (SampleState.REJECTED, "检验机构拒收"),
    (SampleState.VOIDED, "已作废"),
    (SampleStep.REGISTER, "登记样品"),
    (SampleStep.REPORT, "登记检验报告"),
    (SampleStep.AMEND, "更新检验结果"),
    (SampleStep.WITHDRAW, "撤回检验结果"),
    (SampleStep.CORRECT, "更正样品信息"),
    (SampleStep.REFUSE, "登记拒检"),
    (SampleStep.MISS, "登记未抽到样品"),
    (SampleStep.VOID, "作废样品"),
    (SampleStep.REVIVE, "恢复样品"),
    (SampleStep.RETURN, "退回修改"),
    (SampleStep.REJECT, "拒收样品"),
    (BatchState.STAGED, "待确认"),
    (BatchState.CONFIRMED, "已导入"),
    (BatchState.UNDONE, "已撤销"),
    (BatchState.DISCARDED, "已放弃"),
    (BatchStep.STAGE, "上传预览"),
    (BatchStep.CONFIRM, "确认导入"),
    (BatchStep.DISCARD, "放弃导入"),
    (BatchStep.UNDO, "撤销导入"),
    (BatchStep.REVIVE, "恢复导入"),
    (PlanState.DRAFT, "草稿"),
    (PlanState.SUBMITTED, "待审核"),
    (PlanState.APPROVED, "已审核"),
    (PlanState.ISSUED, "已下达"),
    (PlanState.AMENDING, "调整中"),
    (PlanState.CLOSED, "已结束"),
    (PlanState.VOIDED, "已作废"),
    (PlanStep.DRAFT, "新建计划"),
    (PlanStep.EDIT, "编制计划"),
    (PlanStep.SUBMIT, "提交审核"),
    (PlanStep.RECALL, "撤回送审"),
    (PlanStep.RETURN, "退回"),
    (PlanStep.APPROVE, "审核通过"),
    (PlanStep.ISSUE, "下达计划"),
    (PlanStep.AMEND, "调整计划"),
    (PlanStep.CLOSE, "结束计划"),
    (PlanStep.VOID, "作废计划"),
    (AssignmentState.ASSIGNED, "待接受"),
    (AssignmentState.ACCEPTED, "执行中"),
    (AssignmentState.DECLINED, "已退回"),
    (AssignmentState.FINISHED, "已完成"),
    (AssignmentState.CANCELLED, "已取消"),
    (AssignmentStep.ASSIGN, "下达任务"),
    (AssignmentStep.ACCEPT, "接受任务"),
    (AssignmentStep.DECLINE, "退回任务"),
    (AssignmentStep.RESCHEDULE, "调整时间"),
    (AssignmentStep.REASSIGN, "改派"),
    (AssignmentStep.FINISH, "完成任务"),
    (AssignmentStep.CANCEL, "取消任务"),
    (DrawingState.COMMITTED, "名单已冻结"),
    (DrawingState.DRAWN, "已抽取"),
    (DrawingState.VOIDED, "已作废"),
    (DrawingStep.COMMIT, "冻结名单"),
    (DrawingStep.DRAW, "随机抽取"),
    (DrawingStep.VOID, "作废抽取"),
    (ExemptionState.ASKED, "待审批"),
    (ExemptionState.APPROVED, "已批准"),
    (ExemptionState.DECLINED, "不予批准"),
    (ExemptionState.REVOKED, "已收回"),
    (ExemptionStep.ASK, "申请豁免"),
    (ExemptionStep.APPROVE, "批准豁免"),
    (ExemptionStep.DECLINE, "不予批准"),
    (ExemptionStep.REVOKE, "收回豁免"),
    (BackupState.KEPT, "保存中"),
    (BackupState.DISCARDED, "已处置"),
    (BackupStep.STORE, "入库保存"),
    (BackupStep.MOVE, "移库"),
    (BackupStep.DISCARD, "处置备份样品"),
    (RapidState.RECORDED, "已登记"),
    (RapidState.SENT, "已送检"),
    (RapidState.VOIDED, "已作废"),
    (RapidStep.RECORD, "登记快检"),
    (RapidStep.CORRECT, "更正快检记录"),
    (RapidStep.SEND, "送检"),
    (RapidStep.VOID, "作废快检记录"),
    (ReviewState.SUBMITTED, "待校核"),
    (ReviewState.CHECKED, "待批准"),
    (ReviewState.APPROVED, "已批准"),
    (ReviewState.RETURNED, "已退回"),
    (ReviewState.WITHDRAWN, "已撤回"),
    (ReviewStep.SUBMIT, "提交结果"),
    (ReviewStep.CHECK, "校核通过"),
    (ReviewStep.APPROVE, "批准结果"),
    (ReviewStep.RETURN, "退回"),
    (ReviewStep.WITHDRAW, "撤回送审"),
    (DecisionState.PROPOSED, "待审定"),
    (DecisionState.DECIDED, "已审定"),
    (DecisionState.DECLINED, "不予采纳"),
    (DecisionState.WITHDRAWN, "已撤回"),
    (DecisionState.LAPSED, "已失效"),
    (DecisionStep.PROPOSE, "提出判定复核"),
    (DecisionStep.DECIDE, "审定判定"),
    (DecisionStep.DECLINE, "不予采纳"),
    (DecisionStep.WITHDRAW, "撤回判定复核"),
    (DecisionStep.LAPSE, "判定复核失效"),
    (UrgentState.OPEN, "待报告"),
    (UrgentState.REPORTED, "已报告"),
    (UrgentState.ACKNOWLEDGED, "已签收"),
    (UrgentState.CANCELLED, "已撤销"),
    (UrgentStep.OPEN, "启动限时报告"),
    (UrgentStep.REPORT, "填报限时报告"),
    (UrgentStep.CORRECT, "更正限时报告"),
    (UrgentStep.ACKNOWLEDGE, "签收限时报告"),
    (UrgentStep.CANCEL, "撤销限时报告"),
    (UrgentStep.REOPEN, "恢复限时报告"),
    *CASE_WORDS,
    *SUPERVISION_WORDS,
    *REPORTING_WORDS,
    *TRUST_WORDS,
    (JobStatus.QUEUED, "排队中"),
    (JobStatus.RUNNING, "处理中"),
    (JobStatus.DONE, "已完成"),
    (JobStatus.FAILED, "失败"),
    (Channel.PAGE, "网页"),
    (Channel.COMMAND, "命令行"),
    (Channel.API, "接口"),
    (Channel.JOB, "后台任务"),
    (ApiScope.SAMPLES_READ, "读取样品"),
    (ApiScope.RESULTS_READ, "读取检验结果"),
    (ApiScope.RESULTS_WRITE, "报送检验结果"),
    (ApiScope.FIGURES_READ, "读取统计指标"),
    *PERMISSIONS.items(),
))

# Steps that are recorded without a workflow (history.record), by the word the entry carries.
RECORDED: Mapping[str, str] = {
    **SUPERVISION_RECORDED,
    **OPERATION_RECORDED,
    **TRUST_RECORDED,
    **FACTOR_RECORDED,
    "archived": "留存归档文件",
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "sign_out": "退出",
    "locked": "账号锁定",
    "denied": "访问被拒绝",
    "export": "导出",
    "download": "下载附件",
    "unmask": "查看完整个人信息",
    "create": "新建",
    "edit": "修改",
    "reset_password": "重置密码",
    "change_password": "修改密码",
    "unlock": "解锁",
    "grant": "岗位授权",
    "disable": "停用",
    "enable": "启用",
    "load": "装载基础数据",
    "map": "名称对照",
    "report_value": "填报指标数值",
    "set_task": "编制任务数",
    "set_capacity": "登记检验能力",
    "end_session": "结束会话",
    "add_version": "新增版本",
    "set": "设定",
    "backup": "备份",
    "void": "作废",
    "end_inspector": "移出检查人员名录",
    "use": "使用豁免",
    "custody": "登记样品流转",
    "void_custody": "作废流转记录",
    "photo": "上传照片",
    "void_photo": "作废照片",
    "sign": "登记签字",
    "void_signature": "作废签字",
    "print": "打印",
    "from_rapid_test": "快检阳性送检",
    "replace_template": "更换文书模板",
    "restore_template": "恢复原模板",
    "record_block": "登记处置内容",
    "record_facts": "登记静态要素",
    "answer_questions": "填写审核意见表",
    "read_case": "审核人打开案件",
    "urge_case": "督促",
    "hand_over": "移交办理人",
    "answer_urging": "回复督促",
    "link_follow_up": "关联跟踪抽检",
    "publish_case": "登记信息公开",
    "remove_publication": "撤下信息公开",
    "file_penalty": "行政立案",
    "publish_penalty": "公示处罚信息",
    "remove_penalty": "停止公示处罚信息",
    "recount_clock": "重新计算期限",
    "start_clock": "期限起算",
    "stop_clock": "期限办结",
    "cancel_clock": "期限撤销",
    "change_ask": "申请延长或中止",
    "change_approve": "批准延长或中止",
    "change_decline": "不予批准延长或中止",
    "change_resume": "恢复计时",
    "change_void": "作废延长或中止",
    "map_layout": "对照导入格式",
    "void_layout": "作废导入格式对照",
    "decide_conflict": "裁定导入冲突",
    "overturn_lapse": "改判失效",
    "overturn_carry": "改判延续",
    "return_report": "退修检验报告",
    "resolve_return": "退修已办结",
    "withdraw_return": "撤回退修",
    "reopen_return": "退修恢复未办结",
    "agree_term": "登记检验时限约定",
    "void_term": "作废检验时限约定",
    "link_finding": "关联外部公示",
    "unlink_finding": "取消关联外部公示",
    "notify": "告知数据变动",
    "read_notice": "阅读变动告知",
    "issue_key": "签发接口密钥",
    "revoke_key": "吊销接口密钥",
    "prune_calls": "清理接口请求记录",
    "freeze_laboratories": "冻结复检机构名单",
    "add_laboratory": "登记复检机构",
    "edit_laboratory": "修改复检机构",
    "close_laboratory": "复检机构退出名录",
}

_STEPS: Mapping[str, str] = {member.value: words for member, words in LABELS.items() if "Step" in type(member).__name__}


def label(member: Enum | str | None) -> str:
    """The label of an enum member; "—" for nothing."""
    if member is None:
        return "—"
    if isinstance(member, Enum):
        return LABELS.get(member) or str(member.value)
    return member


def step_label(kind: str, step: str) -> str:
    """The label of a history entry's step."""
    from app.domain.workflow import TABLES

    for _, known in TABLES.get(kind, {}):
        if known.value == step:
            return LABELS[known]
    return RECORDED.get(step) or _STEPS.get(step) or step


def state_label(kind: str, state: str | None) -> str:
    """The label of a history entry's state."""
    from app.domain.workflow import TABLES

    if state is None:
        return "—"
    for arrow in TABLES.get(kind, {}).values():
        if arrow.to.value == state:
            return LABELS[arrow.to]
    return state
