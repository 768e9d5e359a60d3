"""Official vocabulary of sampling beyond the sheet: special sampling, custody, photographs, signatures, rapid tests.

The values are the official terms themselves, as in ``domain.samples``.
"""

from __future__ import annotations

from enum import StrEnum


class SpecialSampling(StrEnum):
    """特殊抽样: not bound by quantity, place and licence status (《食品安全抽样检验管理办法》第十六条), nor by time limits (第二十八条)."""

    CASE = "案件稽查"
    INCIDENT = "事故调查"
    EMERGENCY = "应急处置"


class CustodyKind(StrEnum):
    """样品流转环节, in their order."""

    TAKEN = "抽取"
    SEALED = "封样"
    HANDED_OVER = "移交"
    RECEIVED = "接收"
    REFUSED = "拒收"


class PhotoKind(StrEnum):
    """照片类别 (第十七条: place, storage environment, sample, vouchers)."""

    PLACE = "抽样场所"
    STORAGE = "贮存环境"
    SAMPLE = "样品信息"
    SEALED = "封样"
    SHEET = "抽样单"
    VOUCHER = "购样凭证"
    HANDOVER = "移交接收"
    ONLINE = "网络页面"
    OTHER = "其他"


class Signer(StrEnum):
    """签字方."""

    SAMPLED = "被抽样单位"
    PRODUCER = "生产者"
    SAMPLER = "抽样人员"


class SignatureForm(StrEnum):
    """签字方式. Which of them it is stands on every document."""

    DRAWN = "手写签名"
    SCANNED = "纸质签字扫描件"


class Opinion(StrEnum):
    """被抽样单位意见."""

    NONE = "无异议"
    OBJECTION = "有异议"


class RapidResult(StrEnum):
    """快检结果."""

    NEGATIVE = "阴性"
    POSITIVE = "阳性"
    INVALID = "无效"


class DrawKind(StrEnum):
    """抽取对象."""

    ENTERPRISE = "抽样对象"
    SAMPLER = "抽样人员"
    LABORATORY = "承检机构"
    RETEST_LABORATORY = "复检机构"
    INSPECTED = "检查对象"
    INSPECTOR = "检查人员"


class ExemptionKind(StrEnum):
    """豁免类别."""

    CAP = "抽样频次上限"


class CapSubject(StrEnum):
    """频次上限的对象: what may not be sampled too often."""

    BATCH = "同一生产者同名同批次产品"
    UNIT = "同一被抽样单位"
    PRODUCER = "同一生产者同一食品大类"


class CapWindow(StrEnum):
    """频次上限的期间."""

    EVER = "不限期间"
    QUARTER = "自然季度"
    DAYS = "连续天数"
