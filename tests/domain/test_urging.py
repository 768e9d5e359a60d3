"""提醒 → 督办 → 重点督办 as pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.case_kinds import UrgingLevel
from app.domain.case_states import CaseState
from app.domain.urging import Limits, Made, complaint, offered
from app.domain.working_days import WorkingDays

REMIND, SUPERVISE, KEY = UrgingLevel
TODAY = date(2026, 11, 20)  # a Friday
DAYS = WorkingDays({}, {}, {2026})
LIMITS = Limits({REMIND: 2, SUPERVISE: 1, KEY: 1}, 1)


def made(level: UrgingLevel, urged: int, due: int, answered: bool = False) -> Made:
    return Made(level, date(2026, 11, urged), date(2026, 11, due), answered)


@pytest.mark.parametrize(
    ("level", "earlier", "sentence"),
    [
        (REMIND, [], None),
        (SUPERVISE, [], "督办前须先提醒"),
        (KEY, [], "重点督办前须先督办"),
        (KEY, [made(REMIND, 10, 12)], "重点督办前须先督办"),
        (SUPERVISE, [made(REMIND, 10, 19)], None),  # its day has passed
        (SUPERVISE, [made(REMIND, 10, 20)], "尚未到期"),  # today still counts
        (SUPERVISE, [made(REMIND, 10, 27, answered=True)], None),  # answered before its day
        (SUPERVISE, [made(REMIND, 9, 12), made(REMIND, 18, 25)], "尚未到期"),  # the last reminder counts
        (KEY, [made(REMIND, 3, 5), made(SUPERVISE, 10, 12)], None),
        (REMIND, [made(REMIND, 3, 5), made(SUPERVISE, 10, 12)], "不能再降为提醒"),
        (REMIND, [made(REMIND, 19, 19)], None),  # a working day between
        (REMIND, [made(REMIND, 20, 20)], "至少间隔 1 个工作日"),
        (REMIND, [made(REMIND, 3, 5), made(REMIND, 6, 9)], "提醒最多 2 次，本案已 2 次，请改为督办"),
        (SUPERVISE, [made(REMIND, 3, 5), made(SUPERVISE, 6, 9)], "督办最多 1 次，本案已 1 次，请改为重点督办"),
        (KEY, [made(REMIND, 3, 5), made(SUPERVISE, 6, 9), made(KEY, 12, 13)], "重点督办最多 1 次"),
    ],
)
def test_the_ladder(level: UrgingLevel, earlier: list[Made], sentence: str | None):
    found = complaint(level, TODAY, CaseState.HANDLING, earlier, TODAY, DAYS, LIMITS)
    assert (found is None) if sentence is None else (found is not None and sentence in found.sentence)


def test_a_weekend_lies_not_between():
    monday = date(2026, 11, 23)
    friday = [made(REMIND, 20, 20)]
    assert complaint(REMIND, monday, CaseState.OPEN, friday, monday, DAYS, LIMITS) is None
    assert complaint(REMIND, date(2026, 11, 22), CaseState.OPEN, friday, date(2026, 11, 22), DAYS, LIMITS) is not None


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.CANCELLED])
def test_what_is_over_is_not_urged(state: CaseState):
    found = complaint(REMIND, TODAY, state, [], TODAY, DAYS, LIMITS)
    assert found is not None and "无需督促" in found.sentence
    assert offered(state, [], TODAY, DAYS, LIMITS) == []


@pytest.mark.parametrize(
    ("due_on", "fine"),
    [(date(2026, 11, 19), False), (TODAY, True), (date(2027, 2, 18), True), (date(2027, 2, 19), False)],
)
def test_the_day_to_answer_by(due_on: date, fine: bool):
    found = complaint(REMIND, due_on, CaseState.HANDLING, [], TODAY, DAYS, LIMITS)
    assert (found is None) is fine
    assert found is None or found.field == "due_on"


def test_what_may_be_chosen_today():
    assert offered(CaseState.HANDLING, [], TODAY, DAYS, LIMITS) == [REMIND]
    assert offered(CaseState.HANDLING, [made(REMIND, 10, 12)], TODAY, DAYS, LIMITS) == [REMIND, SUPERVISE]
