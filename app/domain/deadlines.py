"""Legal clocks (法定期限): when a duty is due, and why on that day.

Three ways of counting, and only here:
- 工作日: the starting day is not counted, holidays and weekends are left out, make-up days are counted;
- 自然日 and 月: the starting day is not counted; a last day that is not worked moves to the next working day
  (民法典 201 to 203). A month ends on the corresponding day, or on the month's last day where it has none;
- 小时: by the clock, holidays included. With a date only, 24 hours end on the next day and 4 hours on the same day.
Days of a pause (中止, both ends included) are not counted. An extension lengthens the period itself, so that a rest day
at its old end no longer matters.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from app.domain.deadline_rules import CannotCount, DeadlineRule, Standing, Unit, amount_in_words, rule_in_force
from app.domain.working_days import ONE_DAY, WorkingDays, days_after

__all__ = [
    "CannotCount",
    "Deadline",
    "DeadlineLight",
    "DeadlineRule",
    "Pause",
    "Standing",
    "Unit",
    "add_months",
    "due",
    "keep_until",
    "light",
    "remaining_working_days",
    "rule_in_force",
]

FIRST_YEAR, LAST_YEAR = 1990, 2199
LONGEST_EXTENSION: Final = 3650
AMBER_DAYS: Final = 3
AMBER_PERCENT: Final = 30
WEEKDAYS: Final = "一二三四五六日"


class DeadlineLight(StrEnum):
    """期限灯."""

    GREEN = "正常"
    AMBER = "临近"
    RED = "超期"


@dataclass(frozen=True, slots=True)
class Pause:
    """中止: a time that does not count, both ends included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise CannotCount(f"中止的结束日 {self.end} 早于开始日 {self.start}，请核对")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date with its reasons, in the words of the screen."""

    due: date
    why: tuple[str, ...]
    article: str
    calendar: Literal["confirmed", "provisional"]
    due_at: datetime | None = None  # for hours, when the starting hour is known


def due(
    rule: DeadlineRule,
    start: date | datetime,
    calendar: WorkingDays,
    *,
    pauses: Sequence[Pause] = (),
    extend: int = 0,
) -> Deadline:
    """When the duty is due that `start` set off, with the reasons."""
    day = start.date() if isinstance(start, datetime) else start
    _check(rule, day, pauses, extend)
    if rule.unit is Unit.HOUR:
        return _due_hours(rule, start, pauses, extend)
    paused = frozenset(_days_of(pauses, day))
    if rule.unit is Unit.WORKING_DAY:
        last = _last_day(day, rule.amount + extend, lambda d: d not in paused and calendar.is_working_day(d))
        ends, touched, pieces = last, day + ONE_DAY, calendar.describe(day, last)
    else:
        last = _last_calendar_day(rule, day, extend, paused)
        ends, touched, pieces = _rolled(last, calendar, paused), last, ()
    why = [
        _summary(rule, day, ends, (*pieces, *_paused_piece(paused, ends))),
        _rule_line(rule),
        *_rolled_line(last, ends, calendar),
        *_particulars(rule, pauses, extend),
        *_provisional_line(calendar, touched, ends),
    ]
    return Deadline(
        ends, tuple(why), rule.article, "provisional" if calendar.provisional(touched, ends) else "confirmed"
    )


def keep_until(rule: DeadlineRule, concluded_on: date, shelf_end: date | None, calendar: WorkingDays) -> Deadline:
    """备份样品保存至: the legal months, or the end of shelf life where that comes first (办法 25)."""
    legal = due(rule, concluded_on, calendar)
    if shelf_end is None or shelf_end >= legal.due:
        return legal
    shorter = f"保质期至 {shelf_end}，早于法定保存期 {legal.due}，保存至保质期结束"
    return Deadline(shelf_end, (shorter, *legal.why), rule.article, "confirmed")


def remaining_working_days(today: date, due_on: date, calendar: WorkingDays) -> int:
    """剩余工作日, today not counted: 0 on the last day, negative when late."""
    return calendar.working_days_between(today, due_on)


def light(
    start: date, due_on: date, today: date, calendar: WorkingDays, *, done_on: date | None = None
) -> DeadlineLight:
    """Red when late, amber with 3 working days or 30 % of the term left; due today is not late.

    What is done is judged by the day it was done, whatever day it is now.
    """
    if done_on is not None:
        return DeadlineLight.RED if done_on > due_on else DeadlineLight.GREEN
    if today > due_on:
        return DeadlineLight.RED
    left = remaining_working_days(today, due_on, calendar)
    term = calendar.working_days_between(start, due_on)
    close = left <= AMBER_DAYS or left * 100 <= term * AMBER_PERCENT
    return DeadlineLight.AMBER if close else DeadlineLight.GREEN


def add_months(start: date, count: int) -> date:
    """The corresponding day of a later month, or its last day (民法典 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def _check(rule: DeadlineRule, start: date, pauses: Sequence[Pause], extend: int) -> None:
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise CannotCount(f"起算日 {start} 不合理，请填写 {FIRST_YEAR} 至 {LAST_YEAR} 年之间的日期")
    if not 0 <= extend <= LONGEST_EXTENSION:
        raise CannotCount(f"延长数 {extend} 无效，请填写 0 至 {LONGEST_EXTENSION} 的整数")
    if rule.extension_final and rule.extension is not None and extend > rule.extension:
        if not rule.extension:
            raise CannotCount(f"“{rule.name}”不得延长：{rule.extension_note}（{rule.article}）")
        allowed = amount_in_words(rule.extension, rule.unit)
        raise CannotCount(f"“{rule.name}”最多延长 {allowed}：{rule.extension_note}（{rule.article}）")
    for pause in pauses:
        if (pause.end - pause.start).days > LONGEST_EXTENSION:
            raise CannotCount(f"中止 {pause.start} 至 {pause.end} 超过十年，请核对日期")


def _days_of(pauses: Sequence[Pause], start: date) -> Iterable[date]:
    """The paused days that can lengthen a period: those after its starting day."""
    for pause in pauses:
        yield from days_after(max(start, pause.start - ONE_DAY), pause.end)


def _last_day(start: date, count: int, counts: Callable[[date], bool]) -> date:
    day = start
    while count > 0:
        day += ONE_DAY
        count -= counts(day)
    return day


def _last_calendar_day(rule: DeadlineRule, start: date, extend: int, paused: frozenset[date]) -> date:
    length = rule.amount + extend
    if rule.unit is Unit.MONTH:
        length = (add_months(start, length) - start).days
    return _last_day(start, length, lambda day: day not in paused)


def _rolled(last: date, calendar: WorkingDays, paused: frozenset[date]) -> date:
    """民法典 203: a period that would end on a rest day ends on the working day after it."""
    day = calendar.next_working_day(last)
    while day in paused and day != last:
        day = calendar.next_working_day(day + ONE_DAY)
    return day


def _due_hours(rule: DeadlineRule, start: date | datetime, pauses: Sequence[Pause], extend: int) -> Deadline:
    hours = timedelta(hours=rule.amount + extend)
    known = isinstance(start, datetime)
    begin = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
    paused = frozenset(_days_of(pauses, begin.date()))
    end = begin + hours
    stopped = _last_day(begin.date(), (end.date() - begin.date()).days, lambda day: day not in paused)
    end = datetime.combine(stopped, end.time(), end.tzinfo)
    told = f"{end:%Y-%m-%d %H:%M}" if known else f"{end:%Y-%m-%d}"
    begun = f"{begin:%Y-%m-%d %H:%M}" if known else f"{begin:%Y-%m-%d}"
    why = (
        f"{begun} {rule.trigger}，{amount_in_words(rule.amount + extend, rule.unit)}内 → {told}",
        _rule_line(rule),
        "按小时连续计算，休息日和节假日不扣除" + ("" if known else "；未填时刻，只推算到日，实际应在同一时刻前完成"),
        *_particulars(rule, pauses, extend),
    )
    return Deadline(end.date(), why, rule.article, "confirmed", end if known else None)


def _summary(rule: DeadlineRule, start: date, ends: date, pieces: tuple[str, ...]) -> str:
    """«09-30 收到检验结论，国庆节、中秋节 8 天不计，10-11 调休计入 → 10-16»."""
    style = "%m-%d" if start.year == ends.year else "%Y-%m-%d"
    return f"{'，'.join((f'{start:{style}} {rule.trigger}', *pieces))} → {ends:{style}}"


def _rule_line(rule: DeadlineRule) -> str:
    standing = "" if rule.standing is Standing.STATUTORY else f"（{rule.standing}）"
    started = f"，其中 {rule.start_hours} 小时内须启动" if rule.start_hours else ""
    uncounted = "" if rule.unit is Unit.HOUR else "，起算日不计"
    return f"{rule.name}：{amount_in_words(rule.amount, rule.unit)}{started}{uncounted}{standing}；依据{rule.article}"


def _rolled_line(last: date, ends: date, calendar: WorkingDays) -> list[str]:
    if last == ends:
        return []
    rest = calendar.holiday(last) or f"星期{WEEKDAYS[last.weekday()]}"
    return [f"最后一日 {last} 是休息日（{rest}），顺延至下一个工作日 {ends}（民法典第203条）"]


def _paused_piece(paused: frozenset[date], ends: date) -> list[str]:
    stopped = sum(day <= ends for day in paused)
    return [f"中止 {stopped} 天不计"] if stopped else []


def _particulars(rule: DeadlineRule, pauses: Sequence[Pause], extend: int) -> list[str]:
    """What else the officer should know: extension and its ground, pause and its ground, a doubtful source."""
    lines = []
    if extend:
        lines.append(
            f"延长 {amount_in_words(extend, rule.unit)}：{rule.extension_note or '法规未规定延长，请核对审批依据'}"
        )
    for pause in pauses:
        lines.append(f"中止 {pause.start} 至 {pause.end}：{rule.pause_note or '法规未规定中止，请核对依据'}")
    if rule.confidence != "已核":
        lines.append(f"本期限待核：{rule.source}")
    return lines


def _provisional_line(calendar: WorkingDays, first: date, last: date) -> list[str]:
    years = "、".join(str(year) for year in calendar.provisional_years(first, last))
    if not years:
        return []
    return [f"{years} 年放假安排尚未录入或公布，暂按周末和法定节日推算，通知公布后可能变动"]
