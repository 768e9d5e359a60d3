"""Lists that a form prints row by row (报表中的列表), and the fields a column of each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FAILED: Final = "不合格明细"
CASES: Final = "核查处置案件"
EVALUATED: Final = "评价性抽检批次"
GRADES: Final = "风险等级名单"
ITEMS: Final = "不合格项目"
BY_CATEGORY: Final = "食品大类合格率"
BY_LINK: Final = "抽样环节合格率"
BY_AREA: Final = "抽样地区合格率"

SAMPLE_FIELDS: Final = (
    "序号", "抽样编号", "样品名称", "规格型号", "生产日期", "批号", "商标", "被抽样单位", "被抽样单位地址", "标称生产企业",
    "标称生产企业地址", "食品分类", "抽样环节", "检验目的", "组织级别", "检验机构", "抽样日期", "报告日期",
)  # fmt: skip
RATE_FIELDS: Final = ("序号", "名称", "完成批次", "判定批次", "合格批次", "不合格批次", "未判定", "合格率", "合格率（小数）")

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    FAILED: (*SAMPLE_FIELDS, "不合格项目", "检验结果", "标准值", "不合格项目║检验结果║标准值"),
    CASES: (
        "序号", "案件编号", "抽样编号", "样品名称", "处置环节", "处置方式", "责任主体", "不合格项目", "收到结论日期", "启动日期",
        "办结期限", "办结日期", "处罚情况", "罚没款（元）", "状态",
    ),
    EVALUATED: (*SAMPLE_FIELDS, "结论"),
    GRADES: (
        "序号", "企业名称", "统一社会信用代码", "企业类型", "地址", "风险等级", "风险分值", "静态分", "动态分", "评定年度", "评定日期",
    ),
    ITEMS: ("序号", "项目类别", "检验项目", "不合格批次"),
    BY_CATEGORY: RATE_FIELDS,
    BY_LINK: RATE_FIELDS,
    BY_AREA: RATE_FIELDS,
}  # fmt: skip
