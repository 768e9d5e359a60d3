"""What the rates over cases, transfers, inspections and reports count: records one by one.

Each has the day that places it and whether it was met.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol


class TallyPart(StrEnum):
    """What is counted, not batch by batch but record by record."""

    RECTIFY_DUE = "整改期限届满的责令整改案件"
    RECTIFIED = "复查验收合格的责令整改案件"
    REPLY_DUE = "答复期限届满的移送线索"
    REPLIED = "已获答复的移送线索"
    CASES_CLOSED = "统计期内结案的案件"
    FULLY_RECORDED = "全过程记录齐全的案件"
    PUBLISH_DUE = "公开期限届满的处罚决定"
    PUBLISHED_ON_TIME = "按期公开的处罚决定"
    DISCLOSE_DUE = "公示期限届满的已完成检查"
    DISCLOSED_ON_TIME = "20个工作日内公示的检查"
    SELF_REPORT_DUE = "应报的自查报告"
    SELF_REPORTED = "已收到的自查报告"
    INCIDENTS = "安全事故"
    CASES_RECEIVED = "统计期内收到的处置案件"
    CASES_FILED = "已行政立案的处置案件"
    CASE_DAYS = "结案案件办理工作日合计"


MET = frozenset(
    {
        TallyPart.RECTIFIED, TallyPart.REPLIED, TallyPart.FULLY_RECORDED, TallyPart.PUBLISHED_ON_TIME, TallyPart.DISCLOSED_ON_TIME,
        TallyPart.SELF_REPORTED, TallyPart.CASES_FILED,
    }
)  # fmt: skip
SUMMED = frozenset({TallyPart.CASE_DAYS})
"""Not how many records, but what they amount to."""


class Tallied(Protocol):
    """One record: ``day`` is when its term ended or its event happened, ``met`` whether what was due was done.

    ``amount`` is what it adds where a part is a sum (working days of a case).
    """

    @property
    def day(self) -> date: ...
    @property
    def met(self) -> bool: ...
    @property
    def amount(self) -> int: ...


def in_tally(one: Tallied, part: TallyPart, first: date, last: date) -> bool:
    """Whether a record is counted for the period from ``first`` to ``last``, both included."""
    return first <= one.day <= last and (part not in MET or one.met)


def total(records: Iterable[Tallied], part: TallyPart) -> int:
    """What records already found to be counted come to: their number, or their sum."""
    return sum(one.amount if part in SUMMED else 1 for one in records)
