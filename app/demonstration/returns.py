"""报表报送 of the demonstration county: the months of the year sealed and sent, one waiting for approval, one corrected.

Made last of all: a return is counted as known at its moment, and nothing may be written into the past of it afterwards.
"""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.authorize import act_as
from app.db import session
from app.demonstration.stage import Stage
from app.domain.actors import Actor, Role
from app.domain.indicators import Period
from app.exports import differing, operations, queries, storing
from app.exports.made import Made
from app.exports.models import MonthlyReturn
from app.indicators.frames import area
from app.reference_data.books import calendar, region_book

MADE_AFTER = 3  # working days after the month
SENT_TO = "上级市场监督管理部门"
WHY = {
    "T-04": "上期封存后有报告补录、更正，累计按现有记录统计，差额已逐条核对。",
    "T-05": "检验机构尚在复核判定依据，待其更正报告后计入，已电话催办。",
    "T-06": "本期没有安排抽检，也没有补录的报告，已与抽检计划核对。",
    "T-07": "本期计划没有安排这些抽检，已与抽检计划核对。",
}
LOOKED = 4  # months looked through for one that has changed since


def report(stage: Stage) -> int:
    """Every past month of the year, this month, and a correction."""
    made = [_sent(stage, month) for month in range(1, stage.today.month)]
    waiting = _waiting(stage)
    return len(made) + waiting + _corrected(stage, made[::-1][:LOOKED])


def _after(day: date, number: int) -> date:
    return calendar().add_working_days(day, number)


def _make(stage: Stage, period: Period, who: Actor, at: datetime) -> tuple[int, Made]:
    place = area(region_book(), stage.county.region_id)
    plan = queries.plan_of(place.id)
    assert plan is not None
    prepared = operations.prepare(operations.Wish(place, plan, period), who, at)
    return operations.keep(prepared, who, at).id, prepared.made


def _submit(stage: Stage, return_id: int, day: date) -> None:
    """Explained where a rule asks for it, then handed in."""
    who = stage.person(Role.STATISTICIAN)
    found = session().get_one(MonthlyReturn, return_id)
    words = {one.code: WHY[one.code] for one in storing.rows(return_id) if not one.passed and not one.blocking}
    if words:
        with stage.on(day, who):
            operations.explain(found, words, who)
    with stage.on(day, who) as at:
        operations.check(found, who, at, "数据已核对，请审批。")


def _seal(stage: Stage, return_id: int, made: Made, day: date) -> None:
    """Nothing has happened since it was counted; it is not counted once more."""
    clerk, reviewer = stage.person(Role.STATISTICIAN), stage.person(Role.REVIEWER)
    found = session().get_one(MonthlyReturn, return_id)
    with stage.on(day, reviewer) as at:
        operations.approve(found, reviewer, at, "同意报送。", confirmed=True)
    with stage.on(day, clerk) as at:
        operations.seal(found, clerk, at, again=made)


def _sent(stage: Stage, month: int) -> int:
    """A month: made, approved and sealed on the third working day after it, sent the day after that."""
    period, who = Period(stage.today.year, month=month), stage.person(Role.STATISTICIAN)
    day = min(_after(period.last, MADE_AFTER), stage.today)
    with stage.on(day, who) as at:
        return_id, made = _make(stage, period, who, at)
    _submit(stage, return_id, day)
    _seal(stage, return_id, made, day)
    with stage.on(min(_after(day, 1), stage.today), who) as at:
        sending = operations.Sending(min(_after(day, 1), stage.today), SENT_TO, f"抽检月报报送单〔{period.year}〕{month}号")
        operations.send(session().get_one(MonthlyReturn, return_id), sending, who, at)
    return return_id


def _waiting(stage: Stage) -> int:
    """This month so far, on the desk of the reviewer."""
    who = stage.person(Role.STATISTICIAN)
    with stage.on(stage.today, who) as at:
        return_id, _ = _make(stage, Period(stage.today.year, month=stage.today.month), who, at)
    _submit(stage, return_id, stage.today)
    return 1


def _corrected(stage: Stage, return_ids: list[int]) -> int:
    """The newest of these that says something else by now, corrected and sealed."""
    who = stage.person(Role.STATISTICIAN)
    for return_id in return_ids:
        found = session().get_one(MonthlyReturn, return_id)
        with clock.rehearsing(stage.today):
            act_as(who)
            changed = differing.against(found, clock.now())
            session().rollback()
        if changed:
            with stage.on(stage.today, who) as at:
                reason = f"封存后有 {len(changed)} 项数值因记录更正而变化，按规定更正报送。"
                prepared = operations.prepare_correction(session().get_one(MonthlyReturn, return_id), reason, who, at)
                correction = operations.keep(prepared, who, at).id
            _submit(stage, correction, stage.today)
            _seal(stage, correction, prepared.made, stage.today)
            return 1
    return 0
