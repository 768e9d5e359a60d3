"""抽样文书: which documents there are, which of them a sample calls for, and the fields a template may use.

Fields bear Chinese names, because whoever edits a template in Word reads them there: ``{{ 抽样单编号 }}``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from app.domain.samples import Link
from app.domain.states import SampleState


class DocumentKind(StrEnum):
    """文书种类."""

    SHEET = "抽样单"
    ONLINE_SHEET = "网络抽样单"
    NOTICE = "抽样检验告知书"
    SEAL = "封条"
    PURCHASE_NOTICE = "购样费用告知书"
    PURCHASE_VOUCHER = "购样凭证"
    HANDOVER = "样品移交确认单"
    REFUSAL = "拒检认定书"
    NOT_FOUND = "未抽到样品证明"
    TASK = "抽样任务单"
    URGENT = "限时报告情况表"
    RESULT_NOTICE = "检验结果通知书"
    RECTIFY_ORDER = "责令改正通知书"
    ASSIST_LETTER = "协查函"
    TRANSFER_LETTER = "移送函"
    DISPOSAL_REPORT = "核查处置报告"
    DELIVERY_PROOF = "送达回证"
    OBJECTION_ACCEPTANCE = "异议受理通知书"
    OBJECTION_REFUSAL = "异议不予受理通知书"
    OBJECTION_CORRECTION = "异议材料补正告知书"
    OBJECTION_CONCLUSION = "异议审核结论通知书"
    RETEST_ACCEPTANCE = "复检受理通知书"
    RETEST_REFUSAL = "复检不予受理通知书"
    RETEST_DESIGNATION = "复检机构确定通知书"
    NOTICE_LETTER = "通报函"
    GRADE_SHEET = "风险等级确定表"
    INSPECTION_RESULT = "监督检查结果记录表"
    INSPECTION_ITEMS = "监督检查要点记录表"
    WARNING = "风险交流文稿"
    EVALUATION = "规划评估报告"
    PUBLICATION = "公示公告"

    @property
    def code(self) -> str:
        """Its name in addresses, commands and file names."""
        return self.name.lower().replace("_", "-")


LABEL = "样品标签"  # printed and recorded like a document, though no template of Word makes it
K = DocumentKind
# One document for several samples: a table of samples, or several seals on a page.
JOINT = frozenset({K.SEAL, K.HANDOVER})
COPIES: Mapping[DocumentKind, int] = {K.SHEET: 5, K.ONLINE_SHEET: 5, K.NOTICE: 2, K.PURCHASE_NOTICE: 2, K.HANDOVER: 2}
MOST_COPIES = 20
# 抽样单一式五联: who gets which.
PARTS = (
    "第一联 留组织抽检的市场监督管理部门", "第二联 留承检机构", "第三联 寄（送）标称生产者", "第四联 留抽样单位", "第五联 交被抽样单位",
)  # fmt: skip


def by_code(code: str) -> DocumentKind | None:
    """The document of this code or Chinese name."""
    return next((kind for kind in DocumentKind if code in (kind.code, kind.value)), None)


def of_sample(state: SampleState, link: Link | None) -> Sequence[DocumentKind]:
    """The documents that a sample in this state calls for, in the order in which they are needed."""
    if state is SampleState.VOIDED:
        return ()
    if state is SampleState.REFUSED:
        return (K.NOTICE, K.REFUSAL)
    if state is SampleState.NOT_FOUND:
        return (K.NOT_FOUND,)
    if link is Link.ONLINE:  # bought without the shop knowing (办法第十八条): nobody to be told, nobody to sign
        return (K.ONLINE_SHEET, K.SEAL, K.HANDOVER)
    return (K.NOTICE, K.SHEET, K.SEAL, K.PURCHASE_NOTICE, K.PURCHASE_VOUCHER, K.HANDOVER)


def part_of(kind: DocumentKind, copy: int) -> str:
    """联次 of the n-th copy, counted from 1."""
    return PARTS[copy - 1] if kind in (K.SHEET, K.ONLINE_SHEET) and copy <= len(PARTS) else ""


COMMON = ("打印单位", "打印人", "打印日期", "打印年月日", "联次")
# Field of a template -> field of the sheet, or "" for what is worked out from several.
SHEET: Mapping[str, str] = {
    "抽样单编号": "number", "本地编号": "local_number", "任务来源": "task_source", "任务类别": "purpose",
    "报送分类A": "report_class_a", "报送分类B": "report_class_b", "抽样类型": "sampling_type", "部署机构": "deployed_by",
    "组织单位": "", "管辖单位": "", "特殊抽样": "special_sampling",
    "食品大类": "", "食品亚类": "", "食品次亚类": "", "食品细类": "",
    "被抽样单位": "sampled_name", "被抽样单位省": "", "被抽样单位市": "", "被抽样单位县": "", "被抽样单位所在地": "",
    "被抽样单位地址": "sampled_address", "区域类型": "area_type", "抽样环节": "link", "抽样地点": "place",
    "营业执照或社会信用代码": "sampled_credit_code", "许可证类型": "sampled_licence_kind", "许可证号": "sampled_licence_no",
    "法定代表人": "sampled_legal_person", "联系人": "sampled_contact", "联系电话": "sampled_phone", "传真": "sampled_fax",
    "邮编": "sampled_postcode", "年销售额": "annual_sales", "摊位号或姓名": "stall", "身份证号": "stall_holder_id",
    "企业规模": "enterprise_scale", "业态类型": "business_form", "监管单位": "supervisor",
    "网店网址": "shop_url", "网店商铺名称": "shop_name", "平台名称": "platform_name", "平台网址": "platform_url",
    "平台地址": "platform_address", "平台营业执照号": "platform_credit_code", "入网许可证号": "platform_licence_no",
    "平台订单编号": "order_no", "平台联系人": "platform_contact", "平台电话": "platform_phone", "买样人员": "buyer",
    "付款账户": "payment_account", "注册账号": "buyer_account", "收货地址": "delivery_address",
    "样品名称": "product_name", "商标": "brand", "样品条码": "barcode", "样品类型": "sample_type", "样品来源": "source_kind",
    "样品属性": "attribute", "包装分类": "packaging", "样品形态": "sample_form", "日期类型": "date_kind", "日期": "made_on",
    "保质期": "shelf_life", "样品批号": "batch_no", "规格型号": "spec", "质量等级": "quality_grade", "执行标准": "standard",
    "单价": "unit_price", "是否进口": "imported", "原产地": "origin", "是否出口": "exported", "进货量": "purchase_quantity",
    "库存量": "stock_quantity", "抽样基数": "base_quantity", "抽样数量": "quantity", "抽样数量单位": "quantity_unit",
    "备样数量": "backup_quantity", "抽样方式": "sampling_method", "抽样工具": "sampling_tool", "储存条件": "storage",
    "储存温度": "storage_temperature", "储存湿度": "storage_humidity", "样品包装": "sample_container",
    "食用农产品合格证": "conformity_certificate", "注册证号": "registration_no", "寄送截止日期": "ship_by",
    "寄送地址": "ship_to", "备注": "remark",
    "生产企业": "producer_name", "生产企业省": "", "生产企业市": "", "生产企业县": "", "生产企业所在地": "",
    "生产企业地址": "producer_address", "生产许可证编号": "producer_licence_no", "生产企业联系人": "producer_contact",
    "生产企业电话": "producer_phone", "是否有第三方": "", "第三方名称": "third_party_name", "第三方性质": "third_party_kind",
    "第三方地址": "third_party_address", "第三方许可证编号": "third_party_licence_no", "第三方联系人": "third_party_contact",
    "第三方电话": "third_party_phone",
    "抽样单位": "sampling_unit", "抽样单位级别": "sampling_unit_level", "抽样单位省份": "sampling_unit_province",
    "抽样单位地址": "sampling_unit_address", "抽样人员": "samplers", "抽样日期": "sampled_on", "抽样年月日": "",
    "抽样单位电话": "sampler_phone", "单位联系人": "sampling_unit_contact", "单位联系人电话": "sampling_unit_phone",
    "抽样单位邮箱": "sampling_unit_email", "抽样单位传真": "sampling_unit_fax", "抽样单位邮编": "sampling_unit_postcode",
    "检验机构": "laboratory", "未抽样原因": "outcome_reason",
    "封条号": "", "备样封条号": "", "移交日期": "", "移交人": "", "送达方式": "", "移交时样品状态": "", "移交时温度": "",
}  # fmt: skip
TASK = (
    "任务单编号", "下达单位", "下达人", "计划名称", "食品分类", "抽样地区", "抽样环节", "抽样对象", "批次数", "开始日期", "截止日期",
    "承检机构", "抽样人员", "备注",
)  # fmt: skip
SEAL_ROW = (
    "样品种类", "抽样单编号", "样品名称", "被抽样单位", "抽样单位", "抽样人员", "抽样日期", "抽样年月日", "封条号", "检验机构",
)  # fmt: skip
SAMPLE_ROW = (
    "序号", "抽样单编号", "样品名称", "规格型号", "样品批号", "日期", "抽样数量", "抽样数量单位", "备样数量", "储存条件", "封条号",
    "备样封条号", "被抽样单位", "移交时样品状态", "移交时温度", "备注",
)  # fmt: skip
URGENT = (
    "限时报告编号", "抽样单编号", "样品名称", "规格型号", "样品批号", "生产日期", "抽样日期", "抽样环节", "被抽样单位", "被抽样单位地址",
    "标称生产企业", "标称生产企业地址", "检验机构", "报告书编号", "确认时间", "报告时限", "触发原因", "已采取措施", "联系人", "联系电话",
    "填报人", "报告时间", "签收人", "签收时间",
)  # fmt: skip
URGENT_LISTS: Mapping[str, Collection[str]] = {
    "各项目": ("检验项目", "检验结果", "标准限量", "判定", "倍数"), "各报送": ("报告对象", "单位名称", "报告时间", "报告方式", "接报人"),
}
GRADE = (
    "评定编号", "评定年度", "企业名称", "社会信用代码", "企业类型", "许可证号", "地址", "负责人", "评定原因", "分级规则", "记录起止",
    "静态分", "静态满分", "动态分", "动态满分", "信用分", "信用满分", "总分", "建议等级", "上次等级", "调整情形", "调整结果",
    "人工调整理由", "确定等级", "生效日期", "检查频次", "填表人", "填表日期", "审核人", "审核日期", "审核意见",
)  # fmt: skip
INSPECTION = (
    "检查编号", "被检查单位", "社会信用代码", "许可证号", "地址", "法定代表人", "联系方式", "检查类型", "检查类别", "检查地点",
    "检查日期", "检查时间", "检查人员", "其他人员", "检查要点表", "检查项数", "重点项不符合", "一般项不符合", "符合项数",
    "不适用项数", "未检查项数", "不符合项目", "检查结果", "理由", "处理", "检查意见", "被检查单位意见", "被检查单位签字",
    "签字人", "见证人", "主办签字", "协办签字", "结果形成日期", "承办单位",
)  # fmt: skip
WARNED = ("编号", "种类", "标题", "发送对象", "发布单位", "状态", "发布日期", "依据", "有效期")
EVALUATED = (
    "编号", "标题", "规划名称", "评估种类", "评估区域", "评估期间", "数据截至", "编制单位", "编制人", "审批人", "审批日期", "状态",
    "存证", "多年度",
)  # fmt: skip
EVALUATED_LISTS: Mapping[str, Collection[str]] = {
    "各段": ("小标题", "文字"),
    "各指标": ("序号", "指标名称", "单位", "属性", "基期值", "目标值", "现值", "分子分母", "完成情况", "数据来源"),
    "各类": ("类别", "项数", "达到", "未达到", "不能判定"), "各年": ("指标名称", "年度", "数值", "目标值", "完成情况"),
}
ANNOUNCED = ("编号", "标题", "公告号", "状态", "正文", "声明", "公布单位", "公布日期", "清单种类", "批次数", "不合格清单", "合格清单")
ANNOUNCED_ROW = (
    "序号", "抽样编号", "食品名称", "规格型号", "商标", "生产日期或批号", "生产企业", "生产企业地址", "被抽样单位", "被抽样单位地址",
    "不合格项目", "分类", "检验机构", "备注",
)  # fmt: skip
ITEMS, ITEM_ROW = "各项目", ("序号", "检查内容", "重点项", "检查项目", "结果", "说明")
SEALS, SAMPLES = "各封条", "各样品"  # the lists a template may walk through
# 执法文书: what stands on each beside what its kind asks for.
HEAD = ("文号", "制发单位", "制发年月日", "受送达人", "受送达人身份", "受送达人地址")
PROOF = (
    "送达文书", "文号", "制发单位", "制发年月日", "受送达人", "受送达人地址", "送达方式", "送达地点", "送出日期", "送达日期", "签收人",
    "与受送达人关系", "邮件号码", "公告载体", "见证人", "拒收事由", "送达人", "备注",
)  # fmt: skip
SAMPLE_FIELDS = ("抽样单编号", "样品名称", "规格型号", "生产日期或批号", "被抽样单位", "标称生产者", "抽样日期")
CONTACT = ("联系人", "联系电话", "联系地址")
OBJECTION_FIELDS = ("异议编号", "异议类别", "异议内容", "提出日期", "收到日期")
RETEST_FIELDS = ("复检编号", "复检申请人", "申请日期", "收到申请材料日期", "申请复检项目")
OFFICIAL: Mapping[DocumentKind, Sequence[str]] = {
    K.RESULT_NOTICE: (*SAMPLE_FIELDS, "承检机构", "报告编号", "检验结论", "不合格项目", "附件", *CONTACT),
    K.RECTIFY_ORDER: (
        "社会信用代码", "违法事实", "违反条款", "责令依据", "改正要求", "改正期限", "复议机关", "起诉法院", *CONTACT,
    ),
    K.ASSIST_LETTER: (*SAMPLE_FIELDS, "不合格项目", "协查事由", "协查事项", "回复期限", "附件", *CONTACT),
    K.TRANSFER_LETTER: (*SAMPLE_FIELDS, "不合格项目", "移送事由", "移送依据", "移送材料", *CONTACT),
    K.DISPOSAL_REPORT: (
        "案件编号", *SAMPLE_FIELDS, "检验结论", "不合格项目", "责任主体", "启动情况", "产品控制", "原因排查", "整改复查", "处罚情况",
        "信息公开", "其他情况", "处置结论", *CONTACT,
    ),
    K.OBJECTION_ACCEPTANCE: (*SAMPLE_FIELDS, *OBJECTION_FIELDS, "受理日期", "审核期限", *CONTACT),
    K.OBJECTION_REFUSAL: (*SAMPLE_FIELDS, *OBJECTION_FIELDS, "不予受理理由", *CONTACT),
    K.OBJECTION_CORRECTION: (*SAMPLE_FIELDS, *OBJECTION_FIELDS, "需补正的材料", "补正期限", *CONTACT),
    K.OBJECTION_CONCLUSION: (*SAMPLE_FIELDS, *OBJECTION_FIELDS, "受理日期", "核查情况", "审核结论", "结论说明", *CONTACT),
    K.RETEST_ACCEPTANCE: (*SAMPLE_FIELDS, *RETEST_FIELDS, "予以复检项目", "受理日期", "确定复检机构期限", *CONTACT),
    K.RETEST_REFUSAL: (*SAMPLE_FIELDS, *RETEST_FIELDS, "不予受理理由", *CONTACT),
    K.RETEST_DESIGNATION: (
        *SAMPLE_FIELDS, *RETEST_FIELDS, "予以复检项目", "承检机构", "复检机构", "复检机构地址", "复检机构联系方式", "确定方式", "确定日期",
        "移交备份样品期限", *CONTACT,
    ),
    K.NOTICE_LETTER: (*SAMPLE_FIELDS, "不合格项目", "通报事由", "通报依据", "附件", *CONTACT),
}  # fmt: skip


# Documents with a list of fields of their own.
WITH_COMMON: Mapping[DocumentKind, Sequence[str]] = {
    K.TASK: TASK, K.URGENT: URGENT, K.GRADE_SHEET: GRADE, K.INSPECTION_RESULT: INSPECTION, K.INSPECTION_ITEMS: INSPECTION,
    K.WARNING: WARNED, K.EVALUATION: EVALUATED, K.PUBLICATION: ANNOUNCED, K.SEAL: (),
    K.HANDOVER: ("样品批数", "抽样单位", "检验机构", "移交日期", "移交人", "送达方式"),
}  # fmt: skip


def fields(kind: DocumentKind) -> Collection[str]:
    """Single fields that a template of this kind may use."""
    if kind in WITH_COMMON:
        return (*COMMON, *WITH_COMMON[kind])
    if kind is K.DELIVERY_PROOF:
        return PROOF
    if kind in OFFICIAL:
        return (*HEAD, *OFFICIAL[kind])
    return (*COMMON, *SHEET)


def lists(kind: DocumentKind) -> Mapping[str, Collection[str]]:
    """Lists that a template of this kind may walk through, with the fields of their rows."""
    rows: Mapping[DocumentKind, Mapping[str, Collection[str]]] = {
        K.SEAL: {SEALS: SEAL_ROW}, K.HANDOVER: {SAMPLES: SAMPLE_ROW}, K.URGENT: URGENT_LISTS,
        K.INSPECTION_ITEMS: {ITEMS: ITEM_ROW}, K.INSPECTION_RESULT: {ITEMS: ITEM_ROW}, K.WARNING: {"各段": ("文字",)},
        K.EVALUATION: EVALUATED_LISTS, K.PUBLICATION: {"各批": ANNOUNCED_ROW},
    }  # fmt: skip
    return rows.get(kind, {})
