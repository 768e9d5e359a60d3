"""Which section of the manual (使用手册) tells about a page: one place, by the beginning of the page's endpoint."""

from __future__ import annotations

from functools import lru_cache

from flask import request, url_for

from app.pages.manual import slug

# The longest beginning decides. A section, or a section and one of its parts.
SECTIONS = {
    "accounts.": "账号和授权申请",
    "accounts.change_password": "登录与密码",
    "accounts.factors.": "动态口令（双因素登录）",
    "accounts.my_sessions": "登录与密码",
    "accounts.new_position": "任职",
    "accounts.online_sessions": "在线会话",
    "accounts.permission_": "权限表",
    "accounts.review_": "账号核查",
    "accounts.sign_in": "登录与密码",
    "alerts.": "安全告警和校验链",
    "announcements.": "外部公示",
    "api.": "数据接口（实验室系统对接）",
    "approval_signatures.": "安全告警和校验链/审批签名",
    "archives.": "一户一档",
    "assignments.": "抽样任务单",
    "audit.": "机构与用户/审计管理员",
    "checklists.": "检查要点表",
    "comparisons.": "比较分析",
    "custody.": "样品流转",
    "custody.backups": "备份样品",
    "custody.show_backup": "备份样品",
    "decisions.": "判定复核",
    "delegations.": "审批委托",
    "desk.": "常用查询、批量督促和入门介绍",
    "disposal.": "核查处置",
    "disposal.enforcement_records": "行政执法全过程记录",
    "disposal.export_enforcement_records": "行政执法全过程记录",
    "disposal.show_timeline": "全程时间轴",
    "dossiers.": "案卷",
    "downloads.": "导出和下载中心",
    "drawings.": "随机抽取（双随机）",
    "enterprises.": "企业档案",
    "enterprises.import_batch": "批量导入",
    "enterprises.licences": "许可证",
    "enterprises.progress": "批量导入",
    "enterprises.show": "企业页面",
    "enterprises.upload": "批量导入",
    "evaluations.": "规划评估报告",
    "exemptions.": "频次上限和规则豁免",
    "exemptions.counts": "频次上限和规则豁免/豁免统计",
    "exports.": "报表报送",
    "exports.compare_former": "报表与上期、与现在比较",
    "exports.differences": "报表与上期、与现在比较",
    "gaps.": "下一步抽什么",
    "gaps.laboratories": "承检机构的检验能力",
    "gaps.show_coverage": "覆盖缺口",
    "grading.": "风险等级（单个企业）",
    "grading.event": "风险事件",
    "grading.new_event": "风险事件",
    "grading.run": "年度评定",
    "grading.simulate": "规则模拟",
    "grading_rules.": "风险分级规则",
    "hand_overs.": "工作移交",
    "incidents.": "安全事故",
    "indicators.": "规划指标",
    "indicators.definition": "规划指标/指标口径（系统管理员提出，审核人复核）",
    "indicators.differences": "差异说明：数值为什么变了",
    "indicators.value": "规划指标/填报指标（统计员）",
    "inspections.": "监督检查",
    "inspections.publications": "检查结果公示",
    "installation.personal_": "个人信息清单",
    "installation.": "备份和体检",
    "known_on.": "某一时点的内容",
    "layouts.": "导入检验结果/导入检验结果：文件格式和列对照",
    "legal_clocks.": "法定期限",
    "listings.": "严重违法失信名单",
    "merges.": "档案查重与合并",
    "messages.": "站内消息、每日提要、晨间一页",
    "notices.": "变动告知",
    "objections.": "异议",
    "official_documents.": "执法文书和送达",
    "organisations.": "机构与用户",
    "pages.browser": "登录与密码/浏览器检测",
    "pages.changelog": "登录与密码/浏览器检测",
    "pages.counts": "我的待办",
    "pages.home": "我的待办",
    "pages.morning_": "站内消息、每日提要、晨间一页",
    "penalties.": "行政处罚",
    "planning.": "年度任务数",
    "phrases.": "常用语",
    "plans.": "年度抽检计划",
    "plans.import_batch": "用 Excel 编制计划",
    "plans.item_": "计划的检验项目",
    "plans.show_grid": "批次表",
    "plans.upload_": "用 Excel 编制计划",
    "printing.": "打印文书",
    "printing.label_": "打印标签和扫码",
    "printing.scan": "打印标签和扫码",
    "printing.template": "更换文书模板",
    "progress.": "计划进度",
    "proposals.": "计划建议",
    "proposals.overlap": "四统一比对",
    "publications.": "抽检结果公示",
    "random_inspections.": "双随机抽查",
    "random_inspections.coverage_": "双随机抽查/覆盖率",
    "random_inspections.inspector": "双随机抽查/检查人员名录",
    "rapid_tests.": "快检记录",
    "rectifications.": "责令改正",
    "reference_changes.": "基础数据变更",
    "reference_changes.rule": "基础数据变更/规则表",
    "reference_changes.setting": "系统设置",
    "reference_data.": "基础数据",
    "reference_data.map_word": "名称对照（统计员）",
    "reference_data.unknown_words": "名称对照（统计员）",
    "results.": "导入检验结果",
    "results.columns": "导入检验结果/导入检验结果：文件格式和列对照",
    "results.decide_conflicts": "再次导入与冲突裁定",
    "results.enter": "录入和更正检验结果",
    "results.pending": "判定规则",
    "results.rows": "检验结果明细",
    "results.text": "判定规则/不判定的写法",
    "retests.": "复检",
    "retests.laboratory_": "复检/复检机构名录",
    "return_templates.": "报表模板",
    "reviews.": "结果审核与退修",
    "ripples.": "改判和波及清单",
    "risk_warnings.": "消费提示和风险预警",
    "sampling.": "查看、更正和作废抽样单",
    "sampling.import_batch": "导入抽样单",
    "sampling.new": "登记抽样单",
    "sampling.upload": "导入抽样单",
    "schedules.": "年度检查安排",
    "screens.": "大屏",
    "search.": "检索：一个框找到样品、企业、案件",
    "self_reports.": "企业自查报告",
    "sheet_checks.": "抽样单检查",
    "sheet_checks.return": "退回修改和退修率",
    "sheets.": "登记抽样单",
    "sheets.drafts": "草稿",
    "sheets.number_report": "抽样编号",
    "sheets.templates": "一次抽多个样品",
    "transfers.": "移送、协查、通报",
    "turnaround.": "检验时限",
    "turnaround.screen": "数据合理性提示",
    "urgent.": "限时报告（24 小时）",
}


@lru_cache(maxsize=2000)
def section_of(endpoint: str) -> str | None:
    """The section (and its part, after a stroke) about the page of an endpoint; nothing for a page that needs none."""
    begun = [start for start in SECTIONS if endpoint.startswith(start)]
    return SECTIONS[max(begun, key=len)] if begun else None


def help_here() -> str:
    """The address of the section about the page that is shown, or of the contents."""
    return _address(request.script_root, request.endpoint or "")


@lru_cache(maxsize=2000)
def _address(root: str, endpoint: str) -> str:
    """Where the application stands at this root; for a page the same every time."""
    section = section_of(endpoint)
    if section is None:
        return url_for("pages.help")
    title, _, part = section.partition("/")
    return url_for("pages.help_page", slug=slug(title), _anchor=slug(part) if part else None)
