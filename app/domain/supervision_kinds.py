"""Official vocabulary of 企业、风险分级和监督检查."""

from __future__ import annotations

from enum import StrEnum


class Grade(StrEnum):
    """风险等级, from the lowest risk to the highest (115号 第六条)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class GradeCause(StrEnum):
    """风险等级由来."""

    YEARLY = "年度评定"
    NEW = "新办评定"
    EVENT = "事件调整"
    MANUAL = "人工调整"
    CORRECTION = "更正"


class RiskComponent(StrEnum):
    """评分部分."""

    STATIC = "静态风险因素"
    DYNAMIC = "动态风险因素"
    CREDIT = "通用信用风险"
    ADJUSTMENT = "等级调整"


class RiskEventKind(StrEnum):
    """调整风险等级的情形 (115号 第二十九条至第三十一条): what raises, and what may lower."""

    DELIBERATE = "故意违法并受处罚"
    FAILED_SAMPLE = "国家或省级监督抽检不合格"
    BAD_INFLUENCE = "违法造成不良社会影响"
    INCIDENT = "发生食品安全事故"
    NO_RECALL = "不按规定召回或停止生产经营"
    OBSTRUCTION = "拒绝、逃避、阻挠检查"
    LISTED = "列入严重违法失信名单"
    OTHER_RAISING = "其他应当上调的情形"
    CLEAN_YEARS = "连续三年无违法记录"
    CERTIFIED = "获得良好生产规范或危害分析认证"
    AWARDED = "获得地市级以上政府质量奖"
    OTHER_LOWERING = "其他可以下调的情形"


class InspectionNature(StrEnum):
    """检查类别."""

    ROUTINE = "日常监督检查"
    SPECIAL = "专项检查"
    UNANNOUNCED = "飞行检查"
    SYSTEM = "体系检查"
    RANDOM = "双随机抽查"
    RECHECK = "回头看"
    COMPLAINT = "投诉举报核查"


class FindingAnswer(StrEnum):
    """检查项目结果."""

    MEETS = "符合"
    FAILS = "不符合"
    NOT_APPLICABLE = "不适用"
    NOT_CHECKED = "未检查"


class InspectionResult(StrEnum):
    """检查结果 (市场监管总局令第49号)."""

    MEETS = "符合"
    MOSTLY_MEETS = "基本符合"
    FAILS = "不符合"
    OBSTRUCTED = "拒绝检查"
    NOT_FOUND = "无法联系"


class InspectionMeasure(StrEnum):
    """检查后的处理."""

    NONE = "无需处理"
    ON_THE_SPOT = "当场改正"
    RECTIFY = "责令改正"
    PENALTY = "移交立案"
    OTHER = "其他"


class CompanySignature(StrEnum):
    """被检查单位签字."""

    SIGNED = "已签字"
    REFUSED = "拒绝签字"
    ABSENT = "无人签字"


class RandomOutcome(StrEnum):
    """双随机抽查结果 (市场监管领域的通用分类)."""

    CLEAR = "未发现问题"
    CORRECTED = "发现问题已责令改正"
    FILED = "发现问题待后续处理"
    UNREACHABLE = "通过登记的住所（经营场所）无法联系"
    OBSTRUCTED = "不配合检查情节严重"
    IDLE = "未开展本次抽查涉及的经营活动"
    CLOSED = "已停业或注销"


class Severity(StrEnum):
    """安全事故级别 (《国家食品安全事故应急预案》), from the gravest down."""

    GRAVEST = "特别重大"
    GRAVE = "重大"
    LARGER = "较大"
    ORDINARY = "一般"
    BELOW = "未达级别"


class IncidentDomain(StrEnum):
    """安全事故领域."""

    FOOD = "食品"
    DRUG = "药品"
    DEVICE = "医疗器械"
    COSMETIC = "化妆品"
    PRODUCT = "工业产品"


class CodeScheme(StrEnum):
    """企业产品类别所依的目录."""

    FOOD_CATEGORY = "食品类别"
    LICENCE_CLASS = "许可类别"
