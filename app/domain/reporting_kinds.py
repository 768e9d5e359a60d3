"""Words of 报表、公示和评估 that are stored as data."""

from __future__ import annotations

from enum import StrEnum


class ReturnPeriod(StrEnum):
    """报表报送周期."""

    MONTH = "月报"
    QUARTER = "季报"
    YEAR = "年报"


class PublicList(StrEnum):
    """公示清单种类 (食品安全抽样检验管理办法 第四十六条)."""

    PASSED = "合格"
    FAILED = "不合格"


class PublicNature(StrEnum):
    """公示性质: a correction and a withdrawal are announcements of their own, tied to the one they are about."""

    FIRST = "首次公布"
    CORRECTION = "更正公告"
    WITHDRAWAL = "撤回公告"


class WarningKind(StrEnum):
    """风险交流种类."""

    TIP = "消费提示"
    ALERT = "风险预警"


class EvaluationKind(StrEnum):
    """规划评估种类."""

    YEARLY = "年度监测"
    MIDTERM = "中期评估"
    FINAL = "总结评估"


class MessageKind(StrEnum):
    """站内消息种类."""

    TASK = "待办"
    DUE = "期限"
    RESULT = "办理结果"
    NOTICE = "通知"
    DIGEST = "每日提要"
