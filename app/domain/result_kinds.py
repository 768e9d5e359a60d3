"""Official vocabulary of results beyond the verdicts: decisions on verdicts, published lists, conflicts of an import."""

from __future__ import annotations

from enum import StrEnum


class DecisionKind(StrEnum):
    """判定复核类别."""

    PENDING = "待核项目审定"
    OVERRIDE = "人工改判"


class ListKind(StrEnum):
    """公示名单类别."""

    PASS = "合格公示"  # noqa: S105
    FAIL = "不合格公示"


class Choice(StrEnum):
    """冲突裁定: whose value stands."""

    OURS = "保留本系统"
    THEIRS = "采用新文件"
