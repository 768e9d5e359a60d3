"""Official vocabulary of 核查处置 beyond the case itself: clocks, documents, deliveries, quantities, publications."""

from __future__ import annotations

from enum import StrEnum


class ClockChangeKind(StrEnum):
    """期限变更类别."""

    EXTENSION = "延长"
    PAUSE = "中止"


class Side(StrEnum):
    """当事人一方."""

    SAMPLED = "被抽样单位"
    PRODUCER = "标称生产企业"
    MARKET = "集中交易市场开办者"
    PLATFORM = "网络食品交易第三方平台"
    OTHER = "其他"


class DeliveryWay(StrEnum):
    """送达方式."""

    DIRECT = "直接送达"
    LEFT = "留置送达"
    MAIL = "邮寄送达"
    ENTRUSTED = "委托送达"
    ELECTRONIC = "电子送达"
    NOTICE = "公告送达"


class QuantityKind(StrEnum):
    """处置数量."""

    MADE = "生产（购进）"
    SOLD = "已销售"
    STOCK = "库存"
    SEALED = "封存"
    DESTROYED = "销毁"
    OTHER = "其他去向"
    RECALLED = "召回"


class PublicationKind(StrEnum):
    """信息公开类别."""

    PRODUCT = "不合格产品信息"
    DISPOSAL = "核查处置情况"
    PENALTY = "行政处罚信息"


class RetestConclusion(StrEnum):
    """复检结论, final (食品安全法 88)."""

    PASS = "复检合格"  # noqa: S105
    FAIL = "复检不合格"


class RetestPayer(StrEnum):
    """复检费用承担 (实施条例 42): paid in advance by the applicant, borne by whom the result is against."""

    APPLICANT = "申请人承担"
    ORGANISER = "抽样检验部门承担"


class ObjectionKind(StrEnum):
    """异议类别 (办法 37)."""

    SAMPLING = "抽样过程异议"
    AUTHENTICITY = "样品真实性异议"
    METHOD = "检验方法异议"
    STANDARD = "标准适用异议"


class ObjectionOutcome(StrEnum):
    """异议审核结论."""

    UPHELD = "异议成立"
    PARTLY = "部分成立"
    REJECTED = "异议不成立"


class ObjectionEffect(StrEnum):
    """异议成立的处理."""

    NONE = "不改变检验结论"
    PASS = "改判合格"  # noqa: S105
    INVALID = "抽样无效，样品作废"
    NOT_THEIRS = "非标称生产企业生产（假冒）"


class RippleCause(StrEnum):
    """波及起因."""

    RETEST = "复检合格"
    OBJECTION = "异议成立"
    CORRECTION = "检验结果更正"
    DECISION = "判定复核改判"
    UNDONE = "撤销导入"
    VOIDED = "样品作废"


class RippleTaskKind(StrEnum):
    """波及事项类别."""

    CASE = "核查处置案件"
    PENALTY = "行政处罚"
    PUBLICATION = "信息公开"
    GRADE = "风险等级"
    RETURN = "已上报报表"
    DOCUMENT = "已送达文书"
    TRANSFER = "移送协查"
    LISTING = "失信名单"
    PARTY = "告知当事人"
    FEE = "复检费用"


class TransferKind(StrEnum):
    """移送、协查、通报."""

    TRANSFER = "移送"
    ASSIST = "协查"
    NOTIFY = "通报"


class TransferBody(StrEnum):
    """接收单位类别."""

    BUREAU = "市场监管部门"
    AGRICULTURE = "农业农村部门"
    POLICE = "公安机关"
    OTHER = "其他部门"


class TransferChannel(StrEnum):
    """发送渠道."""

    SYSTEM = "系统"
    PAPER = "公文"
    PLATFORM = "行刑衔接平台"
    MAIL = "邮寄"


class TransferReply(StrEnum):
    """回复结果."""

    CONFIRMED = "确认为其生产"
    DENIED = "非其生产"
    UNKNOWN = "查无此企业"
    FILED = "已立案"
    NOT_FILED = "不予立案"
    HANDLED = "已处理"
    REFUSED = "不予受理"
    OTHER = "其他"


class PenaltyOutcome(StrEnum):
    """行政处罚决定."""

    PUNISHED = "给予行政处罚"
    EXEMPT = "不予行政处罚"
    DISMISSED = "撤销立案"
    JUSTICE = "移送司法机关"


class PenaltyExcuse(StrEnum):
    """不予处罚理由."""

    GOOD_FAITH = "经营者履行进货查验义务，不知情并说明来源（食品安全法第136条）"
    FIRST_MINOR = "初次违法且危害后果轻微并及时改正（行政处罚法第33条第1款）"
    MINOR = "违法行为轻微并及时改正，没有造成危害后果（行政处罚法第33条第1款）"
    NO_FAULT = "有证据足以证明没有主观过错（行政处罚法第33条第2款）"
    EXPIRED = "违法行为超过追究时效（行政处罚法第36条）"
    NO_PROOF = "违法事实不能成立（行政处罚法第57条）"
    OTHER = "其他法定理由"


class LicenceKind(StrEnum):
    """吊销许可证类别."""

    PRODUCTION = "食品生产许可"
    TRADE = "食品经营许可"
    CATERING = "餐饮服务许可"
    PRODUCT = "产品许可"


class ApprovalLevel(StrEnum):
    """审批层级."""

    SECTION = "部门负责人"
    LEGAL = "法制审核"
    LEADER = "局领导"


class ApprovalAnswer(StrEnum):
    """审批意见."""

    APPROVED = "同意"
    FORWARDED = "同意，报下一级"
    RETURNED = "退回"


class UrgingLevel(StrEnum):
    """督促等级."""

    REMIND = "提醒"
    SUPERVISE = "督办"
    KEY = "重点督办"


class RemovalGround(StrEnum):
    """移出失信名单理由."""

    EXPIRED = "列入期满"
    REPAIRED = "信用修复"
    REVOKED = "处罚决定被撤销"
    MISTAKE = "列入有误"
