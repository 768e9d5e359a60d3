"""Official vocabulary of a sampling sheet (抽样单).

The values are the official terms themselves: filters in the plans, columns of the national export and the words on
screen are then one and the same, and no mapping table can drift from the law.
"""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """检验目的/任务类别 of the national system."""

    SUPERVISION = "监督抽检"
    COMBINED = "抽检监测"  # one sheet that carries both supervision and monitoring items
    MONITORING = "风险监测"
    EVALUATION = "评价性抽检"


class Domain(StrEnum):
    """产品领域: which law the product falls under; 食用农产品 is a domain of its own in every plan."""

    FOOD = "食品"
    AGRICULTURAL = "食用农产品"
    DRUG = "药品"
    DEVICE = "医疗器械"
    COSMETIC = "化妆品"
    INDUSTRIAL = "工业产品"


class Link(StrEnum):
    """抽样环节."""

    PRODUCTION = "生产"
    CIRCULATION = "流通"
    CATERING = "餐饮"
    ONLINE = "网络"


class Level(StrEnum):
    """组织级别: who organised (or paid for) the sampling."""

    NATIONAL = "国家级"
    PROVINCIAL = "省级"
    CITY = "市级"
    COUNTY = "县级"


class AreaType(StrEnum):
    """区域类型."""

    URBAN = "城市"
    RURAL = "乡村"
    SCENIC = "景点"


class ItemKind(StrEnum):
    """检验类型 of one result row."""

    SUPERVISION = "抽检项目"
    MONITORING = "监测项目"


class ItemClass(StrEnum):
    """检验项目类别 used in national statistics."""

    PESTICIDE = "农药残留"
    VETERINARY = "兽药残留"
    MICROBE = "微生物污染"
    ADDITIVE = "食品添加剂"
    QUALITY = "质量指标"
    ORGANIC = "有机污染物"
    METAL = "重金属等元素污染物"
    TOXIN = "生物毒素"
    ILLEGAL = "非食用物质"
    LABEL = "标签"
    OTHER = "其他"


class Verdict(StrEnum):
    """结果判定 of one item; the five words of the national system."""

    PASS = "合格项"
    FAIL = "不合格项"
    PROBLEM = "问题项"
    UNDECIDED = "不判定项"
    UNTESTED = "未检验"


class Supervision(StrEnum):
    """监督结论 of a batch."""

    PASS = "合格"
    FAIL = "不合格"
    OPEN = "未判定"
    NONE = "无监督项目"


class Monitoring(StrEnum):
    """监测结论 of a batch."""

    CLEAR = "无问题"
    PROBLEM = "问题"
    UNDECIDED = "不判定"
    NONE = "无监测项目"


class Confidence(StrEnum):
    """核实状态 of a reference row: verified against the source text, or still to be."""

    VERIFIED = "已核"
    UNVERIFIED = "待核"
