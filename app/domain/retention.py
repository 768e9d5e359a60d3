"""备份样品保存期限: until when a backup sample must be kept, why until then, and whether it may be disposed of.

The conclusion decides between 3 and 6 months (第二十五条); the end of shelf life comes first where it is earlier. Nothing is
stored: the date follows from the report in force, so that a corrected, retested or withdrawn report moves it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.deadline_rules import CannotCount, DeadlineRule, amount_in_words
from app.domain.deadlines import keep_until
from app.domain.samples import Monitoring, Supervision
from app.domain.states import BackupState, SampleState
from app.domain.working_days import WorkingDays

KEEP_PASS, KEEP_FAIL = "KEEP_PASS", "KEEP_FAIL"
SOON_DAYS = 30


class BackupStage(StrEnum):
    """备份样品清单的分类."""

    KEPT = "保存中"
    SOON = "即将到期"
    DUE = "可处置"
    DISCARDED = "已处置"


class Concluded(Protocol):
    """What the rule needs of a sample."""

    @property
    def state(self) -> SampleState: ...
    @property
    def supervision(self) -> Supervision | None: ...
    @property
    def monitoring(self) -> Monitoring | None: ...
    @property
    def reported_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Keeping:
    """Until when, why, and by which article; ``until`` is None while there is no conclusion."""

    until: date | None
    why: str
    article: str = ""
    rule: str | None = None


def rule_of(supervision: Supervision | None, monitoring: Monitoring | None) -> str | None:
    """KEEP_FAIL or KEEP_PASS, or None while the conclusion is open.

    The law speaks of 合格 and 不合格; a sample of risk monitoring with a 问题项 is kept as long as a failing one.
    """
    if supervision is Supervision.FAIL or monitoring is Monitoring.PROBLEM:
        return KEEP_FAIL
    if supervision is Supervision.PASS:
        return KEEP_PASS
    if supervision is Supervision.NONE and monitoring in (Monitoring.CLEAR, Monitoring.UNDECIDED):
        return KEEP_PASS
    return None


def conclusion_words(supervision: Supervision | None, monitoring: Monitoring | None) -> str:
    if supervision is Supervision.FAIL:
        return "不合格"
    if monitoring is Monitoring.PROBLEM:
        return "监测有问题项（按不合格样品保存）"
    return "合格" if supervision is Supervision.PASS else "监测无问题项（按合格样品保存）"


def keeping(sample: Concluded, rule: Callable[[str, date], DeadlineRule], calendar: WorkingDays) -> Keeping:
    """«检验结论 2026-05-10 合格，保存 3 个月至 2026-08-10；保质期至 2026-07-01 更早，保存至 2026-07-01»."""
    if sample.state is SampleState.VOIDED:
        return Keeping(None, "抽样单已作废，没有法定保存期限")
    code = rule_of(sample.supervision, sample.monitoring)
    if sample.state is not SampleState.REPORTED or sample.reported_on is None:
        return Keeping(None, "尚未出具检验结论，保存期限待结论作出后计算")
    if code is None:
        return Keeping(None, f"检验结论 {sample.reported_on} 未判定，保存期限待结论确定后计算")
    try:
        found = rule(code, sample.reported_on)
    except CannotCount as fault:
        return Keeping(None, str(fault))
    legal = keep_until(found, sample.reported_on, None, calendar)
    words = conclusion_words(sample.supervision, sample.monitoring)
    why = f"检验结论 {sample.reported_on} {words}，保存 {amount_in_words(found.amount, found.unit)}至 {legal.due}"
    if any("顺延" in line for line in legal.why):
        why += "（期满日为休息日，顺延）"
    if sample.expires_on is not None and sample.expires_on < legal.due:
        return Keeping(
            sample.expires_on, f"{why}；保质期至 {sample.expires_on} 更早，保存至 {sample.expires_on}", found.article, code
        )
    return Keeping(legal.due, why, found.article, code)


def discard_fault(sample: Concluded, kept: Keeping, on: date, open_cases: int) -> str | None:
    """Why the backup sample may not be disposed of on this day, or None."""
    if open_cases:
        return f"该样品的核查处置案件还有 {open_cases} 件未办结，备份样品不得处置，请在办结后再处置"
    if sample.state is SampleState.VOIDED:
        return None
    if kept.until is None:
        return f"{kept.why}，现在不能处置"
    if on <= kept.until:
        return f"备份样品须保存至 {kept.until}（{kept.why}；{kept.article}），最早 {kept.until + timedelta(days=1)} 可以处置"
    return None


def stage(state: BackupState, kept: Keeping, today: date) -> BackupStage:
    """Where a backup sample stands on the list; an open case is asked separately."""
    if state is BackupState.DISCARDED:
        return BackupStage.DISCARDED
    if kept.until is None:
        return BackupStage.KEPT
    if kept.until < today:
        return BackupStage.DUE
    return BackupStage.SOON if (kept.until - today).days <= SOON_DAYS else BackupStage.KEPT
