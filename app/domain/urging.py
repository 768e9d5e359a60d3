"""提醒 → 督办 → 重点督办: when a case may be urged, how often, and at which level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from app.domain.case_kinds import UrgingLevel
from app.domain.case_states import CaseState
from app.domain.working_days import WorkingDays

LADDER: Final = (UrgingLevel.REMIND, UrgingLevel.SUPERVISE, UrgingLevel.KEY)
LONGEST: Final = 90  # days to answer in: as long as the whole term of a case


class Urging(Protocol):
    """One urging as it was made."""

    @property
    def level(self) -> UrgingLevel: ...
    @property
    def urged_on(self) -> date: ...
    @property
    def due_on(self) -> date: ...
    @property
    def answered(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Made:
    """An urging in plain values."""

    level: UrgingLevel
    urged_on: date
    due_on: date
    answered: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """次数 of each level on one case, and the working days that lie between two urgings."""

    times: Mapping[UrgingLevel, int]
    apart: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why not, and at which field of the form."""

    sentence: str
    field: str = "level"


def complaint(
    level: UrgingLevel, due_on: date, state: CaseState, earlier: Sequence[Urging], today: date, days: WorkingDays, limits: Limits
) -> Complaint | None:  # fmt: skip
    """Why the case cannot be urged like this today, or None."""
    if state in (CaseState.CLOSED, CaseState.CANCELLED):
        return Complaint("案件已办结或撤销，无需督促")
    if due_on < today:
        return Complaint(f"要求完成日期不能早于今天（{today}）", "due_on")
    if (due_on - today).days > LONGEST:
        return Complaint(f"要求完成日期最晚为 {LONGEST} 天以后，请核对", "due_on")
    return _of_ladder(level, earlier, today) or _of_repeats(level, earlier, today, days, limits)


def _of_ladder(level: UrgingLevel, earlier: Sequence[Urging], today: date) -> Complaint | None:
    """A level follows the one before it, once that was answered or its day has passed; the ladder is not climbed down."""
    place, reached = LADDER.index(level), max((LADDER.index(each.level) for each in earlier), default=-1)
    if place < reached:
        return Complaint(f"本案已{LADDER[reached].value}，不能再降为{level.value}")
    if place == 0 or reached >= place:
        return None
    before = LADDER[place - 1]
    made = [each for each in earlier if each.level is before]
    if not made:
        return Complaint(f"{level.value}前须先{before.value}")
    if not (made[-1].answered or made[-1].due_on < today):
        return Complaint(f"{before.value}要求 {made[-1].due_on} 前完成，尚未到期，办理人也未回复，暂不能{level.value}")
    return None


def _of_repeats(
    level: UrgingLevel, earlier: Sequence[Urging], today: date, days: WorkingDays, limits: Limits
) -> Complaint | None:
    most, made = limits.times[level], sum(each.level is level for each in earlier)
    if made >= most:
        index = LADDER.index(level)
        higher = f"，请改为{LADDER[index + 1].value}" if index + 1 < len(LADDER) else "，请当面约谈或调整办理人"
        return Complaint(f"{level.value}最多 {most} 次，本案已 {made} 次{higher}")
    if earlier and days.working_days_between(earlier[-1].urged_on, today) < limits.apart:
        last = earlier[-1]
        return Complaint(f"{last.urged_on} 刚{last.level.value}过，两次督促至少间隔 {limits.apart} 个工作日")
    return None


def offered(
    state: CaseState, earlier: Sequence[Urging], today: date, days: WorkingDays, limits: Limits
) -> list[UrgingLevel]:
    """The levels that a supervisor may choose today."""
    return [level for level in LADDER if complaint(level, today, state, earlier, today, days, limits) is None]
