"""权限: every permission by its stable code, with the name that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """权限. The value is its stable code; the Chinese name is in ``NAMES``."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    HOME = "home"
    SAMPLE_LIST = "sample_list"
    SAMPLE_READ = "sample_read"
    SAMPLE_CREATE = "sample_create"
    SAMPLE_CORRECT = "sample_correct"
    SAMPLE_VOID = "sample_void"
    SAMPLE_EXPORT = "sample_export"
    PERSONAL_UNMASK = "personal_unmask"
    IMPORT_LIST = "import_list"
    IMPORT_STAGE = "import_stage"
    IMPORT_READ = "import_read"
    RESULT_ENTER = "result_enter"
    RESULT_UNDO = "result_undo"
    ENTERPRISE_LIST = "enterprise_list"
    ENTERPRISE_READ = "enterprise_read"
    ENTERPRISE_CREATE = "enterprise_create"
    ENTERPRISE_CORRECT = "enterprise_correct"
    ENTERPRISE_IMPORT = "enterprise_import"
    CASE_LIST = "case_list"
    CASE_READ = "case_read"
    CASE_CLAIM = "case_claim"
    CASE_HANDLE = "case_handle"
    CASE_RECALL = "case_recall"
    CASE_APPROVE = "case_approve"
    INDICATOR_READ = "indicator_read"
    REPORTED_VALUE_ENTER = "reported_value_enter"
    TASK_READ = "task_read"
    TASK_EDIT = "task_edit"
    RETURN_READ = "return_read"
    RETURN_MAKE = "return_make"
    RETURN_SEAL = "return_seal"
    ATTACHMENT_READ = "attachment_read"
    REFERENCE_READ = "reference_read"
    REFERENCE_EDIT = "reference_edit"
    MAPPING_EDIT = "mapping_edit"
    ORGANISATION_READ = "organisation_read"
    ORGANISATION_EDIT = "organisation_edit"
    USER_LIST = "user_list"
    USER_READ = "user_read"
    USER_CREATE = "user_create"
    USER_EDIT = "user_edit"
    USER_RESET = "user_reset"
    USER_UNLOCK = "user_unlock"
    JOB_READ = "job_read"
    AUDIT_READ = "audit_read"
    SAMPLE_RETURN = "sample_return"
    SAMPLE_RECEIVE = "sample_receive"
    SAMPLE_PRINT = "sample_print"
    CUSTODY_RECORD = "custody_record"
    BACKUP_LIST = "backup_list"
    BACKUP_READ = "backup_read"
    BACKUP_HANDLE = "backup_handle"
    PLAN_READ = "plan_read"
    PLAN_CREATE = "plan_create"
    PLAN_EDIT = "plan_edit"
    PLAN_APPROVE = "plan_approve"
    PLAN_ISSUE = "plan_issue"
    ASSIGNMENT_LIST = "assignment_list"
    ASSIGNMENT_READ = "assignment_read"
    ASSIGNMENT_MAKE = "assignment_make"
    ASSIGNMENT_EDIT = "assignment_edit"
    ASSIGNMENT_ANSWER = "assignment_answer"
    DRAWING_READ = "drawing_read"
    DRAWING_MAKE = "drawing_make"
    DRAWING_REVEAL = "drawing_reveal"
    EXEMPTION_READ = "exemption_read"
    EXEMPTION_ASK = "exemption_ask"
    EXEMPTION_DECIDE = "exemption_decide"
    RAPID_READ = "rapid_read"
    RAPID_RECORD = "rapid_record"
    RAPID_EDIT = "rapid_edit"
    TEMPLATE_READ = "template_read"
    TEMPLATE_EDIT = "template_edit"
    RESULT_REVIEW_READ = "result_review_read"
    RESULT_CHECK = "result_check"
    RESULT_APPROVE = "result_approve"
    RESULT_WITHDRAW = "result_withdraw"
    RESULT_RETURN = "result_return"
    VERDICT_READ = "verdict_read"
    VERDICT_PROPOSE = "verdict_propose"
    VERDICT_DECIDE = "verdict_decide"
    VERDICT_WITHDRAW = "verdict_withdraw"
    URGENT_LIST = "urgent_list"
    URGENT_READ = "urgent_read"
    URGENT_REPORT = "urgent_report"
    URGENT_ACKNOWLEDGE = "urgent_acknowledge"
    TURNAROUND_READ = "turnaround_read"
    TURNAROUND_AGREE = "turnaround_agree"
    TURNAROUND_VOID = "turnaround_void"
    SCREEN_READ = "screen_read"
    FINDING_LIST = "finding_list"
    FINDING_READ = "finding_read"
    FINDING_IMPORT = "finding_import"
    FINDING_LINK = "finding_link"
    LAYOUT_READ = "layout_read"
    LAYOUT_EDIT = "layout_edit"
    CONFLICT_DECIDE = "conflict_decide"
    NOTICE_LIST = "notice_list"
    NOTICE_READ = "notice_read"
    API_KEY_LIST = "api_key_list"
    API_KEY_ISSUE = "api_key_issue"
    API_KEY_EDIT = "api_key_edit"
    CLOCK_LIST = "clock_list"
    CLOCK_READ = "clock_read"
    CLOCK_ASK = "clock_ask"
    CLOCK_DECIDE = "clock_decide"
    DOCUMENT_LIST = "document_list"
    DOCUMENT_READ = "document_read"
    DOCUMENT_MAKE = "document_make"
    DOCUMENT_DELIVER = "document_deliver"
    DOCUMENT_VOID = "document_void"
    CASE_ANSWER = "case_answer"
    FORECAST_READ = "forecast_read"
    RETEST_LIST = "retest_list"
    RETEST_READ = "retest_read"
    RETEST_HANDLE = "retest_handle"
    RETEST_DECIDE = "retest_decide"
    RETEST_CONCLUDE = "retest_conclude"
    OBJECTION_LIST = "objection_list"
    OBJECTION_READ = "objection_read"
    OBJECTION_HANDLE = "objection_handle"
    OBJECTION_DECIDE = "objection_decide"
    RIPPLE_LIST = "ripple_list"
    RIPPLE_READ = "ripple_read"
    RIPPLE_HANDLE = "ripple_handle"
    TRANSFER_LIST = "transfer_list"
    TRANSFER_READ = "transfer_read"
    TRANSFER_SEND = "transfer_send"
    TRANSFER_ANSWER = "transfer_answer"
    PENALTY_LIST = "penalty_list"
    PENALTY_READ = "penalty_read"
    PENALTY_HANDLE = "penalty_handle"
    PENALTY_RECALL = "penalty_recall"
    PENALTY_REVIEW = "penalty_review"
    PENALTY_LEGAL = "penalty_legal"
    PENALTY_LEAD = "penalty_lead"
    PENALTY_REVOKE = "penalty_revoke"
    LISTING_LIST = "listing_list"
    LISTING_READ = "listing_read"
    LISTING_PROPOSE = "listing_propose"
    LISTING_DECIDE = "listing_decide"
    DELEGATION_LIST = "delegation_list"
    DELEGATION_READ = "delegation_read"
    DELEGATION_GRANT = "delegation_grant"
    DELEGATION_REVOKE = "delegation_revoke"
    CASE_ASSIGN = "case_assign"
    CASE_LEAD = "case_lead"
    CASE_URGE = "case_urge"
    DOSSIER_MAKE = "dossier_make"


NAMES: Mapping[Permission, str] = {
    Permission.PUBLIC: "公开页面",
    Permission.SIGNED_IN: "登录后可用",
    Permission.HOME: "工作台",
    Permission.SAMPLE_LIST: "样品列表",
    Permission.SAMPLE_READ: "查看样品",
    Permission.SAMPLE_CREATE: "登记样品",
    Permission.SAMPLE_CORRECT: "更正样品",
    Permission.SAMPLE_VOID: "作废样品",
    Permission.SAMPLE_EXPORT: "导出样品",
    Permission.PERSONAL_UNMASK: "查看完整个人信息",
    Permission.IMPORT_LIST: "导入批次列表",
    Permission.IMPORT_STAGE: "导入数据",
    Permission.IMPORT_READ: "查看导入批次",
    Permission.RESULT_ENTER: "录入检验结果",
    Permission.RESULT_UNDO: "撤销导入",
    Permission.ENTERPRISE_LIST: "企业列表",
    Permission.ENTERPRISE_READ: "查看企业",
    Permission.ENTERPRISE_CREATE: "登记企业",
    Permission.ENTERPRISE_CORRECT: "更正企业",
    Permission.ENTERPRISE_IMPORT: "导入企业",
    Permission.CASE_LIST: "核查处置列表",
    Permission.CASE_READ: "查看核查处置",
    Permission.CASE_CLAIM: "领取核查处置任务",
    Permission.CASE_HANDLE: "办理核查处置",
    Permission.CASE_RECALL: "撤回送审",
    Permission.CASE_APPROVE: "审核核查处置",
    Permission.INDICATOR_READ: "查看指标",
    Permission.REPORTED_VALUE_ENTER: "填报指标数值",
    Permission.TASK_READ: "查看抽检任务",
    Permission.TASK_EDIT: "编制抽检任务",
    Permission.RETURN_READ: "查看月报",
    Permission.RETURN_MAKE: "生成月报",
    Permission.RETURN_SEAL: "封存月报",
    Permission.ATTACHMENT_READ: "下载附件",
    Permission.REFERENCE_READ: "查看基础数据",
    Permission.REFERENCE_EDIT: "维护基础数据",
    Permission.MAPPING_EDIT: "对照未识别名称",
    Permission.ORGANISATION_READ: "查看机构",
    Permission.ORGANISATION_EDIT: "维护机构",
    Permission.USER_LIST: "用户列表",
    Permission.USER_READ: "查看用户",
    Permission.USER_CREATE: "新建用户",
    Permission.USER_EDIT: "修改用户",
    Permission.USER_RESET: "重置密码",
    Permission.USER_UNLOCK: "解锁账号",
    Permission.JOB_READ: "查看后台任务",
    Permission.AUDIT_READ: "查看审计日志",
    Permission.SAMPLE_RETURN: "退回抽样单修改",
    Permission.SAMPLE_RECEIVE: "接收或拒收样品",
    Permission.SAMPLE_PRINT: "打印抽样文书和标签",
    Permission.CUSTODY_RECORD: "登记样品流转、照片和签字",
    Permission.BACKUP_LIST: "备份样品列表",
    Permission.BACKUP_READ: "查看备份样品",
    Permission.BACKUP_HANDLE: "保存和处置备份样品",
    Permission.PLAN_READ: "查看抽检计划",
    Permission.PLAN_CREATE: "新建抽检计划",
    Permission.PLAN_EDIT: "编制抽检计划",
    Permission.PLAN_APPROVE: "审核抽检计划",
    Permission.PLAN_ISSUE: "下达抽检计划",
    Permission.ASSIGNMENT_LIST: "抽样任务单列表",
    Permission.ASSIGNMENT_READ: "查看抽样任务单",
    Permission.ASSIGNMENT_MAKE: "下达抽样任务单",
    Permission.ASSIGNMENT_EDIT: "调整抽样任务单",
    Permission.ASSIGNMENT_ANSWER: "接受和办结抽样任务单",
    Permission.DRAWING_READ: "查看随机抽取",
    Permission.DRAWING_MAKE: "冻结抽取名单",
    Permission.DRAWING_REVEAL: "实施随机抽取",
    Permission.EXEMPTION_READ: "查看规则豁免",
    Permission.EXEMPTION_ASK: "申请规则豁免",
    Permission.EXEMPTION_DECIDE: "审批规则豁免",
    Permission.RAPID_READ: "查看快检记录",
    Permission.RAPID_RECORD: "登记快检",
    Permission.RAPID_EDIT: "更正和送检快检记录",
    Permission.TEMPLATE_READ: "查看文书模板",
    Permission.TEMPLATE_EDIT: "更换文书模板",
    Permission.RESULT_REVIEW_READ: "查看结果审核",
    Permission.RESULT_CHECK: "校核检验结果",
    Permission.RESULT_APPROVE: "批准检验结果",
    Permission.RESULT_WITHDRAW: "撤回结果送审",
    Permission.RESULT_RETURN: "退修检验报告",
    Permission.VERDICT_READ: "查看判定复核",
    Permission.VERDICT_PROPOSE: "提出判定复核",
    Permission.VERDICT_DECIDE: "审定判定复核",
    Permission.VERDICT_WITHDRAW: "撤回判定复核",
    Permission.URGENT_LIST: "限时报告列表",
    Permission.URGENT_READ: "查看限时报告",
    Permission.URGENT_REPORT: "填报限时报告",
    Permission.URGENT_ACKNOWLEDGE: "签收限时报告",
    Permission.TURNAROUND_READ: "查看检验时限",
    Permission.TURNAROUND_AGREE: "登记检验时限约定",
    Permission.TURNAROUND_VOID: "作废检验时限约定",
    Permission.SCREEN_READ: "查看数据合理性提示",
    Permission.FINDING_LIST: "外部公示列表",
    Permission.FINDING_READ: "查看外部公示",
    Permission.FINDING_IMPORT: "导入外部公示",
    Permission.FINDING_LINK: "关联外部公示",
    Permission.LAYOUT_READ: "查看导入格式对照",
    Permission.LAYOUT_EDIT: "维护导入格式对照",
    Permission.CONFLICT_DECIDE: "裁定导入冲突",
    Permission.NOTICE_LIST: "变动告知列表",
    Permission.NOTICE_READ: "查看变动告知",
    Permission.API_KEY_LIST: "接口密钥列表",
    Permission.API_KEY_ISSUE: "签发接口密钥",
    Permission.API_KEY_EDIT: "维护接口密钥",
    Permission.CLOCK_LIST: "法定期限列表",
    Permission.CLOCK_READ: "查看法定期限",
    Permission.CLOCK_ASK: "申请延长或中止期限",
    Permission.CLOCK_DECIDE: "审批延长或中止期限",
    Permission.DOCUMENT_LIST: "执法文书列表",
    Permission.DOCUMENT_READ: "查看执法文书",
    Permission.DOCUMENT_MAKE: "制作执法文书",
    Permission.DOCUMENT_DELIVER: "登记文书送达",
    Permission.DOCUMENT_VOID: "作废执法文书",
    Permission.CASE_ANSWER: "填写审核意见表",
    Permission.FORECAST_READ: "查看超期预测",
    Permission.RETEST_LIST: "复检列表",
    Permission.RETEST_READ: "查看复检",
    Permission.RETEST_HANDLE: "办理复检",
    Permission.RETEST_DECIDE: "决定受理复检",
    Permission.RETEST_CONCLUDE: "登记复检结论",
    Permission.OBJECTION_LIST: "异议列表",
    Permission.OBJECTION_READ: "查看异议",
    Permission.OBJECTION_HANDLE: "办理异议",
    Permission.OBJECTION_DECIDE: "审核异议",
    Permission.RIPPLE_LIST: "波及清单列表",
    Permission.RIPPLE_READ: "查看波及清单",
    Permission.RIPPLE_HANDLE: "处理波及事项",
    Permission.TRANSFER_LIST: "移送协查列表",
    Permission.TRANSFER_READ: "查看移送协查",
    Permission.TRANSFER_SEND: "发出移送协查",
    Permission.TRANSFER_ANSWER: "签收和回复移送协查",
    Permission.PENALTY_LIST: "行政处罚列表",
    Permission.PENALTY_READ: "查看行政处罚",
    Permission.PENALTY_HANDLE: "办理行政处罚",
    Permission.PENALTY_RECALL: "撤回处罚送审",
    Permission.PENALTY_REVIEW: "审核行政处罚",
    Permission.PENALTY_LEGAL: "法制审核",
    Permission.PENALTY_LEAD: "审批行政处罚",
    Permission.PENALTY_REVOKE: "撤销行政处罚",
    Permission.LISTING_LIST: "失信名单列表",
    Permission.LISTING_READ: "查看失信名单",
    Permission.LISTING_PROPOSE: "提出列入失信名单",
    Permission.LISTING_DECIDE: "审批失信名单",
    Permission.DELEGATION_LIST: "审批委托列表",
    Permission.DELEGATION_READ: "查看审批委托",
    Permission.DELEGATION_GRANT: "委托审批",
    Permission.DELEGATION_REVOKE: "收回审批委托",
    Permission.CASE_ASSIGN: "分派核查处置任务",
    Permission.CASE_LEAD: "审批重大核查处置",
    Permission.CASE_URGE: "督办核查处置",
    Permission.DOSSIER_MAKE: "生成案卷",
}
