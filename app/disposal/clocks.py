"""The two legal clocks of a case: 启动核查处置 and 完成核查处置. Asked here by pages, commands and operations alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app

from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.deadlines import Deadline, DeadlineLight
from app.domain.workflow import CaseState
from app.domain.working_days import WorkingDays
from app.reference_data.books import calendar, deadline_rule

START, DONE = "DISP_START", "DISP_DONE"
FROM_START = "started"  # DISPOSAL_START_EVENT: the 90 days run from 启动核查处置, as some provinces count
LIVE = (CaseState.OPEN, CaseState.HANDLING, CaseState.AWAITING, CaseState.LEADING)


@dataclass(frozen=True, slots=True)
class Term:
    """Both due dates of one case."""

    start: Deadline
    done: Deadline

    @property
    def columns(self) -> dict[str, Any]:
        """What the case stores."""
        return {
            "start_due_on": self.start.due,
            "due_on": self.done.due,
            "due_why": "\n".join(self.done.why),
            "due_article": self.done.article,
            "due_provisional": self.done.calendar == "provisional",
        }


def term(received_on: date, started_on: date | None) -> Term:
    """The due dates that follow from the day of receipt (or of the start, where this installation counts so).

    Raises NotLikeThis when no rule was in force on that day.
    """
    days = calendar()
    start = deadlines.due(deadline_rule(START, received_on), received_on, days)
    begin, event = disposal_begins(received_on, started_on)
    rule = deadline_rule(DONE, begin)
    return Term(start, deadlines.due(replace(rule, trigger=event or rule.trigger), begin, days))


def disposal_begins(received_on: date, started_on: date | None) -> tuple[date, str | None]:
    """The day that sets the 90 days off, and what happened on it where that is not what the rule names."""
    if current_app.config["DISPOSAL_START_EVENT"] == FROM_START and started_on is not None:
        return started_on, None
    return received_on, "收到不合格检验结论"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as shown: when due, why, and how much is left (None once it has stopped)."""

    code: str
    name: str
    due: date
    why: Sequence[str]
    article: str
    provisional: bool
    done_on: date | None
    left: int | None
    light: DeadlineLight | None

    @property
    def words(self) -> str:
        return remaining_words(self.left, self.light, self.done_on)


def remaining_words(left: int | None, light: DeadlineLight | None, done_on: date | None = None) -> str:
    """剩余 3 个工作日, and what is said when the clock has stopped."""
    if light is None or left is None:
        return "不再计时" if done_on is None else f"已于 {done_on} 完成"
    if light is DeadlineLight.RED:
        return f"已超 {-left} 个工作日" if left else "已超期，不足 1 个工作日"
    return f"剩余 {left} 个工作日" if left else "今天到期"


def of_case(case: DisposalCase, today: date) -> list[Clock]:
    """Both clocks of a case; a cancelled case has none running."""
    days, live = calendar(), case.state in LIVE
    shown = [
        _clock(DONE, "完成核查处置", case.received_on, case.due_on, case.closed_on, today, days, live)
    ]
    if case.start_due_on is not None:
        shown.insert(0, _clock(START, "启动核查处置", case.received_on, case.start_due_on, case.started_on, today, days, live))
    computed = term(case.received_on, case.started_on)
    return [replace(clock, **_reasons(clock, case, computed)) for clock in shown]


def _clock(
    code: str, name: str, start: date, due: date, done_on: date | None, today: date, days: WorkingDays, live: bool
) -> Clock:
    running = live and done_on is None
    light = deadlines.light(start, due, today, days, done_on=done_on) if running or done_on else None
    left = deadlines.remaining_working_days(today, due, days) if running else None
    return Clock(code, name, due, (), "", False, done_on, left, light)


def _reasons(clock: Clock, case: DisposalCase, computed: Term) -> dict[str, Any]:
    """The stored reasons of the stored due date; those of the start are the same rule asked again."""
    if clock.code == DONE:
        why = tuple((case.due_why or "").splitlines())
        return {"why": why, "article": case.due_article or "", "provisional": case.due_provisional}
    start = computed.start
    return {"why": start.why, "article": start.article, "provisional": start.calendar == "provisional"}


def left_and_light(row: Any, today: date, days: WorkingDays) -> tuple[int | None, DeadlineLight | None]:
    """Remaining working days and light of a list row; a closed case is judged by the day it was closed."""
    if row.state is CaseState.CANCELLED:
        return None, None
    if row.closed_on is not None:
        return None, deadlines.light(row.received_on, row.due_on, today, days, done_on=row.closed_on)
    left = deadlines.remaining_working_days(today, row.due_on, days)
    return left, deadlines.light(row.received_on, row.due_on, today, days)
