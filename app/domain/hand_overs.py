"""工作移交: which work stands in a person's own name, and which the office does together whoever began it."""

from __future__ import annotations

from enum import StrEnum


class WorkKind(StrEnum):
    """未办结工作的种类. The last ones belong to nobody in particular: who registered or drafted them stays on record."""

    CASE = "核查处置案件"
    PENALTY = "行政处罚"
    ASSIGNMENT = "抽样任务单"
    INSPECTION = "监督检查"
    DUTY = "年度检查安排"
    RECTIFICATION = "责令改正"
    RETEST = "复检"
    OBJECTION = "异议"
    DRAFT = "起草中的材料"


HANDED_OVER: tuple[WorkKind, ...] = (
    WorkKind.CASE, WorkKind.PENALTY, WorkKind.ASSIGNMENT, WorkKind.INSPECTION, WorkKind.DUTY, WorkKind.RECTIFICATION,
)  # fmt: skip
SHARED: tuple[WorkKind, ...] = tuple(kind for kind in WorkKind if kind not in HANDED_OVER)
