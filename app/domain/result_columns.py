"""Columns of result files (检验结果的栏目) and the words their code lists accept."""

from __future__ import annotations

from typing import Literal

from app.domain.samples import ItemKind, Verdict
from app.domain.sheet_columns import ALIASES

Layout = Literal["lab", "national"]

RESULT_COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("抽样编号", "抽样单编号", "抽样单号"),
    "report_no": ("报告书编号", "报告编号"),
    "item": ("检验项目", "检测项目"),
    "result": ("检验结果", "检测结果"),
    "unit": ("结果单位", "检验结果单位", "检测结果单位"),
    "verdict": ("结果判定", "单项判定"),
    "method": ("检验依据",),
    "basis": ("判定依据",),
    "min_limit": ("最小允许限",),
    "min_unit": ("最小允许限单位",),
    "max_limit": ("最大允许限",),
    "max_unit": ("最大允许限单位",),
    "limit_unit": ("允许限单位",),
    "lod": ("方法检出限", "检出限"),
    "lod_unit": ("检出限单位", "方法检出限单位"),
    "lod_kind": ("检出限类型",),
    "kind": ("检验类型", "项目类型", "分类"),
    "note": ("说明",),
    "product_name": ("样品名称",),
    "client": ("委托单位",),
    "supervision_note": ("监督抽检报告备注",),
    "monitoring_note": ("风险监测报告备注",),
}
REQUIRED: dict[Layout, tuple[str, ...]] = {
    "lab": ("number", "report_no", "item", "result"),
    "national": ("number", "report_no", "item", "result", "product_name", "sampled_name"),
}
ONLY_NATIONAL = ("sampled_name", "sampled_on", "purpose", "level1")

VERDICT_WORDS: dict[str, str] = {
    **{verdict.value: verdict for verdict in Verdict},
    **{verdict.value.removesuffix("项"): verdict for verdict in Verdict},
    "符合": Verdict.PASS,
    "不符合": Verdict.FAIL,
    "未检": Verdict.UNTESTED,
    "": "",
}
KIND_WORDS: dict[str, str] = {
    **{kind.value: kind for kind in ItemKind},
    "抽检": ItemKind.SUPERVISION,
    "监督抽检": ItemKind.SUPERVISION,
    "评价性抽检": ItemKind.SUPERVISION,
    "监测": ItemKind.MONITORING,
    "风险监测": ItemKind.MONITORING,
    "": "",
}

# of one report; a sample with supervision and monitoring items has two
REPORT_COLUMNS: dict[str, tuple[str, ...]] = {
    "reported_on": ("报告日期",),
    "report_kind": ("报告分类", "报告类别"),
    "conclusion_text": ("检验结论",),
    "laboratory_remark": ("备注(检验机构)",),
    "updated_at": ("更新时间",),
    "first_submitted_at": ("第一次提交到秘书处的时间",),
    "received_on": ("收检日期", "接样日期"),
}
SHEET_ONLY: dict[str, tuple[str, ...]] = {
    "task_source_province": ("任务来源(省)",),
    "task_source_city": ("任务来源(市)",),
    "task_source_county": ("任务来源(县)",),
    "deployed_by_province": ("部署机构省",),
    "deployed_by_city": ("部署机构市",),
    "deployed_by_county": ("部署机构县",),
    "objection_state": ("异议审批状态",),
    "objection_result": ("异议处置结果",),
}
NATIONAL_COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: aliases for name, aliases in ALIASES.items() if name != "number"},
    **SHEET_ONLY,
    **REPORT_COLUMNS,
}
