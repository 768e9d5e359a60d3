"""The clocks of custody: 样品移交 (5 working days), 抽样文书保存, 备份样品保存; and the days from which on something is late.

A list cannot ask the calendar row by row; due dates grow with their starting days, so one day parts what is late from what is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain import deadlines, retention
from app.domain.custody import latest_start
from app.domain.deadline_rules import DeadlineRule, rule_in_force
from app.domain.deadlines import Deadline, DeadlineLight
from app.domain.retention import KEEP_FAIL, KEEP_PASS, Concluded, Keeping
from app.domain.working_days import WorkingDays
from app.reference_data.books import calendar, deadline_rules

SHIP, DOC_KEEP = "SHIP", "DOC_KEEP"


@dataclass(frozen=True, slots=True)
class ShipClock:
    """移交期限 of one sample, with its light and what is left; ``light`` is None when the term cannot be counted."""

    due: Deadline | None
    left: int | None
    light: DeadlineLight | None
    done_on: date | None = None

    @property
    def words(self) -> str:
        if self.due is None:
            return "没有抽样日期，无法计算移交期限"
        if self.done_on is not None:
            return f"已于 {self.done_on} 移交" + ("（超过期限）" if self.light is DeadlineLight.RED else "")
        if self.left is None:
            return "不再计时"
        if self.light is DeadlineLight.RED:
            return f"已超 {-self.left} 个工作日" if self.left else "已超期，不足 1 个工作日"
        return f"剩余 {self.left} 个工作日" if self.left else "今天到期"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The rules and the calendar, asked once for a whole page."""

    rules: Sequence[DeadlineRule]
    days: WorkingDays

    def due_from(self, code: str, start: date | None) -> Deadline | None:
        """When the duty is due that began on this day; None where there is no day, or no rule was in force."""
        if start is None:
            return None
        try:
            return deadlines.due(rule_in_force(self.rules, code, start), start, self.days)
        except deadlines.CannotCount:
            return None

    def shipping(self, sampled_on: date | None, handed_on: date | None, today: date, *, running: bool = True) -> ShipClock:
        """样品移交: light and remaining days; what has been handed over is judged by the day it was."""
        due = self.due_from(SHIP, sampled_on)
        if due is None or sampled_on is None or (handed_on is None and not running):
            return ShipClock(due, None, None)
        light = deadlines.light(sampled_on, due.due, today, self.days, done_on=handed_on)
        left = None if handed_on else deadlines.remaining_working_days(today, due.due, self.days)
        return ShipClock(due, left, light, handed_on)

    def late_since(self, today: date) -> date | None:
        """Sampled on or before this day and not handed over: overdue."""
        return self._latest(SHIP, today)

    def keeping(self, sample: Concluded) -> Keeping:
        """Until when the backup sample of this sample is kept, as the report in force says now."""
        return retention.keeping(sample, lambda code, on: rule_in_force(self.rules, code, on), self.days)

    def keeping_ends_before(self, day: date) -> Mapping[str, date | None]:
        """By rule, the latest day of a conclusion whose legal term ends before ``day``."""
        return {code: self._latest(code, day) for code in (KEEP_PASS, KEEP_FAIL)}

    def _latest(self, code: str, before: date) -> date | None:
        def due_of(start: date) -> date | None:
            found = self.due_from(code, start)
            return found.due if found is not None else None

        return latest_start(before, due_of)


def clocks() -> Clocks:
    """The clocks as the reference tables have them now."""
    return Clocks(deadline_rules(), calendar())


def soon(today: date) -> date:
    """Terms that end before this day are 即将到期."""
    return today + timedelta(days=retention.SOON_DAYS + 1)
