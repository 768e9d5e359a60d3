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
