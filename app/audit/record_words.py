"""Names of columns that no form shows and no history entry names, in the words of the office: what 审批签名 tells of a record."""

from __future__ import annotations

from collections.abc import Mapping

# Columns that say nothing of the record: its keys, its version, what keeps a form from being sent twice, what is searched by.
TECHNICAL = frozenset({"id", "version", "submission_key", "search"})

RECORD_FIELDS: Mapping[str, str] = {
    # people and moments
    "proposed_by_id": "提出人", "proposed_at": "提出时间", "decided_by_id": "审批人", "decided_at": "审批时间", "decided_on": "决定日期",
    "submitted_by_id": "送审人", "submitted_at": "送审时间", "approved_by_id": "批准人", "approved_at": "批准时间",
    "created_by_id": "建立人", "created_at": "建立时间", "asked_by_id": "申请登记人", "asked_at": "申请登记时间", "checked_by_id": "校核人",
    "checked_at": "校核时间", "sealed_by_id": "封存人", "sealed_at": "封存时间", "sent_by_id": "报送人", "sent_at": "报送时间",
    "sent_on": "报送日期", "sent_to": "报送单位", "sent_document": "报送文号", "rated_by_id": "核定人", "rated_at": "核定时间",
    "rated_on": "核定日期", "rating_document": "核定文号", "adopted_by_id": "采用人", "adopted_at": "采用时间", "issued_by_id": "制发人",
    "issued_at": "下达时间", "published_by_id": "公布人", "published_at": "公布时间", "withdrawn_by_id": "撤回人",
    "withdrawn_at": "撤回时间", "withdrawn_on": "撤回日期", "withdrawn_reason": "撤回原因", "archived_by_id": "归档人",
    "archived_at": "归档时间", "accepted_by_id": "受理人", "removed_by_id": "移出人", "removed_on": "移出日期", "reviewed_by_id": "审核人",
    "reviewed_for_id": "审核委托人", "legal_by_id": "法制审核人", "legal_for_id": "法制审核委托人", "forwarded_by_id": "报送审批人",
    "forwarded_for_id": "报送审批委托人", "recorded_by_id": "登记人", "recorded_at": "登记时间", "superseded_by_id": "替换人",
    "superseded_at": "替换时间", "superseded_reason": "替换原因", "opened_at": "立案时间", "claimed_at": "领办时间",
    "read_at": "查看时间", "closed_at": "办结时间", "cancelled_at": "撤销时间", "voided_at": "作废时间", "hands": "曾经手人",
    "inspected_on": "检查日期", "finished_on": "完成日期",
    # what it is about
    "sample_id": "样品", "sample_number": "抽样编号", "case_id": "处置案件", "penalty_id": "行政处罚案件", "enterprise_id": "企业",
    "enterprise_name": "企业名称", "clock_id": "法定期限", "plan_id": "抽检计划", "attachment_id": "附件", "report_id": "检验报告",
    "result_row_id": "检验结果", "import_batch_id": "导入批次", "drawing_id": "随机抽取", "template_id": "报表模板",
    "rule_set_id": "分级规则", "run_id": "年度评定", "event_id": "风险事件", "former_id": "上一等级", "corrects_id": "更正的原记录",
    "publication_id": "公示", "warning_id": "风险交流", "return_id": "报表", "retest_id": "复检", "grade_id": "风险等级",
    "about_kind": "所涉记录类别", "about_id": "所涉记录", "source_kind": "来源类别", "source_id": "来源记录", "evidence_kind": "依据类别",
    "evidence_id": "依据记录", "subject_key": "对象标识", "subject_name": "对象名称", "sources_attachment_id": "数据来源附件",
    "document_attachment_id": "报告文件", "workbook_attachment_id": "数据表文件", "lead_id": "检查人员", "second_id": "检查人员（二）",
    "recheck_of_id": "所回头看的检查", "inspection_id": "监督检查", "item_id": "检查项目", "programme_id": "双随机任务",
    "enterprise_drawing_id": "检查对象抽取", "inspector_drawing_id": "检查人员抽取", "finished_at": "完成时间",
    # what it says
    "answer": "检查结果", "removal_reason": "撤下原因", "drawn_rank": "抽取次序", "outcome": "抽查结果", "outcome_note": "结果说明",
    "title": "标题", "body": "正文", "content": "内容", "fields": "填写内容", "sections": "章节", "foreword": "前言", "basis": "依据",
    "findings": "问题", "audience": "对象", "url": "网址", "channel": "渠道", "announcement_no": "公告号", "nature": "公示类型",
    "amount": "数量", "kilograms": "千克", "ground": "列入情形", "listed_on": "列入日期", "remove_due_on": "停止公示期限",
    "removal": "移出情形", "removal_note": "移出说明", "party": "责任主体身份", "mode": "处置方式", "occurred_on": "发生日期",
    "ill": "患病人数", "dead": "死亡人数", "proposed_severity": "建议级别", "severity": "级别", "description": "经过",
    "chain_head": "校验链末条", "period_kind": "报送周期", "period": "期间", "ordinal": "次序", "sheet": "工作表", "cell": "单元格",
    "definition": "口径", "definition_version": "口径版本", "count": "批数", "expression": "审核规则", "blocking": "必须通过",
    "passed": "已通过", "message": "提示", "explanation": "说明", "decision": "审批意见", "opinion": "意见", "comment": "意见",
    "correction": "补正要求", "correction_asked_on": "要求补正日期", "supplemented_on": "补正日期", "refusal": "不予受理理由",
    "template_sha256": "模板校验值", "document_sha256": "报告文件校验值", "workbook_sha256": "数据表校验值", "rule_sha256": "规则校验值",
    "expires_on": "有效至", "payload": "变更内容", "effect": "影响", "report_no": "报告编号", "levels": "审核级数",
    "feasibility": "可行性判断", "first_result": "初检结果", "limit_text": "限量", "wanted": "申请复检", "feasible": "可以复检",
    "why": "理由", "result": "结果", "issuer": "制定机关", "shipped": "随系统提供", "steps": "调整级数", "automatic": "自动生成",
    "rule_code": "规则代码", "static_points": "静态分", "dynamic_points": "动态分", "credit_points": "信用分", "facts": "评定依据",
    "effective_from": "生效日期", "component": "评分部分", "points": "得分", "most": "最高分", "evidence": "依据说明", "counts": "户数",
    "used": "使用次数", "earlier": "以往豁免次数", "lab_verdict": "检验机构判定", "our_verdict": "本系统判定", "before": "变更前",
    "before_pending": "变更前待核", "proposed": "建议判定",
}  # fmt: skip

PARTS: Mapping[str, str] = {
    "plan_quota": "计划指标", "plan_item_set": "检验项目", "case_quantity": "数量台账", "retest_item": "复检项目",
    "return_figure": "报表数据",
    "return_check": "审核结果", "return_cell": "单元格", "return_rule": "审核规则", "publication_item": "公示条目",
    "warning_source": "所依据的批次",
    "risk_point": "评分项", "case_publication": "信息公开", "inspection_finding": "检查项目", "random_target": "检查对象",
}  # fmt: skip
PART_FIELDS: Mapping[tuple[str, str], str] = {("plan_quota", "cell"): "指标范围"}
